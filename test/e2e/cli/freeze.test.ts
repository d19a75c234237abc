import { cpSync, rmSync, symlinkSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, makeWorkspace, reportOf, type Workspace } from "../../helpers/workspace.ts";

// One report, frozen once. Each test is a reader with a copy of the report's folder, and nothing else.

const REPORT = reportOf(
  [
    cellOf(
      "//| label: walks",
      "//| matrix: { size: [1, 2] }",
      "//| probes: [time, lines]",
      "//| trials: 2",
      'import { claim, measure, metric, params } from "heapbook";',
      'import { make } from "./make.ts";',
      "measure(() => make(100 * params.size));",
      'metric("size", params.size);',
      'claim("It is small.", params.size).isBelow(5);',
    ),
    cellOf(
      "//| label: reads",
      'import { readFileSync } from "node:fs";',
      'console.log(readFileSync("data.csv", "utf8"));',
    ),
    cellOf(
      "//| label: looks",
      'import { existsSync, readdirSync, statSync } from "node:fs";',
      'import { createRequire } from "node:module";',
      'const require = createRequire(process.cwd() + "/report.md");',
      "let plot = 'none';",
      "try { plot = require('plot'); } catch {}",
      'console.log(existsSync("later.txt"), statSync("lists/one.txt").size, readdirSync("lists").join(), process.env.DEMO_SCALE, plot);',
    ),
    cellOf("//| label: other", "//| runtime: ./own-node", 'console.log("elsewhere");'),
    cellOf("//| label: fails", "//| error: true", 'throw new Error("expected");'),
    "```{python}\n#| label: py\nprint(1 + 1)\n```\n",
    'Two is {{metric "walks" "size" size=2}}.\n',
  ].join("\n"),
  "title: A report\nexecute: { freeze: true }",
);

let author: Workspace;

const heapbook = (workspace: Workspace, ...args: readonly string[]) =>
  runCli(args, { cwd: workspace.folder, env: { DEMO_SCALE: "2" } });

beforeAll(async () => {
  author = makeWorkspace({
    "reports/demo/report.md": REPORT,
    "reports/demo/make.ts": "export const make = (n: number) => Array.from({ length: n }, (_, i) => [i]);\n",
    "reports/demo/data.csv": "a,b\n",
    "reports/demo/lists/one.txt": "1",
  });
  symlinkSync(process.execPath, author.path("reports/demo/own-node"));
  const run = await heapbook(author, "render");
  expect(run, run.stderr).toMatchObject({ exitCode: 0, stdout: "_site/demo/index.html\n" });
  expect(run.stderr).toContain("results frozen in reports/demo/report.results.json");
}, 120_000);

afterAll(() => rmSync(author.folder, { recursive: true, force: true }));

/** A reader without the store, the page, and the Node of the cell `other`. */
function createReader(): Workspace {
  const workspace = createWorkspace();
  cpSync(author.path("reports"), workspace.path("reports"), { recursive: true });
  rmSync(workspace.path("reports/demo/own-node"));
  return workspace;
}

const change = (workspace: Workspace, file: string, from: string, to: string): void =>
  workspace.write(file, workspace.read(file).replace(from, to));

describe("a reader", () => {
  it("renders the same page byte for byte, which says that it is frozen", async () => {
    const reader = createReader();
    for (const args of [["--no-execute"], []]) {
      const run = await heapbook(reader, "render", ...args);
      expect(run, run.stderr).toMatchObject({ exitCode: 0 });
      expect(reader.snapshot("_site")).toEqual(author.snapshot("_site"));
    }
    const again = await heapbook(reader, "freeze");
    expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("nothing changed") });
    expect(reader.read("_site/demo/index.html")).toContain("<span>frozen results</span>");
    expect(reader.read("_site/demo/index.html")).toContain("were measured elsewhere, or earlier");
  });

  it("runs only what changed, and freezes it", async () => {
    const reader = createReader();
    expect((await heapbook(reader, "render", "--dry-run")).stdout).toMatch(
      /^walks: reused \(12 trials\)\nreads: reused/,
    );
    change(reader, "reports/demo/data.csv", "a,b", "c,d");
    const before = reader.read("reports/demo/report.results.json").split("\n");
    const checked = await heapbook(reader, "check", "--reporter", "github");
    expect(checked.exitCode).toBe(1);
    expect(checked.stdout.match(/^::error .*$/gm)).toEqual([
      expect.stringMatching(
        /^::error file=reports\/demo\/report\.md,line=\d+,title=heapbook%3A stale-frozen-results::.*`reads` are stale: data\.csv changed/,
      ),
    ]);
    expect(reader.read("reports/demo/report.results.json").split("\n")).toEqual(before);
    rmSync(reader.path(".heapbook"), { recursive: true });
    const run = await heapbook(reader, "render", "--explain");
    expect(run.stderr).toContain("reads: run (1 trial, 0 reused): data.csv changed");
    expect(run.stderr).toContain("results frozen in reports/demo/report.results.json");
    expect(run.stderr).toMatch(/1 cell run, 1 trial \(\d+ reused\)/);
    const after = reader.read("reports/demo/report.results.json").split("\n");
    expect(after.length).toBe(before.length);
    expect(after.filter((line, index) => line !== before[index]).length).toBeLessThan(30);
    expect((await heapbook(reader, "render")).stderr).toContain("nothing changed, no cell run");
  });

  it("sees what appears, what a folder lists and which variables are set, as the store does", async () => {
    const reader = createReader();
    const planned = async (
      variables: Readonly<Record<string, string>> = { DEMO_SCALE: "2", TZ: "Asia/Tokyo", HOME: "/" },
    ) => {
      const run = await runCli(["render", "--dry-run"], { cwd: reader.folder, env: variables });
      return run.stdout.split("\n").find((line) => line.startsWith("looks:"));
    };
    expect(await planned()).toBe("looks: reused (1 trial)");
    expect(await planned({ DEMO_SCALE: "3" })).toBe(
      "looks: runs (1 trial, 0 reused): environment variable DEMO_SCALE changed",
    );
    expect(await planned({})).toMatch(/: environment variable DEMO_SCALE changed$/);
    for (const file of ["later.txt", "lists/two.txt", "node_modules/plot/index.js"]) {
      reader.write(`reports/demo/${file}`, "");
      expect(await planned()).toBe(
        `looks: runs (1 trial, 0 reused): ${file.replace(/\/two\.txt|\/index\.js/, "")} changed`,
      );
      const stored = await heapbook(reader, "render", "--no-execute");
      expect(stored).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("No results are stored for the cell `looks`"),
      });
      rmSync(reader.path(`reports/demo/${file}`));
      if (file.startsWith("node_modules")) rmSync(reader.path("reports/demo/node_modules"), { recursive: true });
    }
    expect(await planned()).toBe("looks: reused (1 trial)");
    expect(reader.read("reports/demo/report.results.json")).not.toContain(author.folder);
  });

  it("must have the runtime only for a cell that runs", async () => {
    const reader = createReader();
    expect(await heapbook(reader, "render")).toMatchObject({ exitCode: 0 });
    change(reader, "reports/demo/report.md", '"elsewhere"', '"here"');
    const run = await heapbook(reader, "render");
    expect(run).toMatchObject({ exitCode: 2 });
    expect(run.stderr).toContain("There is no runtime `./own-node`. [runtime-not-found]");
  });

  it("sees prose that changed, with the lines of the cells as they are now", async () => {
    const reader = createReader();
    change(reader, "reports/demo/report.md", "---\n\n```", "---\n\nProse.\n\nMore prose.\n\n```");
    expect(await heapbook(reader, "render", "--no-execute")).toMatchObject({ exitCode: 0 });
    expect(reader.read("_site/demo/index.html")).toContain("More prose.");
    const lines = JSON.stringify(JSON.parse(reader.read("_site/demo/results.json")));
    expect(lines).toContain('"place":{"file":"report.md","line":19}');
  });

  it.each([
    ["<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n", "has a merge conflict. [invalid-frozen-results]"],
    ["{", "is not JSON. [invalid-frozen-results]"],
    ['{ "schemaVersion": 2, "frozen": 99 }', "was written by another version of Heapbook (99.2)."],
    ['{ "schemaVersion": 2, "frozen": 2 }', "is not a file of frozen results: at report"],
  ])("frozen results that are %j are an error, and no page is written", async (text, message) => {
    const reader = createReader();
    reader.write("reports/demo/report.results.json", text);
    const run = await heapbook(reader, "render", "--no-execute");
    expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(message) });
    expect(reader.list("_site")).toEqual([]);
  });
});

describe("freeze and diff", () => {
  it("frozen results are the results of the page", async () => {
    const run = await heapbook(author, "diff", "reports/demo/report.results.json", "_site");
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^A report · \d+ metrics: \d+ same\n$/) });
  });

  it("without freeze: true, a render measures for itself, and --no-execute takes what is frozen", async () => {
    const files = { "reports/demo/report.md": reportOf(cellOf("//| label: a", "console.log(1);")) };
    const workspace = createWorkspace(files);
    expect((await heapbook(workspace, "freeze")).stdout).toBe("reports/demo/report.results.json\n");
    rmSync(workspace.path(".heapbook"), { recursive: true });
    expect((await heapbook(workspace, "render", "--no-execute")).stderr).toContain("nothing run, 1 stored trial shown");
    expect((await heapbook(workspace, "render")).stderr).toContain("1 cell run, 1 trial (0 reused)");
    expect(workspace.read("_site/demo/index.html")).not.toContain("frozen results");
  });

  it("does not freeze a report with a cell that fails", async () => {
    const workspace = createWorkspace({ "reports/demo/report.md": reportOf(cellOf('throw new Error("no");')) });
    const run = await heapbook(workspace, "freeze");
    expect(run).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining("[not-frozen]") });
    expect(workspace.list("reports")).toEqual(["reports/demo/report.md"]);
  });
});
