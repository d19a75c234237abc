import { tmpdir } from "node:os";
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
import { cellOf, createWorkspace, reportOf } from "../../helpers/workspace.ts";

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
  it("compares each report of a revision once, where two sites of it are committed", async () => {
    const { workspace, diff } = createSides();
    workspace.write("docs/demo/results.json", WORSE);
    const git = (...args: readonly string[]) =>
      runProgram("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...args], { cwd: workspace.folder });
    await git("init", "-q");
    await git("add", "-A");
    await git("commit", "-qm", "one");
    const { stdout } = await diff("before.json", "HEAD", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ reports: [{ slug: "demo" }] });
  });

  it("prints a table, Markdown, JSON and a page; --fail-on decides the exit code", async () => {
    const { workspace, diff } = createSides();
    const table = await diff("before.json", "_site");
    expect(table).toMatchObject({ exitCode: 0, stderr: "" });
    expect(table.stdout).toMatch(/walks size=2 {2}peak live memory .* \+19 % to \+21 % {2}worse/);

    const markdown = await diff("before.json", "_site", "--to", "md");
    expect(markdown.stdout.replaceAll("\u00a0", " ")).toContain(
      "| walks size=2 | peak live memory | 1,000 to 1,010 B | 1.17 to 1.19 KiB |",
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
    // From a folder without results of its own: those of the nearest folder above.
    workspace.write("src/deep/x.ts", "");
    const below = await runCli(["diff", "HEAD", "HEAD"], { cwd: workspace.path("src/deep") });
    expect(below, below.stderr).toMatchObject({ exitCode: 0 });
    expect(await diff("HEAD~1")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/The revision `HEAD~1` contains no results\. \[no-results\]\n.*heapbook freeze/),
    });
    workspace.write("reports/demo/report.results.json", `<<<<<<< ours\n${BEFORE}\n`);
    await git("commit", "-qam", "conflict");
    expect((await diff("HEAD")).stderr).toMatch(/report.results.json has a merge conflict. \[invalid-frozen-results\]/);
  });

  it.each([
    [["", "_site"], "A side of the difference is empty: `heapbook diff` got an argument without text"],
    [["before.json", "-o", "out"], "The format of `-o out` is not known. [unknown-output-format]"],
    [["nope", "_site"], "`nope` is neither a file, nor a folder, nor a git revision. [diff-side-not-found]"],
    [["empty", "_site"], "The folder empty has no results. [no-results]"],
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

describe("heapbook history", () => {
  it("follows a metric over the revisions of frozen results, as table, JSON, Markdown and page", async () => {
    const workspace = createWorkspace({ "reports/demo/report.md": "---\ntitle: Demo\n---\n" });
    const { folder: cwd } = workspace;
    const git = (...args: readonly string[]) =>
      runProgram("git", ["-c", "user.name=A", "-c", "user.email=a@example.org", ...args], { cwd });
    const history = (...args: readonly string[]) => runCli(["history", ...args], { cwd });
    const file = "reports/demo/report.results.json";
    expect(await history()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("[no-results]") });
    await git("init", "--quiet", "--initial-branch", "main");
    const sizes = [
      [1000, 1010],
      [1200, 1210],
      [900, 910],
    ] as const;
    for (const [low, high] of sizes) {
      workspace.write(file, frozen(low, high));
      await git("add", ".");
      await git("commit", "--quiet", "-m", `Peak ${low}`);
    }
    workspace.write(file, "<<<<<<< broken");
    await git("commit", "--quiet", "-am", "A bad merge");
    workspace.write(file, frozen(950, 955));

    const table = await history("demo");
    expect(table.exitCode).toBe(0);
    expect(table.stderr).toMatch(/warning: The revision [0-9a-f]+ is passed over: .* has a merge conflict/);
    expect(table.stdout.split("\n").slice(3, 7)).toEqual([
      expect.stringMatching(/^walks size=2 {2}1 {2}[0-9a-f]+ .* 1,000 to 1,010 B {26}.*Peak 1000$/),
      expect.stringMatching(/^walks size=2 {2}2 .* \+19 % to \+21 % {2}worse .*Peak 1200$/),
      expect.stringMatching(/^walks size=2 {2}3 .* −26 % to −24 % {2}better .*Peak 900$/),
      expect.stringMatching(/^walks size=2 {2}4 {2}now .* \+4\.4 % to \+6\.1 % {2}worse .*not committed$/),
    ]);
    const json = JSON.parse((await history("--json", "--last", "2")).stdout) as { revisions: unknown; series: unknown };
    expect(json.revisions).toMatchObject([{ subject: "Peak 900" }, { name: "now" }]);
    expect(json.series).toMatchObject([
      { id: "peakLive", points: [{ change: null }, { change: { verdict: "worse" } }] },
    ]);
    expect((await history("--to", "md")).stdout).toContain("| walks size=2 | 2 |");
    expect((await history("--to", "html")).stdout).toBe("history.html\n");
    expect(workspace.read("history.html")).toMatch(
      /aria-label="Peak live memory against revision: from [^"]+ at 1 to [^"]+ at 4\./,
    );
    const elsewhere = await runCli(["history", workspace.path("reports/demo")], { cwd: tmpdir() });
    expect(elsewhere, elsewhere.stderr).toMatchObject({ exitCode: 0, stdout: table.stdout });
    expect(await history("--metric", "peakLife")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("Did you mean `peakLive`?"),
    });
    await git("commit", "--quiet", "-am", "The last");
    expect((await runCli(["diff", "HEAD~2", "HEAD", "--to", "html"], { cwd })).exitCode).toBe(0);
    // The two sides of the variant stand beside each other.
    expect(workspace.read("diff.html")).toMatch(/<h3>peak live memory<\/h3>\s*<figure class="figure">/);
  });
});

/** Frozen results with a peak between bounds. */
function frozen(low: number, high: number): string {
  const readings = [makeReading("peakLow", low), makeReading("peakHigh", high)];
  const trialSet = makeTrialSet("bracket", [makeTrial({ readings })], { fingerprint: String(low).padStart(64, "0") });
  const set = { cell: "walks", variant: { size: 2 }, probe: "bracket", key: "k", observed: [], trialSet };
  return JSON.stringify({
    schemaVersion: 2,
    frozen: 2,
    report: { slug: "demo", title: "Demo" },
    params: {},
    cells: [{ label: "walks", language: "ts", sourceLine: 5 }],
    sets: [set],
  });
}

it("a site that is older than the code of its reports is named, and passes nothing; prose is no code", async () => {
  const report = reportOf(cellOf("//| label: sizes", 'import { metric } from "heapbook"; metric("size", 1);'));
  const workspace = createWorkspace({ "reports/demo/report.md": report });
  const run = (...args: readonly string[]) => runCli(args, { cwd: workspace.folder });
  expect(await run("render")).toMatchObject({ exitCode: 0 });
  workspace.write("before.json", workspace.read("_site/demo/results.json"));
  workspace.write("reports/demo/report.md", `${report}\nMore prose.\n`);
  expect((await run("diff", "before.json", "_site")).stderr).toBe("");
  workspace.write("reports/demo/report.md", report.replace('"size", 1', '"size", 2'));
  const warned = await run("diff", "before.json", "_site");
  expect(warned).toMatchObject({ exitCode: 0 });
  expect(warned.stderr).toMatch(
    /`_site` is older than the sources of reports\/demo \(`sizes`: line \d+ of report\.md changed\): run `heapbook render reports\/demo`/,
  );
  expect(await run("diff", "before.json", "_site", "--fail-on", "worse")).toMatchObject({ exitCode: 1 });
}, 60_000);
