import { describe, expect, it } from "vitest";
import { parseResults } from "../../../src/store/parse-results.ts";
import { runCli } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, reportOf, type Workspace } from "../../helpers/workspace.ts";

const walksThat = (keep: string): string =>
  [
    "export function walk(saved: boolean): unknown {",
    "  const kept: unknown[] = [];",
    `  for (let i = 0; i < 200; i++) { const steps = new Array(100).fill(i); if (${keep}) kept.push(steps); }`,
    "  return kept;",
    "}",
    "",
  ].join("\n");

const WALKS = cellOf(
  "//| label: walks",
  "//| matrix: { walks: [saved, dropped] }",
  "//| probes: [peak]",
  "//| trials: 2",
  'import { measure, params } from "heapbook";',
  'import { walk } from "./walks.ts";',
  'measure(() => walk(params.walks === "saved"));',
);
const TESTED = cellOf(
  "//| label: tested",
  'import walks from "result:walks";',
  'import { claim, ratio, select } from "heapbook";',
  'const [saved] = select(walks, { walks: "saved" });',
  'const [dropped] = select(walks, { walks: "dropped" });',
  'claim("Dropping reduces the peak", ratio(saved.metrics.peakLive, dropped.metrics.peakLive))',
  "  .isAbove(2, { recorded: 3.63 });",
);

const createDemo = (body: string): Workspace =>
  createWorkspace({ "reports/demo/report.md": reportOf(body), "reports/demo/walks.ts": walksThat("saved") });
const check = (workspace: Workspace, ...args: readonly string[]) =>
  runCli(["check", ...args], { cwd: workspace.folder });

/** A report of claims that need no measurement. */
const claiming = (...claims: readonly string[]): string =>
  cellOf("//| label: claims", 'import { claim } from "heapbook";', ...claims);

describe("heapbook check", () => {
  it("turns red when a module comes to keep what it dropped; follows lines that move; writes no page", async () => {
    const workspace = createDemo(WALKS + TESTED);
    const good = await check(workspace);
    expect(good.stderr).toContain("1 claim: 1 holds");
    expect(good).toMatchObject({ exitCode: 0 });
    expect(good.stdout).toMatch(
      /^reports\/demo\/report\.md:21: holds: Dropping reduces the peak \([\d,.]+ > 2; bounds [\d,.]+ to [\d,.]+; recorded: 3\.63\)\n$/,
    );
    expect(workspace.list("_site")).toEqual([]);

    // Prose above moves the claim and runs nothing.
    workspace.write("reports/demo/report.md", reportOf(`One line.\n\n${WALKS}${TESTED}`));
    const moved = await check(workspace, "--no-execute");
    expect(moved).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("report.md:23: holds:") });

    workspace.write("reports/demo/walks.ts", walksThat("true"));
    const bad = await check(workspace);
    expect(bad).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(
        /^reports\/demo\/report\.md:23: does not hold: Dropping reduces the peak \(1 ≤ 2; bounds [\d.]+ to [\d.]+; recorded: 3\.63\)\n$/,
      ),
    });

    // A page is made all the same: it shows the verdict, and the render says so.
    const page = await runCli(["render"], { cwd: workspace.folder });
    expect(page).toMatchObject({ exitCode: 0, stdout: "_site/demo/index.html\n" });
    expect(page.stderr).toMatch(/warning: reports\/demo\/report\.md:23: does not hold/);
    expect(page.stderr).toContain("1 claim: 1 does not hold");
    const results = parseResults(workspace.read("_site/demo/results.json"), "results.json");
    const outputs = results.cells.flatMap(({ variants }) => variants.flatMap((variant) => variant.outputs));
    expect(outputs.filter(({ type }) => type === "claim")).toMatchObject([
      { claim: { verdict: "fails", test: { kind: "above", bound: 2 }, place: { file: "report.md", line: 23 } } },
    ]);
  });

  it("warns of undecided claims, which are errors under --strict; --json has all", async () => {
    const workspace = createDemo(claiming('claim("Close", { value: 2, low: 1, high: 3, unit: "ms" }).isAbove(2);'));
    const lenient = await check(workspace);
    expect(lenient.exitCode).toBe(0);
    expect(lenient.stderr).toContain("warning: reports/demo/report.md:8: undecided: Close");
    const strict = await check(workspace, "--strict", "--json");
    expect(strict.exitCode).toBe(1);
    expect(JSON.parse(strict.stdout)).toEqual([
      {
        file: "reports/demo/report.md",
        line: 8,
        number: 1,
        cell: "claims",
        variants: [{}],
        sentence: "Close",
        verdict: "undecided",
        estimate: { label: "", value: 2, low: 1, high: 3, confidence: null, unit: "ms" },
        test: { kind: "above", bound: 2 },
        recorded: null,
        pValue: null,
        correctedPValue: null,
      },
    ]);
  });

  it("passes a report without claims, and says that there are none", async () => {
    const workspace = createDemo("Only prose.\n");
    const { exitCode, stdout, stderr } = await check(workspace);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(stderr).toContain("reports/demo/report.md makes no claims");
  });

  it.each([
    ['claim("Never tested", 2);', /claim\("Never tested"\) is never tested: add \.isAbove/],
    ['claim("", 2).isAbove(1);', /claim\(\): the sentence is empty/],
    [
      'claim("Not a number", 0 / 0).isAbove(1);',
      /claim\("Not a number"\): the estimate must be of finite numbers, not NaN/,
    ],
    ['claim("Backwards", 2).isBetween(3, 1);', /claim\("Backwards"\): isBetween\(3, 1\): the lower bound comes first/],
  ])("fails on %s", async (claim, message) => {
    const { exitCode, stdout, stderr } = await check(createDemo(claiming(claim)));
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^reports\/demo\/report\.md:8:\d+: error: Cell `claims` failed/m);
  });

  it("finds what render finds: a picture that is not there, a number that names nothing; and what it could not test", async () => {
    const picture = await check(createDemo("![gone](gone.png)\n"));
    expect(picture).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("gone.png") });
    const holds = claiming('claim("Two", 2).equals(2);');
    const number = await check(createDemo(`${holds}{{metric "claims" "none"}}\n`));
    expect(number).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("[unknown-metric]") });
    const unknown = await check(createDemo(holds), "--no-execute");
    expect(unknown.exitCode).toBe(1);
    expect(unknown.stderr).toContain(
      "report.md:5: error: The cell `claims` was not run and has no stored results: its claims are not",
    );
    expect(unknown.stderr).toContain("Run `heapbook check` without `--no-execute`");
  });
});

describe("heapbook.yml", () => {
  const project = (title: string): Workspace =>
    createWorkspace({
      "heapbook.yml": "templates: { partials: parts }\n",
      "parts/ribbon.hbs": "<p></p>",
      "parts/title.hbs": title,
      "reports/demo/report.md": reportOf("Text.\n"),
    });

  it("parts that no page uses are a warning, as under render, and a finding", async () => {
    const found = await check(project("<h1>{{title}}</h1>"), "--reporter", "json");
    expect(found).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("No template uses parts/ribbon.hbs") });
    expect(found.stdout).toContain("No template uses parts/ribbon.hbs");
  });

  it("a template that does not compile is a mistake", async () => {
    const found = await check(project("{{#if title}}"));
    expect(found).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("The template does not compile") });
  });
});

describe("recorded-output", () => {
  const recorded = (text: string): string =>
    cellOf("//| label: quoted", `//| recorded-output: { source: elsewhere, ${text} }`, 'console.log("100 a");');

  it("changes and runs nothing", async () => {
    const workspace = createDemo(recorded("text: 101 a, tolerance: 2%"));
    expect(await runCli(["render"], { cwd: workspace.folder })).toMatchObject({ exitCode: 0 });
    expect(workspace.read("_site/demo/report.md")).toContain("| `101 a` | `100 a` | same, −0.99\u00a0% |");
    workspace.write("reports/demo/report.md", reportOf(recorded("file: there.txt")));
    const missing = await runCli(["render"], { cwd: workspace.folder });
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr).toMatch(
      /report\.md:7: error: Cell `quoted`: the file `there\.txt` of the recorded output does not exist/,
    );
    workspace.write("reports/demo/there.txt", "100 a\n");
    const again = await runCli(["render"], { cwd: workspace.folder });
    expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("nothing changed, no cell run") });
    expect(workspace.read("_site/demo/report.md")).toContain("| `100 a` | `100 a` | same |");
  });
});
