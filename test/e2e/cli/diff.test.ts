import { describe, expect, it } from "vitest";
import type { ReportResults } from "../../../src/model/report-results.ts";
import { runCli, runProgram } from "../../helpers/cli.ts";
import {
  makeCellResult,
  makeReading,
  makeResults,
  makeTrial,
  makeTrialSet,
  makeVariant,
} from "../../helpers/results.ts";
import { createWorkspace } from "../../helpers/workspace.ts";

/** Results with a peak between bounds. */
function peaks(low: number, high: number, slug = "demo"): string {
  const readings = [makeReading("peakLow", low), makeReading("peakHigh", high)];
  const set = makeTrialSet("bracket", [makeTrial({ readings })], { fingerprint: String(low).padStart(64, "0") });
  const results: ReportResults = makeResults([makeCellResult("walks", [makeVariant({ size: 2 }, [set])])], {
    report: { slug, title: "Demo" },
  });
  return JSON.stringify(results);
}

const [BEFORE, WORSE] = [peaks(1000, 1010), peaks(1200, 1210)];

function createSides() {
  const workspace = createWorkspace({
    "before.json": BEFORE,
    "_site/demo/results.json": WORSE,
    "empty/readme.txt": "",
    "broken.json": "{",
    "other.json": peaks(1, 2, "other"),
  });
  const diff = (...args: readonly string[]) => runCli(["diff", ...args], { cwd: workspace.folder });
  return { workspace, diff };
}

describe("heapbook diff", () => {
  it("prints a table, Markdown, JSON and a page; --fail-on decides the exit code", async () => {
    const { workspace, diff } = createSides();
    const table = await diff("before.json", "_site");
    expect(table).toMatchObject({ exitCode: 0, stderr: "" });
    expect(table.stdout).toMatch(/walks size=2 {2}peak live memory .* \+19 % to \+21 % {2}worse/);

    const markdown = await diff("before.json", "_site", "--to", "md");
    expect(markdown.stdout.replaceAll("\u00a0", " ")).toContain(
      "| walks size=2 | peak live memory | 1,000 to 1,010 B | 1.17 to 1.18 KiB |",
    );
    const json: unknown = JSON.parse((await diff("before.json", "_site", "--json")).stdout);
    expect(json).toMatchObject({ reports: [{ slug: "demo", metrics: [{ id: "peakLive", verdict: "worse" }] }] });

    expect((await diff("before.json", "_site/demo", "--to", "html")).stdout).toBe("diff.html\n");
    const page = workspace.read("diff.html");
    expect(page).toContain("peak live memory");
    expect(page).toContain("default-src 'none'");

    expect(await diff("before.json", "_site", "--fail-on", "worse:5%")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("failed: 1 metric worse by more than 5 %"),
    });
    expect(await diff("before.json", "_site", "--fail-on", "worse:25%")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await diff("_site", "before.json", "--fail-on", "worse")).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("reads git revisions, and says what a revision lacks", async () => {
    const { workspace, diff } = createSides();
    const git = (...args: readonly string[]) =>
      runProgram("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: workspace.folder });
    await git("init", "-q");
    await git("commit", "-q", "--allow-empty", "-m", "nothing");
    workspace.write("reports/demo/report.results.json", BEFORE);
    await git("add", "reports");
    await git("commit", "-q", "-m", "frozen");
    expect((await diff("HEAD")).stdout).toMatch(/peak live memory .* worse/);
    expect(await diff("HEAD~1")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/the revision `HEAD~1` contains no results \[no-results\]\n.*heapbook freeze/),
    });
    workspace.write("reports/demo/report.results.json", `<<<<<<< ours\n${BEFORE}\n`);
    await git("commit", "-qam", "conflict");
    expect((await diff("HEAD")).stderr).toMatch(/report.results.json has a merge conflict. \[invalid-frozen-results\]/);
  });

  it.each([
    [["", "_site"], "a side of the difference is empty: `heapbook diff` got an argument without text"],
    [["before.json", "-o", "out"], "the format of `-o out` is not known [unknown-output-format]"],
    [["nope", "_site"], "`nope` is neither a file, nor a folder, nor a git revision [diff-side-not-found]"],
    [["empty", "_site"], "the folder empty has no results [no-results]"],
    [["broken.json", "_site"], "broken.json is not JSON. [invalid-results]"],
    [
      ["before.json", "--metric", "peakLiv"],
      "Unknown metric `peakLiv` in `--metric`. [unknown-metric]\n  Did you mean `peakLive`?",
    ],
    [["before.json", "--fail-on", "wurst"], "Write `worse`, `worse:5%`, `claims`, or both with a comma."],
    [["before.json", "--json", "--to", "md"], "cannot be used with option"],
  ])("%j is an error", async (args, message) => {
    const { diff } = createSides();
    const run = await diff(...args);
    expect(run).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining(message) });
  });
});
