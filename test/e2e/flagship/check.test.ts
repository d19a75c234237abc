import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseResults } from "../../../src/store/parse-results.ts";
import { type CliRun, runCli } from "../../helpers/cli.ts";
import { copyFlagship, keepCells, readFlagship, readModule } from "../../helpers/flagship.ts";
import { measureFlagship, SHORT } from "../../helpers/measured-flagship.ts";
import { expectMetricsFromTable } from "../../helpers/metric-table.ts";
import { PYODIDE } from "../../helpers/python-runner.ts";
import { openWorkspace, type Workspace } from "../../helpers/workspace.ts";

// The flagship as its readers check it, in its short form. It is measured once, for the browser's tests too; what follows uses that store.

const SENTENCE = "Not saving the walks reduces the peak drastically";
const report = readFlagship();

/** `reports/memory-usage/report.md:808`, where the report says it. */
const place = `${report.file}:${report.source.split("\n").findIndex((line) => line.includes(`claim("${SENTENCE}"`)) + 1}`;

// One of its cells asks Pyodide for the thresholds it has.
describe.skipIf(PYODIDE === undefined)("the flagship", () => {
  const heapbook = (...args: readonly string[]) => runCli(args, { cwd: workspace.folder });
  let workspace: Workspace;
  let checked: CliRun;

  beforeAll(async () => {
    ({ workspace, checked } = await measureFlagship());
  }, 600_000);

  it("is borne out by what it measures: no claim fails, those that bytes decide hold", () => {
    expect(checked, checked.stderr).toMatchObject({ exitCode: 0 });
    const verdicts = checked.stdout.trimEnd().split("\n");
    expect(verdicts.length).toBeGreaterThanOrEqual(10);
    for (const verdict of verdicts)
      expect(verdict).toMatch(/^reports\/memory-usage\/report\.md:\d+: (holds|undecided): /);
    expect(verdicts).toContainEqual(
      expect.stringMatching(`^${place}: holds: ${SENTENCE} \\(.* > 2; bounds [\\d.]+ to [\\d.]+; recorded: 3.63\\)$`),
    );
    expect(verdicts).toContainEqual(
      expect.stringMatching(": holds: In CPython, not saving the walks reduces the peak "),
    );
    for (const verdict of verdicts.filter((each) => /; (?:exact|bounds )/.test(each)))
      expect(verdict).toContain(": holds: ");
  });

  it.each(["-5", "0"])(
    "with %s repetitions shows the library's own refusal where it happened, and all else whole",
    async (repetitions) => {
      const refusal = `repetitions must be a whole number from 1, not ${repetitions}`;
      const run = await heapbook("render", "-P", `repetitions:${repetitions}`);
      expect(run).toMatchObject({ exitCode: 1, stdout: "_site/memory-usage/index.html\n" });
      expect(run.stderr).toContain(`error: Cell \`walks\` failed: RangeError: ${refusal} [failed-cell]`);
      expect(run.stderr).toMatch(/base-library\.ts:\d+:\d+: error: Cell `walks` failed/);
      expect(run.stderr).toMatch(/base_library\.py:\d+:\d+: error: Cell `profile-python` failed: ValueError: /);
      expect(run.stderr).toContain(
        "error: Cell `claim-walks` was not run: it needs the result of `walks`, which failed",
      );
      expect(run.stderr).not.toMatch(/^\s+at /m);

      const results = parseResults(workspace.read("_site/memory-usage/results.json"), "results.json");
      expectMetricsFromTable(results);
      const { cells } = results;
      const stateOf = (label: string) => cells.find((cell) => cell.label === label)?.state;
      for (const label of ["walks", "semi-space", "multiples", "distance", "thresholds-sweep", "profile-python"]) {
        expect(stateOf(label), label).toBe("failed");
      }
      for (const label of ["fig-peaks", "fig-heap", "claim-walks", "claim-python"]) {
        expect(stateOf(label), label).toBe("blocked");
      }
      // What does not walk is there as ever.
      for (const label of ["getrefcount", "tbl-freed", "tbl-delay", "gc-module", "promotion", "fig-promotion"]) {
        expect(stateOf(label), label).toBe("completed");
      }
      const page = workspace.read("_site/memory-usage/index.html");
      expect(page).toContain(refusal);
      expect(page).toContain('id="sec-method"');
      expect(page).not.toContain(workspace.folder);
      expect(page.replace(/<(script|pre)\b[\s\S]*?<\/\1>/g, "")).not.toMatch(/\b(NaN|undefined)\b/);
    },
    300_000,
  );

  it("turns red when the walks come to be saved after all: the claim is named with its place", async () => {
    // Lines stay where they were, so what was measured for the whole report is what these cells use.
    copyFlagship(workspace, keepCells(report, ["claim-walks", "claim-python"]));
    const before = await heapbook("check", "--no-execute", ...SHORT);
    expect(before, before.stderr).toMatchObject({ exitCode: 0 });
    const linesOf = (run: CliRun) => run.stdout.trimEnd().split("\n");
    expect(linesOf(checked)).toEqual(expect.arrayContaining(linesOf(before)));
    expect(linesOf(before)).toHaveLength(3);

    const library = readModule("base-library.ts");
    const dropping = "distances.push([null, distanceOf(decodeWalk(generateWalk(blocks)))]);";
    expect(library.split(dropping)).toHaveLength(2);
    const saving = "const walk = [...generateWalk(blocks)]; distances.push([walk, distanceOf(decodeWalk(walk))]);";
    workspace.write("reports/memory-usage/base-library.ts", library.replace(dropping, saving));
    const after = await heapbook("check", ...SHORT);
    expect(after).toMatchObject({ exitCode: 1 });
    expect(linesOf(after).filter((line) => !line.includes(": holds: "))).toEqual([
      expect.stringMatching(
        `^${place}: does not hold: ${SENTENCE} \\(.* ≤ 2; bounds [\\d.]+(?: to [\\d.]+)?; recorded: 3.63\\)$`,
      ),
    ]);
    expect(linesOf(after)).toHaveLength(3);
  }, 300_000);
});

describe("a parameter of the flagship that cannot be", () => {
  it.each([
    ["repetitions:abc", /The parameter `repetitions` must be a number, but is .*abc.*\. \[invalid-parameter\]/],
    ["repetitions:", /The parameter `repetitions` must be a number, but is .*\. \[invalid-parameter\]/],
    ["repetition:200", /The report has no parameter `repetition`\. \[unknown-parameter\]\n.*`repetitions`/],
  ])("(%s) is reported before anything runs", async (param, message) => {
    const workspace = openWorkspace(realpathSync(mkdtempSync(join(tmpdir(), "heapbook-flagship-"))));
    try {
      copyFlagship(workspace);
      for (const command of ["render", "check"]) {
        const run = await runCli([command, "-P", param], { cwd: workspace.folder });
        expect(run).toMatchObject({ exitCode: 2, stdout: "" });
        expect(run.stderr).toMatch(message);
        expect(run.stderr).not.toMatch(/completed|failed|^\s+at /m);
      }
      expect(workspace.list("_site")).toEqual([]);
      expect(workspace.list(".heapbook/store")).toEqual([]);
    } finally {
      rmSync(workspace.folder, { recursive: true, force: true });
    }
  });
});
