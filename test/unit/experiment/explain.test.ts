import { readdirSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ExecutionOptions } from "../../../src/experiment/execution-options.ts";
import type { ExecutedTrial } from "../../../src/process/trial-executor.ts";
import { ownRuntime } from "../../../src/runtimes/find-runtime.ts";
import { openIngredients } from "../../../src/store/ingredients.ts";
import { openStore } from "../../../src/store/store.ts";
import { code, execute, prints } from "../../helpers/execution.ts";
import { cell, makeReportFolder, type ReportFolder } from "../../helpers/report-folder.ts";

/** Why each cell runs, by label; empty where it is reused. */
async function explain(
  folder: ReportFolder,
  body: string,
  changes: Partial<ExecutionOptions> = {},
): Promise<Record<string, readonly string[]>> {
  const rendering = await execute(folder, body, undefined, {
    ingredients: openIngredients(folder.root, "study/report.md"),
    ...changes,
  });
  const reasons = Object.fromEntries(rendering.explanations.map((each) => [each.label, each.reasons]));
  // An explanation is never about something else than what ran.
  const ran = changes.mode === "plan" ? [] : Object.keys(reasons).filter((label) => reasons[label]?.length !== 0);
  expect(rendering.ranCells.toSorted()).toEqual(ran.toSorted());
  return reasons;
}

const one = async (folder: ReportFolder, body: string, changes: Partial<ExecutionOptions> = {}) =>
  (await explain(folder, body, changes))["walks"];

const IMPORTS = 'import { make } from "./make.ts";\nglobalThis.x = make();\n';
const walks = (...options: string[]): string => cell("walks", IMPORTS + code("walks"), ...options);

function makeWalks(): ReportFolder {
  const folder = makeReportFolder();
  folder.write("make.ts", "export function make() {\n  const a = 1;\n  return a;\n}\n");
  return folder;
}

describe("why a cell runs", () => {
  it("first run, then reused, then store cleaned", async () => {
    const folder = makeWalks();
    expect(await one(folder, walks())).toEqual(["first run"]);
    expect(await one(folder, walks())).toEqual([]);
    rmSync(join(folder.root, ".heapbook/store"), { recursive: true });
    expect(await one(folder, walks())).toEqual(["store cleaned"]);
    rmSync(join(folder.root, ".heapbook"), { recursive: true });
    expect(await one(folder, walks(), { wasShown: () => true })).toEqual(["store cleaned"]);
  });

  it("stored results that are damaged, also where nothing else is known of the last run", async () => {
    const folder = makeWalks();
    await one(folder, walks());
    const store = join(folder.root, ".heapbook/store");
    const [file = ""] = readdirSync(store, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".json"),
    );
    truncateSync(join(store, file), 20);
    const reason = "the stored result is incomplete, or was not written by Heapbook";
    const warnings: string[] = [];
    const read = openStore(folder.root, {
      base: join(folder.root, "study"),
      onWarning: (warning) => warnings.push(warning),
    });
    const plan = { mode: "plan", store: read } as const;
    expect(await one(folder, walks(), plan)).toEqual([reason]);
    rmSync(join(folder.root, ".heapbook/ingredients"), { recursive: true });
    expect(await one(folder, walks(), { ...plan, wasShown: () => true })).toEqual([reason]);
    expect(warnings.join()).toContain("is incomplete, or was not written by Heapbook");
  });

  it("another module by the `imports` of a package.json", async () => {
    const folder = makeWalks();
    folder.write("other.ts", "export function make() {\n  return 2;\n}\n");
    const use = (path: string) => folder.write("package.json", JSON.stringify({ imports: { "#make": path } }));
    use("./make.ts");
    const body = cell("walks", 'import { make } from "#make";\nglobalThis.x = make();\n');
    await one(folder, body);
    expect(await one(folder, body)).toEqual([]);
    use("./other.ts");
    expect(await one(folder, body)).toEqual(["other.ts is new", "make.ts is no longer imported"]);
  });

  it("lines of the cell and of a module, as they are now; comments change nothing", async () => {
    const folder = makeWalks();
    await one(folder, walks());
    folder.write("make.ts", "// a comment\nexport function make() {\n  const a = 1;\n  return a;\n}\n");
    expect(await one(folder, walks())).toEqual([]);
    folder.write("make.ts", "// a comment\nexport function make() {\n  const a = 2;\n  return a;\n}\n");
    expect(await one(folder, walks())).toEqual(["line 3 of make.ts changed"]);
    // Front matter, prose, fence and label come before the code.
    expect(await one(folder, `Prose\n\n${walks().replace("make();", "make() + 1;")}`)).toEqual([
      "line 9 of report.md changed",
    ]);
  });

  it("modules that come and go", async () => {
    const folder = makeWalks();
    await one(folder, walks());
    folder.write("other.ts", "export const other = 1;\n");
    folder.write("make.ts", 'import { other } from "./other.ts";\nexport function make() {\n  return other;\n}\n');
    expect(await one(folder, walks())).toEqual(["other.ts is new", "line 3 of make.ts changed"]);
  });

  it.each([
    ["flags", [], ["flags: --jitless"], "flags none → --jitless"],
    ["env", ["env: { TZ: UTC }"], ["env: { TZ: CET }"], "env TZ: UTC → CET"],
    ["warmup", [], ["warmup: 3"], "warmup 0 → 3"],
    ["probes", [], ["probes: [time]"], "new probe `time`"],
    ["variants", ["matrix: { size: [1] }"], ["matrix: { size: [1, 2] }"], "new variant size=2"],
    ["trials", ["trials: 1"], ["trials: 3"], "trials 1 → 3"],
    ["cache", [], ["cache: false"], "`cache: false`"],
  ])("option %s", async (_name, before, after, reason) => {
    const folder = makeWalks();
    await one(folder, walks(...before));
    expect(await one(folder, walks(...after))).toEqual([reason]);
  });

  it("a parameter, the runtime, an input", async () => {
    const folder = makeWalks();
    const reads = cell(
      "walks",
      `import { params } from "heapbook";\nglobalThis.x = params.scale;\n${code("walks")}`,
      "inputs: [data.csv]",
    );
    folder.write("data.csv", "1");
    const front = (scale: number): string => `---\ntitle: Test\nparams: { scale: ${scale} }\n---\n`;
    const ingredients = () => openIngredients(folder.root, "study/report.md");
    const script = (): Partial<ExecutedTrial> => ({ observed: [{ kind: "param", name: "scale", value: null }] });
    await execute(folder, front(2) + reads, script, { ingredients: ingredients() });
    const changed = await execute(folder, front(3) + reads, script, { ingredients: ingredients() });
    expect(changed.explanations[0]?.reasons).toEqual(["`scale` 2 → 3"]);
    const newer = new Map([["node", { ...ownRuntime(), node: "99.1.0" }]]);
    expect(await one(folder, front(3) + reads, { runtimes: newer })).toEqual([
      `Node ${process.versions.node} → 99.1.0`,
    ]);
    folder.write("data.csv", "2");
    expect(await one(folder, front(3) + reads, { runtimes: newer })).toEqual(["data.csv changed"]);
  });

  it("a parameter that goes back to an earlier value, by its value in the last run, once", async () => {
    const folder = makeWalks();
    const reads = cell("walks", `import { params } from "heapbook";\nglobalThis.x = params.scale;\n${code("walks")}`);
    const script = (): Partial<ExecutedTrial> => ({ observed: [{ kind: "param", name: "scale", value: null }] });
    const reasons: unknown[] = [];
    for (const scale of [1, 2, 1, 3]) {
      const ingredients = openIngredients(folder.root, "study/report.md");
      const front = `---\ntitle: Test\nparams: { scale: ${scale} }\n---\n`;
      reasons.push((await execute(folder, front + reads, script, { ingredients })).explanations[0]?.reasons);
    }
    expect(reasons).toEqual([["first run"], ["`scale` 1 → 2"], [], ["`scale` 1 → 3"]]);
  });

  it("another file of a package by its `exports`: no line of the report that uses it", async () => {
    const folder = makeWalks();
    const use = (file: string): void =>
      folder.write("node_modules/made/package.json", JSON.stringify({ name: "made", type: "module", exports: file }));
    folder.write("node_modules/made/a.js", "export default 1;");
    folder.write("node_modules/made/b.js", "export default 2;");
    use("./a.js");
    const body = cell("walks", 'import made from "made";\nglobalThis.x = made;\n');
    await one(folder, body);
    use("./b.js");
    expect(await one(folder, body)).toEqual(["package made changed"]);
  });

  it("a file that the cell read", async () => {
    const folder = makeWalks();
    folder.write("data.csv", "1");
    const ingredients = openIngredients(folder.root, "study/report.md");
    const script = () => ({ reads: [join(folder.folder, "data.csv")] });
    await execute(folder, walks(), script, { ingredients });
    folder.write("data.csv", "22");
    expect(await one(folder, walks())).toEqual(["data.csv changed"]);
  });

  it("a result that it imports; in a plan, only perhaps", async () => {
    const folder = makeWalks();
    const after = `${walks()}${cell("after", `import r from "result:walks";\nglobalThis.y = r;\n${code("after")}`)}`;
    const ingredients = () => openIngredients(folder.root, "study/report.md");
    await execute(folder, after, () => prints("1\n"), { ingredients: ingredients() });
    folder.write("make.ts", "export function make() {\n  return 5;\n}\n");
    expect(await explain(folder, after, { mode: "plan" })).toEqual({
      walks: ["line 2 of make.ts changed"],
      after: ["if the result of `walks` changes"],
    });
    const rendering = await execute(folder, after, () => prints("2\n"), { ingredients: ingredients() });
    expect(rendering.explanations.map(({ reasons }) => reasons)).toEqual([
      ["line 2 of make.ts changed"],
      ["the result of `walks` changed"],
    ]);
  });

  it("a cell without a label is found by its number", async () => {
    const folder = makeWalks();
    const unlabelled = (text: string): string => `\`\`\`{ts}\n${text}\n\`\`\`\n`;
    await explain(folder, unlabelled("globalThis.z = 1;"));
    expect(Object.values(await explain(folder, unlabelled("globalThis.z = 2;")))).toEqual([
      ["line 5 of report.md changed"],
    ]);
  });

  it("--cache-refresh, and max-age, also of trials from the future", async () => {
    const folder = makeWalks();
    await one(folder, walks("max-age: 7d"));
    expect(await one(folder, walks("max-age: 7d"))).toEqual([]);
    expect(await one(folder, walks("max-age: 1ms"))).toEqual(["results are older than `max-age`"]);
    expect(await one(folder, walks("max-age: 7d"), { mode: "refresh" })).toEqual(["`--cache-refresh`"]);
  });

  it.each([
    ["cache: false", "`cache: false`"],
    ["max-age: 1ms", "results are older than `max-age`"],
  ])("%s of a cell that it imports, directly or through another", async (option, reason) => {
    const folder = makeReportFolder();
    const body = [
      cell("clock", "export const now = Date.now();", option),
      cell("between", 'import { now } from "cell:clock";\nexport const then = now;'),
      cell("importer", 'import { then } from "cell:between";\nglobalThis.x = then;'),
      cell("other", code("other")),
    ].join("");
    await execute(folder, body);
    const { explanations } = await execute(folder, body);
    expect(explanations.map(({ label, reasons }) => [label, reasons])).toEqual([
      ["clock", [reason]],
      ["between", [reason]],
      ["importer", [reason]],
      ["other", []],
    ]);
  });

  it("--no-execute shows the trials of a cell with cache: false", async () => {
    const folder = makeWalks();
    await one(folder, walks("cache: false"));
    const stored = await execute(folder, walks("cache: false"), undefined, { mode: "stored" });
    expect(stored.states).toEqual(["walks completed"]);
  });
});
