import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliRun, runCli } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, openWorkspace, reportOf, type Workspace } from "../../helpers/workspace.ts";

// Every mistake an author can make: one clear error at its line, a hint, an exit code, and nothing that was there is touched.

const GOOD = reportOf(
  `${cellOf(
    "//| label: numbers",
    "//| flags: --stack-size=900",
    'import { metric } from "heapbook";',
    'metric("answer", 42);',
    "console.log(42);",
  )}The answer is {{metric "numbers" "answer"}}.\n`,
);

const template = mkdtempSync(join(tmpdir(), "heapbook-rendered-"));
afterAll(() => rmSync(template, { recursive: true, force: true }));

beforeAll(async () => {
  openWorkspace(template).write("reports/demo/report.md", GOOD);
  expect(await runCli(["render", "demo"], { cwd: template })).toMatchObject({ exitCode: 0 });
});

/** A report that was rendered well once, with its page and its stored results. */
function createRendered(): Workspace {
  const workspace = createWorkspace();
  cpSync(template, workspace.folder, { recursive: true });
  expect(workspace.list("_site/demo")).toContain("_site/demo/index.html");
  return workspace;
}

interface Mistake {
  readonly name: string;
  readonly source: string;
  readonly line: number;
  readonly code: string;
  readonly says: RegExp;
  readonly hint: RegExp;
  readonly exitCode: 1 | 2;
}

const MISTAKES: readonly Mistake[] = [
  {
    name: "YAML that is broken",
    source: "---\ntitle: A report\nauthor: [one, two\n---\n\nText.\n",
    line: 3,
    code: "broken-yaml",
    says: /Broken YAML: flow sequence .* must .* end with a \]/,
    hint: /Check the indentation, quotes and brackets/,
    exitCode: 2,
  },
  {
    name: "an unknown key in the front matter",
    source: reportOf("Text.\n", "title: A report\nabstrakt: Short."),
    line: 3,
    code: "unknown-front-matter-key",
    says: /`abstrakt`/,
    hint: /Did you mean `abstract`\?/,
    exitCode: 2,
  },
  {
    name: "an unknown key inside `execute`",
    source: reportOf("Text.\n", "title: A report\nexecute: { trails: 3 }"),
    line: 3,
    code: "unknown-front-matter-key",
    says: /`trails` in `execute`/,
    hint: /Did you mean `trials`\?/,
    exitCode: 2,
  },
  {
    name: "an unknown cell option",
    source: reportOf(cellOf("//| label: a", "//| ehco: false", "1;")),
    line: 7,
    code: "unknown-option",
    says: /`ehco`/,
    hint: /Did you mean `echo`\?/,
    exitCode: 2,
  },
  {
    name: "two cells with one label",
    source: reportOf(cellOf("//| label: twin", "1;") + cellOf("//| label: twin", "2;")),
    line: 11,
    code: "duplicate-label",
    says: /The label `twin` is used twice: in line 6 and in line 11\./,
    hint: /Rename one of the two/,
    exitCode: 2,
  },
  {
    name: "an unknown language in braces",
    source: reportOf("```{rust}\nlet a = 1;\n```\n"),
    line: 5,
    code: "unknown-language",
    says: /`rust`/,
    hint: /ts, js, vega-lite|without braces/,
    exitCode: 2,
  },
  {
    name: "a V8 flag that the runtime does not have",
    source: reportOf(cellOf("//| label: a", "//| flags: --max-semi-space-sizes=4", "1;")),
    line: 7,
    code: "unknown-flag",
    says: /--max-semi-space-sizes/,
    hint: /--max-semi-space-size\b/,
    exitCode: 2,
  },
  {
    name: "a matrix that is not a list",
    source: reportOf(cellOf("//| label: a", "//| matrix: { size: 4 }", "1;")),
    line: 7,
    code: "invalid-matrix",
    says: /`matrix\.size` must be a list/,
    hint: /\[4\]/,
    exitCode: 2,
  },
  {
    name: "an expression that names no cell",
    source: reportOf(`${cellOf("//| label: walks", "1;")}It peaks at {{metric "wakls" "peakLive"}}.\n`),
    line: 10,
    code: "unknown-label",
    says: /`wakls`/,
    hint: /Did you mean `walks`\?/,
    exitCode: 1,
  },
  {
    name: "an expression that names no metric",
    source: reportOf(
      `${cellOf("//| label: walks", "//| probes: [time]", "1;")}It took {{metric "walks" "wallTmie"}}.\n`,
    ),
    line: 11,
    code: "unknown-metric",
    says: /`wallTmie`/,
    hint: /Did you mean `wallTime`\?/,
    exitCode: 1,
  },
  {
    name: "an expression with an unknown helper",
    source: reportOf("It is {{bites 3}}.\n"),
    line: 5,
    code: "unknown-helper",
    says: /`bites`/,
    hint: /Did you mean `bytes`\?/,
    exitCode: 1,
  },
  {
    name: "a parameter that the report has not",
    source: reportOf("It is {{params.lenght}}.\n", "title: A report\nparams: { length: 3 }"),
    line: 6,
    code: "unknown-parameter",
    says: /lenght/,
    hint: /length/,
    exitCode: 1,
  },
  {
    name: "a reference without its figure",
    source: reportOf(`${cellOf("//| label: fig-heap", "1;")}As @fig-haep shows.\n`),
    line: 10,
    code: "unknown-reference",
    says: /fig-haep/,
    hint: /fig-heap/,
    exitCode: 1,
  },
  {
    name: "an import that does not resolve",
    source: reportOf(cellOf("//| label: a", 'import { f } from "./lost.ts";', "f();")),
    line: 7,
    code: "unresolved-import",
    says: /Cell `a` imports `\.\/lost\.ts`, which cannot be found/,
    hint: /relative to the folder of the importing file/,
    exitCode: 1,
  },
  {
    name: "the result of a cell that is not there",
    source: reportOf(cellOf("//| label: walks", "1;") + cellOf('import w from "result:wolks";', "w;")),
    line: 11,
    code: "unknown-label",
    says: /wolks/,
    hint: /walks/,
    exitCode: 1,
  },
  {
    name: "code that does not parse",
    source: reportOf(cellOf("//| label: a", "const x = ;")),
    line: 7,
    code: "bundle-error",
    says: /Cell `a`: Unexpected ";"/,
    hint: /ES module/,
    exitCode: 1,
  },
  {
    name: "a Vega-Lite cell that draws no known result",
    source: reportOf(
      `${cellOf("//| label: walks", "1;")}\`\`\`{vega-lite}\ndata: { result: wolks }\nmark: bar\n\`\`\`\n`,
    ),
    line: 11,
    code: "unknown-label",
    says: /wolks/,
    hint: /walks/,
    exitCode: 1,
  },
];

/** Every file that was there is as it was, and none has come; texts kept for a later render do no harm. */
function expectUntouched(workspace: Workspace, before: Readonly<Record<string, string>>): void {
  const after = Object.entries(workspace.snapshot(".")).filter(
    ([path]) => path in before || !path.startsWith(".heapbook/cache/"),
  );
  expect(Object.fromEntries(after)).toEqual(before);
}

/** One error and its hint, at its place, and no stack trace. */
function expectOneError(run: CliRun, mistake: Omit<Mistake, "name" | "source">): void {
  const { stderr } = run;
  expect(stderr.match(/(?:^|: )error: /gm)).toHaveLength(1);
  const lines = stderr.split("\n");
  const index = lines.findIndex((line) => line.includes("error: "));
  const error = lines[index] ?? "";
  expect(error).toMatch(new RegExp(`^reports/demo/report\\.md:${mistake.line}(:\\d+)?: error: `));
  expect(error).toContain(`[${mistake.code}]`);
  expect(stderr).toMatch(mistake.says);
  expect(lines[index + 1]).toMatch(/^ {2}\S/);
  expect(lines.slice(index + 1).join("\n")).toMatch(mistake.hint);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(run).toMatchObject({ exitCode: mistake.exitCode, stdout: "" });
}

describe("a report that cannot be understood", () => {
  it.each(MISTAKES)("$name", async ({ source, ...mistake }) => {
    const workspace = createRendered();
    workspace.write("reports/demo/report.md", source);
    const before = workspace.snapshot(".");

    const run = await runCli(["render", "demo"], { cwd: workspace.folder });

    expectOneError(run, mistake);
    expectUntouched(workspace, before);
  });

  it("reports several mistakes at once, in the order of their lines", async () => {
    const source = reportOf(
      `${cellOf("//| label: a", "//| ehco: false", "1;")}See @fig-none.\n`,
      "title: A report\nabstrakt: Short.",
    );
    const workspace = createWorkspace({ "reports/demo/report.md": source });

    const run = await runCli(["render", "demo"], { cwd: workspace.folder });

    const places = [...run.stderr.matchAll(/report\.md:(\d+)(?::\d+)?: error/g)].map(([, line]) => Number(line));
    expect(places).toEqual([3, 8, 12]);
    expect(run.exitCode).toBe(2);
    expect(workspace.list()).toEqual(["reports/demo/report.md"]);
  });

  it("a report that is not there", async () => {
    const workspace = createRendered();
    const before = workspace.snapshot(".");

    const run = await runCli(["render", "dmeo"], { cwd: workspace.folder });

    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toBe("error: Unknown report dmeo. [report-not-found]\n  Did you mean `demo`?\n");
    expectUntouched(workspace, before);
  });

  it("a folder without a report", async () => {
    const workspace = createWorkspace({ "reports/demo/report.md": GOOD, "notes/text.txt": "" });
    const run = await runCli(["render", "notes"], { cwd: workspace.folder });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toBe(
      "error: The folder notes has no report.md. [report-not-found]\n  Known reports: reports/demo, demo.\n",
    );
  });

  it("nothing to render", async () => {
    const run = await runCli(["render"], { cwd: createWorkspace().folder });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/^error: No report found in this folder\. \[report-not-found\]\n {2}.*heapbook init/);
  });
});

describe("an output folder that cannot be written", () => {
  it("has a file in its way", async () => {
    const workspace = createRendered();
    workspace.write("site", "a file");
    const before = workspace.snapshot(".");

    const run = await runCli(["render", "demo", "-o", "site"], { cwd: workspace.folder });

    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(
      /error: The output folder .*site.* cannot be written .*\[output-not-writable\]\n {2}.*-o/,
    );
    expect(run.stderr).not.toMatch(/^\s+at /m);
    expectUntouched(workspace, before);
  });

  it("has a folder where the page goes: nothing is replaced, nothing is left behind", async () => {
    const workspace = createRendered();
    workspace.write("site/demo/index.html/in-the-way", "");
    workspace.write("site/demo/report.md", "of an earlier render");
    const before = workspace.snapshot("site");

    const run = await runCli(["render", "demo", "-o", "site"], { cwd: workspace.folder });

    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain("[output-not-writable]");
    expect(run.stderr).not.toMatch(/^\s+at /m);
    expect(workspace.snapshot("site")).toEqual(before);
  });

  it("is the folder of the report itself, whose source the Markdown output would replace", async () => {
    const workspace = createRendered();
    const before = workspace.snapshot(".");

    const run = await runCli(["render", "demo", "-o", "reports"], { cwd: workspace.folder });

    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/\[output-is-source\]\n {2}.*-o/);
    expectUntouched(workspace, before);
  });

  it("a store that cannot be written: a file is where .heapbook goes", async () => {
    const workspace = createWorkspace({ "reports/demo/report.md": GOOD, ".heapbook": "a file" });
    const before = workspace.snapshot(".");

    const run = await runCli(["render", "demo"], { cwd: workspace.folder });

    expect(run.exitCode).toBe(2);
    expect(run.stderr.match(/(?:^|: )error: /gm)).toHaveLength(1);
    expect(run.stderr).toContain("[store-not-writable]");
    expect(run.stderr).not.toMatch(/^\s+at /m);
    expectUntouched(workspace, before);
  });
});

describe("the result of a cell that failed", () => {
  it("blocks the cell that needs it: reported at its import, shown in the page, with earlier results kept", async () => {
    const workspace = createRendered();
    const stored = workspace.snapshot(".heapbook/store");
    const broken = cellOf("//| label: broken", 'throw new RangeError("too far");');
    const needy = cellOf("//| label: needy", 'import broken from "result:broken";', "console.log(broken);");
    workspace.write("reports/demo/report.md", GOOD + broken + needy);

    const run = await runCli(["render", "demo"], { cwd: workspace.folder });

    expect(run.exitCode).toBe(1);
    const lines = workspace.read("reports/demo/report.md").split("\n");
    const throwLine = lines.findIndex((line) => line.startsWith("throw")) + 1;
    const importLine = lines.findIndex((line) => line.includes("result:broken")) + 1;
    expect(run.stderr).toMatch(
      new RegExp(`report\\.md:${throwLine}:\\d+: error: Cell \`broken\` failed: RangeError: too far \\[failed-cell\\]`),
    );
    expect(run.stderr).toMatch(
      new RegExp(`report\\.md:${importLine}: error: Cell \`needy\` was not run.*\`broken\`.*\\[blocked-cell\\]`),
    );
    const page = workspace.read("_site/demo/index.html");
    expect(page).toContain("RangeError: too far");
    expect(page).toMatch(/Not run: needs the result of <a href="#cell-broken">broken<\/a>, which failed/);
    expect(page).toContain("The answer is ");
    expect(workspace.snapshot(".heapbook/store")).toMatchObject(stored);
  });
});
