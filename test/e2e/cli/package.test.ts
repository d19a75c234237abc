import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { runProgram } from "../../helpers/cli.ts";
import { createWorkspace } from "../../helpers/workspace.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

const CELL_LIKE = `import { chart, checkpoint, heapTimeline, measure, metric, params, random, settle, table } from "heapbook";

const measured = measure(() => Array.from({ length: 10 }, () => random()), { name: "list" });
const first: number | undefined = measured.value[0];
checkpoint("after");
await settle();
metric("first", first ?? 0, { unit: "count", better: "lower" });
table([{ name: "a", size: Number(params["size"]) }]);
chart({ mark: "bar" });
export const timeline: typeof heapTimeline = heapTimeline;
// @ts-expect-error: a metric has a number
metric("wrong", "a text");
`;

const PROGRAM = `import { type RenderOutcome, type ReportResults, renderReport, UserError } from "heapbook/node";

export async function run(path: string): Promise<ReportResults> {
  const outcome: RenderOutcome = await renderReport({
    path, root: ".", outputFolder: "_site", formats: ["html"], params: {}, mode: "reuse", jobs: 1,
    signal: new AbortController().signal, onProgress: () => {}, onWarning: () => {},
  });
  const problem: UserError | undefined = outcome.problems[0];
  if (problem !== undefined) throw problem;
  return outcome.results;
}
`;

it("the packed package, installed into an empty folder: init and render work, and its types check", {
  timeout: 300_000,
}, async () => {
  const workspace = createWorkspace({ "package.json": '{ "private": true, "type": "module" }\n' });
  const cwd = workspace.folder;
  // dist/ was built when the tests began; packing must not write it under the other tests.
  const packed = await runProgram("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", cwd], {
    cwd: ROOT,
  });
  expect(packed).toMatchObject({ exitCode: 0 });
  const tarball = packed.stdout.trim().split("\n").at(-1) ?? "";
  const installed = await runProgram(
    "npm",
    ["install", "--no-audit", "--no-fund", "--prefer-offline", `./${tarball}`],
    { cwd },
  );
  expect(installed, installed.stderr).toMatchObject({ exitCode: 0 });
  const lock: { packages: Record<string, unknown> } = JSON.parse(workspace.read("node_modules/.package-lock.json"));
  const names = Object.keys(lock.packages).map((path) => path.split("node_modules/").at(-1) ?? "");
  expect(names.toSorted()).toEqual([...new Set(names)].sort()); // one version of each
  expect(names).not.toContain("vega");
  const { stdout } = await runProgram("du", ["-sk", "--exclude=pyodide", "node_modules"], { cwd });
  // Measured: 41 MiB on Linux.
  expect(Number.parseInt(stdout, 10)).toBeLessThan(60_000);

  expect(await runProgram("npx", ["--no-install", "heapbook", "init", "my-report"], { cwd })).toMatchObject({
    exitCode: 0,
  });
  const run = await runProgram(
    "npx",
    ["--no-install", "heapbook", "render", "my-report", "--trials", "1", "-P", "length:100"],
    { cwd },
  );

  expect(run, run.stderr).toMatchObject({ exitCode: 0, stdout: "_site/my-report/index.html\n" });
  expect(workspace.read(".gitignore")).toContain("_site/");
  expect(workspace.list("_site/my-report")).toEqual(
    expect.arrayContaining([
      "_site/my-report/index.html",
      "_site/my-report/report.md",
      "_site/my-report/results.json",
      "_site/my-report/figures/fig-live.svg",
    ]),
  );

  // A report of this repository, its modules and all.
  cpSync(`${ROOT}/reports/map-and-object`, workspace.path("reports/map-and-object"), { recursive: true });
  const few = ["--trials", "1", "-P", "entries:100"];
  const other = await runProgram("npx", ["--no-install", "heapbook", "render", "map-and-object", ...few], { cwd });
  expect(other, other.stderr).toMatchObject({ exitCode: 0 });

  workspace.write("cell.ts", CELL_LIKE);
  workspace.write("program.ts", PROGRAM);
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2023,dom"];
  const checked = await runProgram(
    process.execPath,
    [`${ROOT}/node_modules/typescript/bin/tsc`, ...options, "cell.ts", "program.ts"],
    { cwd },
  );
  expect(checked.stdout).toBe("");
  expect(checked.exitCode).toBe(0);
});
