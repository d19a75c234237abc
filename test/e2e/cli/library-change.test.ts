import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { runProgram } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, reportOf } from "../../helpers/workspace.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

const REPORT = reportOf(
  cellOf("//| label: numbers", 'import { metric } from "heapbook";', 'metric("size", 3);') +
    cellOf(
      "//| label: bars",
      'import { chart, metricBars } from "heapbook";',
      'import numbers from "result:numbers";',
      'chart(metricBars(numbers, "size"));',
    ) +
    cellOf("//| label: apart", "console.log(3);"),
);

/** A copy of the installed program whose code a test may change, and a report rendered by it. */
function installCopy() {
  const workspace = createWorkspace({ "report/reports/demo/report.md": REPORT });
  const program = workspace.path("program");
  for (const name of ["dist", "templates", "package.json"]) {
    cpSync(join(ROOT, name), join(program, name), { recursive: true, filter: (path) => !/\.(map|d\.ts)$/.test(path) });
  }
  symlinkSync(join(ROOT, "node_modules"), join(program, "node_modules"));
  const render = () =>
    runProgram(process.execPath, [join(program, "dist/cli.js"), "render"], { cwd: workspace.path("report") });
  const edit = (file: string, from: string, to: string): void => {
    const path = join("program/dist", file);
    const text = workspace.read(path);
    expect(text, file).toContain(from);
    workspace.write(path, text.replaceAll(from, to));
  };
  /** Files of the harness that name the symbol on which library and harness meet. */
  const filesWithSymbol = (): string[] =>
    workspace
      .list("program/dist/harness")
      .filter((path) => workspace.read(path).includes("heapbook.trial"))
      .map((path) => path.slice("program/dist/".length));
  return { render, edit, filesWithSymbol, page: () => workspace.read("report/_site/demo/index.html") };
}

it("a change of the cell library re-runs exactly the cells whose bundle it changes", async () => {
  const { render, edit, filesWithSymbol, page } = installCopy();
  expect((await render()).stderr).toContain("3 cells run, 3 trials (0 reused)");
  expect((await render()).stderr).toContain("no cell run (3 trials reused)");

  // A comment is not in a bundle.
  edit("library/charts.js", "export function metricBars", "/* another comment */\nexport function metricBars");
  expect((await render()).stderr).toContain("no cell run (3 trials reused)");

  // A function that no cell uses is not in a bundle.
  edit("library/charts.js", 'chart: "pause-histogram"', 'chart: "pause-histogram-2"');
  expect((await render()).stderr).toContain("no cell run (3 trials reused)");

  // Code that one cell uses: a cached bundle of the former code would show the former axis.
  expect(page()).not.toContain("changed axis");
  edit("library/charts.js", "label: options.label ?? metric.label", 'label: "changed axis"');
  const changed = await render();
  expect(changed.stderr).toContain("1 cell run, 1 trial (2 reused)");
  expect(changed.stderr).toContain("bars: ");
  expect(page()).toContain("changed axis");

  // A module that the library shares with the harness: with a cached bundle of the former symbol the two would not meet.
  for (const file of filesWithSymbol()) edit(file, "heapbook.trial", "heapbook.another-trial");
  const shared = await render();
  expect(shared).toMatchObject({ exitCode: 0 });
  expect(shared.stderr).toContain("3 cells run, 3 trials (0 reused)");
  expect(page()).toContain("changed axis");
});
