import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, reportOf, type Workspace } from "../../helpers/workspace.ts";

// Cells joined by a file: the file that one wrote is removed, or changed by hand, between two renders. The page is that of a clean render.

const IN = "reports/demo";
const REPORT = `${IN}/report.md`;
const FS = 'import fs from "node:fs";';
const reader = (label: string, path: string): string =>
  cellOf(
    `//| label: ${label}`,
    FS,
    `console.log("${label}", fs.existsSync("${path}") ? fs.readFileSync("${path}", "utf8") : "MISSING");`,
  );
const writer = (label: string, ...code: readonly string[]): string =>
  cellOf(`//| label: ${label}`, FS, ...code, `console.log("${label}");`);

const REMOVE =
  (file: string) =>
  ({ path }: Workspace): void =>
    rmSync(path(`${IN}/${file}`), { recursive: true });
const EDIT =
  (file: string) =>
  ({ write }: Workspace): void =>
    write(`${IN}/${file}`, "by hand");

/** Writers, and what happens to the file that each writes, and that a cell with `r-` before its label reads. */
const KINDS: Readonly<
  Record<string, { readonly code: string; readonly file: string; readonly change: typeof REMOVE }>
> = {
  removed: { code: 'fs.writeFileSync("a1", "1");', file: "a1", change: REMOVE },
  edited: { code: 'fs.writeFileSync("a2", "2");', file: "a2", change: EDIT },
  "in-folder": {
    code: 'fs.mkdirSync("a3", { recursive: true }); fs.writeFileSync("a3/x", "3");',
    file: "a3/x",
    change: REMOVE,
  },
  "folder-removed": {
    code: 'fs.mkdirSync("a4/b", { recursive: true }); fs.writeFileSync("a4/b/x", "4");',
    file: "a4/b/x",
    change: () => REMOVE("a4"),
  },
  copied: { code: 'fs.cpSync("from", "a5", { recursive: true });', file: "a5/x", change: REMOVE },
};

const ran = (stderr: string): string[] =>
  [...stderr.matchAll(/^ {2}([\w-]+): run \(/gm)].map(([, label]) => label ?? "").sort();
/** What the readers printed. */
const outputs = (workspace: Workspace): string[] =>
  [...workspace.read("_site/demo/report.md").matchAll(/^r-.*$/gm)].map(([line]) => line);

it("a cell whose file is gone or changed runs again before the cell that reads it", async () => {
  const cells = Object.entries(KINDS).map(
    ([label, { code, file }]) => writer(label, code) + reader(`r-${label}`, file),
  );
  const workspace = createWorkspace({
    // Two cells write one file, and nobody reads what the last one writes: they do not run in turns for ever.
    [REPORT]: reportOf(
      cells.join("") +
        writer("both-1", 'fs.writeFileSync("both", "1");') +
        writer("both-2", 'fs.writeFileSync("both", "2");') +
        reader("r-both", "both") +
        // Each trial leaves other contents; those of the last one stay.
        cellOf("//| label: random", "//| probes: [gc]", FS, 'fs.writeFileSync("rnd", Math.random().toFixed(6));') +
        cellOf("//| label: r-random", FS, 'console.log(fs.readFileSync("rnd", "utf8").length);') +
        writer("unread", 'fs.writeFileSync("unread", "1");'),
    ),
    [`${IN}/from/x`]: "5",
  });
  const render = (...more: readonly string[]) =>
    runCli(["render", "--explain", "--to", "md", ...more], { cwd: workspace.folder });
  const first = await render();
  expect(first, first.stderr).toMatchObject({ exitCode: 0 });
  const clean = outputs(workspace);
  expect(clean).toHaveLength(Object.keys(KINDS).length + 1);
  expect(clean.join()).not.toContain("MISSING");
  // Twice: what ran again is known as well as what ran first.
  for (let round = 0; round < 2; round++) {
    expect(ran((await render()).stderr)).toEqual([]);
    for (const { file, change } of Object.values(KINDS)) change(file)(workspace);
    rmSync(workspace.path(`${IN}/unread`), { force: true });
    const planned = await render("--dry-run");
    expect(planned.stdout).toContain("a1, which it wrote, is missing");
    const again = await render();
    expect(again, again.stderr).toMatchObject({ exitCode: 0 });
    expect(outputs(workspace)).toEqual(clean);
    // What the cells write is what it was, so that who reads it does not run.
    expect(ran(again.stderr)).toEqual(Object.keys(KINDS).sort());
    expect(again.stderr).toContain("removed: run (1 trial, 0 reused): a1, which it wrote, is missing");
    expect(again.stderr).toContain("edited: run (1 trial, 0 reused): a2, which it wrote, changed");
  }
}, 400_000);

it("a cell that reads a file runs once, after the cell that writes it", async () => {
  const count = (label: string): string => `fs.appendFileSync(process.env.RUNS ?? "none", "${label}\\n");`;
  const cells = {
    late: writer(
      "late",
      "await new Promise((done) => setTimeout(done, 500));",
      'fs.writeFileSync("b1", "1");',
      count("late"),
    ),
    "r-late": reader("r-late", "b1").replace(FS, `${FS} ${count("r-late")}`),
    "r-both": cellOf("//| label: r-both", FS, count("r-both"), 'console.log("r-both", fs.readFileSync("b1", "utf8"));'),
    apart: cellOf("//| label: apart", FS, count("apart"), 'console.log(fs.existsSync("none"));'),
  };
  const workspace = createWorkspace({ [REPORT]: reportOf(Object.values(cells).join("")) });
  const runs = workspace.path("runs");
  const render = async (): Promise<readonly string[]> => {
    workspace.write("runs", "");
    const rendered = await runCli(["render", "--explain", "--to", "md"], {
      cwd: workspace.folder,
      env: { RUNS: runs },
    });
    expect(rendered, rendered.stderr).toMatchObject({ exitCode: 0 });
    return workspace.read("runs").split("\n").filter(Boolean).sort();
  };
  expect(await render()).toEqual(Object.keys(cells).sort());
  expect(await render()).toEqual([]);
  workspace.write(`${IN}/b1`, "by hand");
  expect(await render()).toEqual(["late"]);
  workspace.write(`${IN}/b1`, "1");
  expect(await render()).toEqual([]);
  workspace.write(REPORT, workspace.read(REPORT).replace('"b1", "1"', '"b1", "2"'));
  expect(await render()).toEqual(["late", "r-both", "r-late"]);
  expect(outputs(workspace)).toEqual(["r-late 2", "r-both 2"]);
}, 120_000);

it("`inputs` names a file that another cell makes: in a fresh clone, and where it changes", async () => {
  const input = (label: string, input: string, path: string): string =>
    reader(label, path).replace(`label: ${label}\n`, `label: ${label}\n//| inputs: ["${input}"]\n`);
  const workspace = createWorkspace({
    [REPORT]: reportOf(
      // The first reader stands before the cell that writes.
      input("r-before", "i1", "i1") +
        writer("one", 'fs.writeFileSync("i1", "1");') +
        writer("two", 'fs.mkdirSync("i2", { recursive: true }); fs.writeFileSync("i2/x", "2");') +
        input("r-after", "i1", "i1") +
        input("r-pattern", "i2/*", "i2/x") +
        input("r-folder", "i2", "i2/x"),
    ),
  });
  const render = (...more: readonly string[]) =>
    runCli(["render", "--explain", "--to", "md", ...more], { cwd: workspace.folder });
  expect(await render("--dry-run")).toMatchObject({ exitCode: 0 });
  const first = await render();
  expect(first, first.stderr).toMatchObject({ exitCode: 0 });
  const clean = outputs(workspace);
  expect(clean).toEqual(["r-before 1", "r-after 1", "r-pattern 2", "r-folder 2"]);
  expect(ran((await render()).stderr)).toEqual([]);
  REMOVE("i1")(workspace);
  REMOVE("i2")(workspace);
  // The readers run only if the cells that write leave other contents.
  const planned = await render("--dry-run");
  expect(planned.stdout).toContain("r-before: runs (1 trial, 0 reused): if i1 changes, which `one` writes");
  expect(ran((await render()).stderr)).toEqual(["one", "two"]);
  expect(outputs(workspace)).toEqual(clean);
  workspace.write(REPORT, workspace.read(REPORT).replace('"i2/x", "2"', '"i2/x", "3"'));
  expect(ran((await render()).stderr)).toEqual(["r-folder", "r-pattern", "two"]);
  expect(outputs(workspace)).toEqual(["r-before 1", "r-after 1", "r-pattern 3", "r-folder 3"]);
  // What no cell makes is still a mistake.
  workspace.write(REPORT, workspace.read(REPORT).replace('inputs: ["i1"]', 'inputs: ["none"]'));
  const wrong = await render();
  expect(wrong.exitCode).toBe(1);
  expect(wrong.stderr).toContain("no file matches the input `none`. [input-not-found]");
}, 200_000);

const svg = (width: number): string => `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="5"/>`;
const DRAWS = writer(
  "draws",
  `fs.writeFileSync("a plot.svg", '${svg(5)}');`,
  'fs.writeFileSync("rows.csv", "a\\n1\\n");',
);

it("an image and a linked file are made by the first render, and again where they were changed by hand", async () => {
  const workspace = createWorkspace({
    [REPORT]: reportOf(`![A plot.](a%20plot.svg) and [its rows](rows.csv)\n\n${DRAWS}`),
  });
  const render = (...more: readonly string[]) => runCli(["render", "--explain", ...more], { cwd: workspace.folder });
  expect(await render("--dry-run")).toMatchObject({ exitCode: 0 });
  const first = await render();
  expect(first, first.stderr).toMatchObject({ exitCode: 0 });
  expect(workspace.read("_site/demo/rows.csv")).toBe("a\n1\n");
  expect(ran((await render()).stderr)).toEqual([]);
  const page = workspace.read("_site/demo/index.html");
  workspace.write(`${IN}/a plot.svg`, svg(99));
  expect((await render()).stderr).toContain("draws: run (1 trial, 0 reused): a plot.svg, which it wrote, changed");
  expect(workspace.read(`${IN}/a plot.svg`)).toBe(svg(5));
  const withoutTime = (text: string): string => text.replace(/(?:[\d.,]+\s(?:ms|s)\s?)+measured/g, "");
  expect(withoutTime(workspace.read("_site/demo/index.html"))).toBe(withoutTime(page));
  rmSync(workspace.path(`${IN}/rows.csv`));
  expect((await render()).stderr).toContain("rows.csv, which it wrote, is missing");
  workspace.write(REPORT, workspace.read(REPORT).replace('"a\\n1\\n"', '"a\\n2\\n"'));
  expect(await render()).toMatchObject({ exitCode: 0 });
  expect(workspace.read("_site/demo/rows.csv")).toBe("a\n2\n");
}, 120_000);

it("an image or a link whose file no cell made is an error at its line, after the run; without a cell that may make it, before", async () => {
  const text = "![A plot.](gone.svg)\n\n[Rows](gone.csv)\n\n";
  const workspace = createWorkspace({ [REPORT]: reportOf(text + DRAWS) });
  const render = () => runCli(["render"], { cwd: workspace.folder });
  const after = await render();
  expect(after).toMatchObject({ exitCode: 2 });
  expect(after.stderr).toContain("draws: completed");
  expect(after.stderr).toMatch(/report\.md:5: error: Cannot read the image gone\.svg/);
  expect(after.stderr).toMatch(/report\.md:7: error: The link `gone\.csv` leads to no file/);
  workspace.write(REPORT, reportOf(text + DRAWS.replace("fs.write", "throw new Error('why'); fs.write")));
  expect((await render()).stderr).toContain("Error: why");
  workspace.write(REPORT, reportOf(text + cellOf("//| label: plain", "console.log(1);")));
  const before = await render();
  expect(before).toMatchObject({ exitCode: 2 });
  expect(before.stderr).toContain("Cannot read the image gone.svg");
  expect(before.stderr).not.toContain("plain: completed");
}, 120_000);
