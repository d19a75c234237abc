import { expect, it } from "vitest";
import { parseResults } from "../../../src/store/parse-results.ts";
import { runCli } from "../../helpers/cli.ts";
import { expectMetricsFromTable } from "../../helpers/metric-table.ts";
import { cellOf, createWorkspace, reportOf } from "../../helpers/workspace.ts";

// What the process's own number decides is from outside: trials that should agree cannot.
const UNSTEADY = [
  'import { measure } from "heapbook";',
  "measure(() => Array.from({ length: 1000 * (1 + (process.pid % 50)) }, (_, i) => [i]));",
];

const report = (silence: string): string =>
  reportOf(
    [
      // Each pass of the search has a number of its own too.
      cellOf("//| label: unsteady", "//| probes: [peak]", "//| trials: 3", `//| silence: ${silence}`, ...UNSTEADY),
      cellOf(
        "//| label: sizes",
        "//| matrix: { size: [1, 4] }",
        "//| probes: [peak]",
        'import { measure, params } from "heapbook";',
        "measure(() => new Uint8Array(params.size * 2 ** 20));",
      ),
      cellOf(
        "//| label: compared",
        'import sizes from "result:sizes";',
        'import { compare, table } from "heapbook";',
        'table(compare(sizes, "peakLive", { base: { size: 1 } }));',
      ),
    ].join(""),
  );

it("says on stderr, in results.json and on the page what the results say about themselves; compares in a cell", async () => {
  const workspace = createWorkspace({ "reports/demo/report.md": report("peak-uncertain") });
  const { exitCode, stderr } = await runCli(["render", "--to", "html,md"], { cwd: workspace.folder });
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(
    /warning: reports\/demo\/report\.md:\d+: Trials that should give equal values differ: .*\[samples-differ\]/,
  );
  // A note is for the page.
  expect(stderr).not.toContain("[few-trials]");

  const results = parseResults(workspace.read("_site/demo/results.json"), "results.json");
  expectMetricsFromTable(results);
  expect(results.cells.map(({ label, conclusions }) => [label, conclusions.map(({ id }) => id)])).toEqual([
    ["unsteady", ["samples-differ", "few-trials"]],
    ["sizes", []],
    ["compared", []],
  ]);
  const page = workspace.read("_site/demo/index.html");
  expect(page).toContain('<div class="callout conclusions" data-kind="warning"');
  const text = workspace.read("_site/demo/report.md");
  expect(text).toMatch(/> \[!WARNING\]\n> Trials that should give equal values differ/);
  expect(text).toMatch(
    /\| 4 \| 4(?:\.\d+)?\u00a0MiB \| 4(?:\.\d+)? \| [34](?:\.\d+)? to 4(?:\.\d+)? \| \+3(?:\.\d+)?\u00a0MiB \| — \| 4\.0 times as much \|/,
  );

  // Silence changes what is said, not what is measured: nothing runs again.
  workspace.write("reports/demo/report.md", report("[samples-differ, few-trials, peak-uncertain]"));
  const silenced = await runCli(["render"], { cwd: workspace.folder });
  expect(silenced.stderr).not.toContain("[samples-differ]");
  expect(silenced.stderr).toContain("nothing changed, no cell run");
  expect(workspace.read("_site/demo/index.html")).not.toContain('class="callout conclusions"');
});
