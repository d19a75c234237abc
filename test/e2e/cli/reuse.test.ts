import { rmSync, statSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { type CliRun, runCli } from "../../helpers/cli.ts";
import {
  cellOf,
  copyWorkspace,
  createWorkspace,
  makeWorkspace,
  reportOf,
  type Workspace,
} from "../../helpers/workspace.ts";

// A log outside the report shows how often a cell really ran.
const LOGGED = 'import { appendFileSync } from "node:fs";\nappendFileSync(process.env.HEAPBOOK_RUN_LOG, "run\\n");';

const REPORT = reportOf(
  `${cellOf(
    "//| label: numbers",
    "//| matrix: { size: [1, 2] }",
    "//| probes: [time]",
    "//| trials: 2",
    LOGGED,
    'import { measure, metric, params } from "heapbook";',
    "measure(() => Array.from({ length: 1000 * params.size }));",
    'metric("size", params.size);',
  )}Two is {{metric "numbers" "size" size=2}}.\n`,
);

function logged(workspace: Workspace) {
  const options = { cwd: workspace.folder, env: { HEAPBOOK_RUN_LOG: workspace.path("runs.log") } };
  const render = (...args: readonly string[]) => runCli(["render", ...args], options);
  return { workspace, render };
}

function createLogged(files: Readonly<Record<string, string>> = { "reports/demo/report.md": REPORT }) {
  return logged(createWorkspace(files));
}

/** Workspaces that were rendered once, by their report and the arguments. Tests of a second render begin with a copy. */
const originals = new Map<string, Promise<{ readonly original: Workspace; readonly first: CliRun }>>();
afterAll(async () => {
  for (const { original } of await Promise.all(originals.values())) {
    rmSync(original.folder, { recursive: true, force: true });
  }
});

async function renderOriginal(report: string, args: readonly string[]) {
  const { workspace: original, render } = logged(makeWorkspace({ "reports/demo/report.md": report }));
  return { original, first: await render(...args) };
}

/** A workspace of a test's own that was rendered with these arguments; `first` is how that render ended. */
async function createRendered(args: readonly string[] = [], report = REPORT) {
  const key = JSON.stringify([report, args]);
  const rendered = originals.get(key) ?? renderOriginal(report, args);
  originals.set(key, rendered);
  const { original, first } = await rendered;
  return { ...logged(copyWorkspace(original)), first };
}

function countRuns(workspace: Workspace): number {
  return workspace.list().includes("runs.log") ? workspace.read("runs.log").split("\n").length - 1 : 0;
}

describe("a second render", () => {
  it("runs nothing, says so, and leaves every file as it was, time stamps too", async () => {
    const { workspace, render, first } = await createRendered();
    expect(first).toMatchObject({ exitCode: 0, stdout: "_site/demo/index.html\n" });
    // Two variants, each twice under `output` and twice under `time`.
    expect(first.stderr).toContain("1 cell run, 8 trials (0 reused)");
    expect(countRuns(workspace)).toBe(8);
    const files = workspace.snapshot("_site", ".heapbook");
    const timeMs = statSync(workspace.path("_site/demo/index.html")).mtimeMs;

    const second = await render();

    expect(second.exitCode).toBe(0);
    expect(second.stderr).toContain("nothing changed, no cell run (8 trials reused)");
    expect(countRuns(workspace)).toBe(8);
    expect(workspace.snapshot("_site", ".heapbook")).toEqual(files);
    expect(statSync(workspace.path("_site/demo/index.html")).mtimeMs).toBe(timeMs);
  });

  it("runs nothing for a change of prose, and writes the new text", async () => {
    const { workspace, render } = await createRendered();
    workspace.write(
      "reports/demo/report.md",
      REPORT.replace("Two is", "A pair is").replace("//| label: numbers", "//| label: numbers\n//| echo: false"),
    );
    const second = await render();
    expect(second.stderr).toContain("no cell run");
    expect(workspace.read("_site/demo/report.md")).toContain("A pair is 2");
    expect(countRuns(workspace)).toBe(8);
  });

  it("runs only the cell that changed, and what imports its result", async () => {
    const cells = (value: string): string =>
      reportOf(
        cellOf("//| label: first", 'import { metric } from "heapbook";', `metric("value", ${value});`) +
          cellOf("//| label: second", 'import first from "result:first";', "console.log(first.variants.length);") +
          cellOf("//| label: apart", "console.log(3);"),
      );
    const { workspace, render } = createLogged({ "reports/demo/report.md": cells("1") });
    expect((await render()).stderr).toContain("3 cells run, 3 trials");
    workspace.write("reports/demo/report.md", cells("2"));
    const second = await render();
    expect(second.stderr).toContain("2 cells run, 2 trials (1 reused)");
    expect(second.stderr).not.toContain("apart:");
  });

  it("takes more trials of what there are too few of, and no fewer", async () => {
    const { workspace, render } = await createRendered(["--trials", "1"]);
    expect(countRuns(workspace)).toBe(4);
    await render("--trials", "3");
    expect(countRuns(workspace)).toBe(12);
    const back = await render("--trials", "1");
    expect(back.stderr).toContain("no cell run (4 trials reused)");
    expect(countRuns(workspace)).toBe(12);
  });

  it("runs all anew with --cache-refresh", async () => {
    const { workspace, render } = await createRendered(["--trials", "1"]);
    const second = await render("--trials", "1", "--cache-refresh");
    expect(second.stderr).toContain("1 cell run, 4 trials (0 reused)");
    expect(countRuns(workspace)).toBe(8);
    expect((await render("--trials", "1")).stderr).toContain("no cell run");
  });

  it("runs a failed cell again: an error is never reused", async () => {
    const failing = reportOf(cellOf("//| label: broken", "//| error: true", LOGGED, 'throw new Error("no");'));
    const { workspace, render } = createLogged({ "reports/demo/report.md": failing });
    await render();
    await render();
    expect(countRuns(workspace)).toBe(2);
  });

  it("passes over a stored file that is corrupt: a warning, and that trial anew", async () => {
    const { workspace, render } = await createRendered(["--trials", "1"]);
    const [path = ""] = workspace.list(".heapbook/store");
    workspace.write(path, workspace.read(path).slice(0, -20));

    const second = await render("--trials", "1");

    expect(second.exitCode).toBe(0);
    expect(second.stderr.match(/warning: /g)).toHaveLength(1);
    expect(second.stderr).toMatch(/warning: A stored result cannot be used and is measured again: .*checksum/);
    expect(second.stderr).toContain("1 trial (3 reused)");
    expect((await render("--trials", "1")).stderr).toContain("no cell run");
  });

  it.each([
    ["an empty file", ""],
    ["another program's JSON", '{"hello":1}\n'],
    ["a newer schema", `{"schemaVersion":999,"checksum":"${"0".repeat(64)}","set":1}\n`],
    ["binary rubbish", "\u0000\u0001\u0002"],
  ])("passes over %s in the store", async (_, contents) => {
    const { workspace, render } = await createRendered([], reportOf(cellOf("//| label: a", "console.log(1);")));
    const [path = ""] = workspace.list(".heapbook/store");
    workspace.write(path, contents);
    const second = await render();
    expect(second).toMatchObject({ exitCode: 0 });
    expect(second.stderr).toMatch(/warning: A stored result cannot be used and is measured again: /);
    expect(second.stderr).toContain("1 trial (0 reused)");
  });
});

describe("--no-execute", () => {
  it("with nothing stored: runs nothing, says so, and marks every hole in the page", async () => {
    const { workspace, render } = createLogged();
    const run = await render("--no-execute");
    // A page that lacks results is no success: CI would publish it.
    expect(run).toMatchObject({ exitCode: 1, stdout: "_site/demo/index.html\n" });
    expect(run.stderr).toContain("nothing run, nothing was stored");
    expect(run.stderr).toContain("so the page lacks them. [no-stored-results]");
    expect(countRuns(workspace)).toBe(0);
    expect(workspace.list(".heapbook/store")).toEqual([]);
    expect(workspace.read("_site/demo/index.html")).toContain("No stored result");
  });

  it("shows what is stored", async () => {
    const { workspace, render } = await createRendered();
    const page = workspace.read("_site/demo/index.html");
    const run = await render("--no-execute");
    expect(run.stderr).toContain("nothing run, 8 stored trials shown");
    expect(workspace.read("_site/demo/index.html")).toBe(page);
    expect(countRuns(workspace)).toBe(8);
  });

  it("leaves a good page as it is where code has changed since, and says what to do", async () => {
    const { workspace, render } = createLogged({
      "reports/demo/report.md": reportOf(cellOf("//| label: a", 'console.log("old");')),
    });
    await render();
    const before = workspace.snapshot("_site");
    workspace.write("reports/demo/report.md", reportOf(cellOf("//| label: a", 'console.log("new");')));
    const run = await render("--no-execute");
    expect(run).toMatchObject({ exitCode: 1, stdout: "" });
    expect(run.stderr).toContain("report.md:5: error: No results are stored for the cell `a` as the report is now");
    expect(run.stderr).toContain("Render without `--no-execute` to run what is missing");
    expect(workspace.snapshot("_site")).toEqual(before);
  });

  it("leaves a good page as it is where the store is gone, also with cells without labels", async () => {
    const { workspace, render } = createLogged({ "reports/demo/report.md": reportOf(cellOf('console.log("old");')) });
    await render();
    const before = workspace.snapshot("_site");
    rmSync(workspace.path(".heapbook"), { recursive: true });
    expect(await render("--no-execute")).toMatchObject({ exitCode: 1, stdout: "" });
    workspace.write("reports/demo/report.md", reportOf(cellOf('console.log("new");')));
    expect((await render("--no-execute")).stderr).toContain("[no-stored-results]");
    expect(workspace.snapshot("_site")).toEqual(before);
  });

  it("shows no result of code that has changed since", async () => {
    const { workspace, render } = createLogged({
      "reports/demo/report.md": reportOf(cellOf("//| label: a", 'console.log("old");')),
    });
    await render();
    rmSync(workspace.path("_site"), { recursive: true });
    workspace.write("reports/demo/report.md", reportOf(cellOf("//| label: a", 'console.log("new");')));
    const run = await render("--no-execute");
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain("report.md:5: error: No results are stored for the cell `a`, so the page lacks them");
    expect(run.stderr).toContain("Render without `--no-execute` to run what is missing");
    const page = workspace.read("_site/demo/index.html");
    expect(page).toContain("No stored result");
    expect(page).not.toMatch(/<samp>(old|new)/);
  });
});

describe("what is written", () => {
  const small = (title: string): string => reportOf(cellOf("//| label: a", "console.log(1);"), `title: ${title}`);

  it("--to md: no page, and the Markdown's name on stdout", async () => {
    const { workspace, render } = createLogged({ "reports/demo/report.md": small("One") });
    const run = await render("--to", "md");
    expect(run).toMatchObject({ exitCode: 0, stdout: "_site/demo/report.md\n" });
    expect(workspace.list("_site")).toEqual([
      "_site/.heapbook-site.json",
      "_site/demo/report.md",
      "_site/demo/results.json",
    ]);
  });

  it("--quiet: nothing on either stream", async () => {
    const { render } = createLogged({ "reports/demo/report.md": small("One") });
    expect(await render("--quiet")).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
  });

  it("--quiet: errors and warnings all the same", async () => {
    const { render } = createLogged({
      "reports/demo/report.md": reportOf(cellOf("//| label: a", 'throw new Error("no");')),
    });
    const run = await render("-q");
    expect(run).toMatchObject({ exitCode: 1, stdout: "" });
    expect(run.stderr).toMatch(
      /^reports\/demo\/report\.md:\d+:\d+: error: Cell `a` failed: Error: no \[failed-cell\]\n {2}.+\n$/,
    );
  });

  it("several reports, one of them broken: the others are whole", async () => {
    const { workspace, render } = createLogged({
      "reports/one/report.md": small("One"),
      "reports/two/report.md": "no front matter\n",
      "reports/three/report.md": small("Three"),
    });
    const run = await render();
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/reports\/two\/report\.md:1: error: .*\[no-front-matter\]/);
    expect(run.stdout).toBe("_site/one/index.html\n_site/three/index.html\n");
    expect(workspace.list("_site/two")).toEqual([]);
  });

  it("-o: elsewhere, and nothing in _site", async () => {
    const { workspace, render } = createLogged({ "reports/demo/report.md": small("One") });
    const run = await render("demo", "-o", "public/pages");
    expect(run).toMatchObject({ exitCode: 0, stdout: "public/pages/demo/index.html\n" });
    expect(workspace.list("_site")).toEqual([]);
  });

  it("two reports for one page are refused before either runs", async () => {
    const { workspace, render } = createLogged({ "a/demo/report.md": small("One"), "b/demo/report.md": small("Two") });
    const run = await render("a/demo", "b/demo");
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/\[same-slug\]/);
    expect(workspace.list("_site")).toEqual([]);
  });

  it("figures of a cell that is gone go; a file that is not Heapbook's stays", async () => {
    const figure = (label: string): string =>
      cellOf(
        `//| label: ${label}`,
        'import { chart } from "heapbook";',
        'chart({ mark: "bar", data: { values: [{ a: 1 }] }, encoding: { x: { field: "a", type: "quantitative" } } });',
      );
    const { workspace, render } = createLogged({
      "reports/demo/report.md": reportOf(figure("fig-one") + figure("fig-two")),
    });
    expect(await render()).toMatchObject({ exitCode: 0 });
    workspace.write("_site/demo/figures/photo.svg", "<svg/>");
    workspace.write("reports/demo/report.md", reportOf(figure("fig-one")));
    await render();
    expect(workspace.list("_site/demo/figures")).toEqual([
      "_site/demo/figures/fig-one.csv",
      "_site/demo/figures/fig-one.svg",
      "_site/demo/figures/fig-one.vl.json",
      "_site/demo/figures/photo.svg",
    ]);
  });
});
