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
    const expected = Object.keys(KINDS).flatMap((label) => [label, `r-${label}`]);
    expect(ran(again.stderr)).toEqual(expected.sort());
    expect(again.stderr).toContain("removed: run (1 trial, 0 reused): a1, which it wrote, is missing");
    expect(again.stderr).toContain("edited: run (1 trial, 0 reused): a2, which it wrote, changed");
  }
}, 400_000);

it("a cell whose image was changed by hand runs again before the page that shows the image", async () => {
  const svg = (width: number): string => `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="5"/>`;
  const workspace = createWorkspace({
    [REPORT]: reportOf(`${writer("draws", `fs.writeFileSync("a plot.svg", '${svg(5)}');`)}![A plot.](a%20plot.svg)\n`),
    // The page must find an image before any cell runs.
    [`${IN}/a plot.svg`]: svg(1),
  });
  const render = () => runCli(["render", "--explain"], { cwd: workspace.folder });
  const first = await render();
  expect(first, first.stderr).toMatchObject({ exitCode: 0 });
  expect(ran((await render()).stderr)).toEqual([]);
  const page = workspace.read("_site/demo/index.html");
  workspace.write(`${IN}/a plot.svg`, svg(99));
  expect((await render()).stderr).toContain("draws: run (1 trial, 0 reused): a plot.svg, which it wrote, changed");
  expect(workspace.read(`${IN}/a plot.svg`)).toBe(svg(5));
  const withoutTime = (text: string): string => text.replace(/(?:[\d.,]+\s(?:ms|s)\s?)+measured/g, "");
  expect(withoutTime(workspace.read("_site/demo/index.html"))).toBe(withoutTime(page));
}, 120_000);
