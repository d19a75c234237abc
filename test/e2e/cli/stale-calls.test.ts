import { expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, reportOf } from "../../helpers/workspace.ts";

// What only a later call of a region reads, or code that has metrics: the trial whose outputs the page shows makes one call, without metrics.

const IN = "reports/demo";
const MEASURE = 'import fs from "node:fs"; import { measure, params } from "heapbook"; let calls = 0;';
const allocated = (label: string, code: string): string =>
  cellOf(
    `//| label: ${label}`,
    "//| probes: [allocated]",
    "//| trials: 1",
    "//| warmup: 2",
    MEASURE,
    `measure(() => { calls++; ${code} });`,
  );

/** Cells by label; each reads something in its third call. */
const CELLS: Readonly<Record<string, string>> = {
  "warm-file": allocated("warm-file", 'return calls > 2 ? fs.readFileSync("d1", "utf8") : "";'),
  "warm-absent": allocated("warm-absent", 'return calls > 2 && fs.existsSync("d2");'),
  "warm-variable": allocated("warm-variable", 'return calls > 2 ? process.env["D3"] : "";'),
  "warm-parameter": allocated("warm-parameter", "return calls > 2 ? params.scale : 0;"),
  "warm-throws": allocated(
    "warm-throws",
    'if (calls > 2 && fs.readFileSync("d4", "utf8") === "1") console.log("d4 is 1");',
  ),
  iteration: cellOf(
    "//| label: iteration",
    "//| probes: [time]",
    "//| trials: 1",
    MEASURE,
    'measure(() => { calls++; if (calls === 4) fs.readFileSync("d5"); }, { iterations: 5 });',
  ),
  metrics: cellOf(
    "//| label: metrics",
    "//| probes: [allocated]",
    "//| trials: 1",
    MEASURE,
    'const { metrics } = measure(() => [calls]); if (metrics["allocated"] !== undefined) fs.readFileSync("d6");',
  ),
  none: allocated("none", "return new Array(calls);"),
};

it("what a cell reads only in later calls, or where it has metrics, makes it run again", async () => {
  const files = ["d1", "d4", "d5", "d6"];
  const workspace = createWorkspace({
    [`${IN}/report.md`]: reportOf(Object.values(CELLS).join("")).replace("---\n", "---\nparams:\n  scale: 1\n"),
    ...Object.fromEntries(files.map((name) => [`${IN}/${name}`, "1"])),
  });
  const render = async (variable: string): Promise<readonly string[]> => {
    const rendered = await runCli(["render", "--explain", "--to", "md"], {
      cwd: workspace.folder,
      env: { D3: variable },
    });
    expect(rendered, rendered.stderr).toMatchObject({ exitCode: 0 });
    return [...rendered.stderr.matchAll(/^ {2}([\w-]+): run \(/gm)].map(([, label]) => label ?? "").sort();
  };
  expect(await render("1")).toEqual(Object.keys(CELLS).sort());
  const page = workspace.read("_site/demo/report.md");
  expect(await render("1")).toEqual([]);
  for (const name of [...files, "d2"]) workspace.write(`${IN}/${name}`, "two");
  const report = workspace.read(`${IN}/report.md`);
  workspace.write(`${IN}/report.md`, report.replace("scale: 1", "scale: 2"));
  expect(await render("2")).toEqual(
    Object.keys(CELLS)
      .filter((label) => label !== "none")
      .sort(),
  );
  expect(await render("2")).toEqual([]);
  // The page shows the outputs of a call without warm-up, as before.
  expect(page).not.toMatch(/^d4 is 1$/m);
}, 400_000);
