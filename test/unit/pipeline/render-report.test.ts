import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatPosition, UserError, UserErrors } from "../../../src/errors.ts";
import type { Failure } from "../../../src/model/report-results.ts";
import type { RenderOptions, RenderOutcome } from "../../../src/pipeline/options.ts";
import { readReport } from "../../../src/pipeline/read.ts";
import { renderReport } from "../../../src/pipeline/render-report.ts";
import { binaryIn } from "../../../src/runtimes/find-runtime.ts";
import { makeFakeExecutor } from "../../helpers/fake-executor.ts";
import { renderDefaults } from "../../helpers/render-options.ts";
import { cell, makeReportFolder, type ReportFolder } from "../../helpers/report-folder.ts";

const code = (label: string): string => `cell("${label}");`;
const needs = (label: string, on: string): string =>
  `import r from "result:${on}";\ncell("${label}");\nglobalThis.x = r;`;

function render(
  folder: ReportFolder,
  body: string,
  script?: Parameters<typeof makeFakeExecutor>[0],
  changes: Partial<RenderOptions> = {},
): Promise<RenderOutcome> {
  folder.report(body);
  return renderReport({
    path: folder.path,
    root: folder.root,
    outputFolder: join(folder.root, "_site"),
    ...renderDefaults(),
    executor: makeFakeExecutor(script),
    ...changes,
  });
}

async function mistakes(rendering: Promise<unknown>): Promise<string[]> {
  const error: unknown = await rendering.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const errors = error instanceof UserErrors ? error.errors : error instanceof UserError ? [error] : [];
  if (errors.length === 0) throw error ?? new Error("it rendered");
  return errors.map(({ code: what, position }) => `${what} ${position === undefined ? "" : formatPosition(position)}`);
}

const THROWN: Failure = {
  kind: "exception",
  name: "TypeError",
  message: "no",
  uncaught: false,
  frames: [{ functionName: "f", file: "lib/a.ts", line: 3, column: 5 }],
  hiddenFrames: 0,
};

describe("a render", () => {
  it("writes the page, the Markdown and the results, the page first", async () => {
    const folder = makeReportFolder();
    const { files, problems, results } = await render(folder, cell("a", code("a")), () => ({
      outputs: [{ type: "stream", name: "stdout", text: "hello-from-a\n", cutBytes: 0 }],
    }));
    expect(problems).toEqual([]);
    expect(files.map((file) => file.slice(folder.root.length))).toEqual([
      "/_site/study/index.html",
      "/_site/study/report.md",
      "/_site/study/results.json",
    ]);
    for (const file of files) expect(readFileSync(file, "utf8")).toContain("hello-from-a");
    const written: unknown = JSON.parse(readFileSync(files[2] ?? "", "utf8"));
    expect(written).toEqual(JSON.parse(JSON.stringify(results)));
  });

  it("is whole where a cell passes a chart that cannot be drawn, and then throws", async () => {
    const folder = makeReportFolder();
    const { files } = await render(folder, cell("a", code("a")), () => ({
      failure: THROWN,
      outputs: [{ type: "display", data: { "application/vnd.vegalite.v5+json": {} } }],
    }));
    for (const file of files) expect(readFileSync(file, "utf8")).toContain("TypeError");
  });

  it("has a page of a length that can be read, whatever a cell shows; results.json has all", async () => {
    const folder = makeReportFolder();
    const outputs = Array.from({ length: 40 }, (_, index) => ({
      type: "display" as const,
      data: { "text/plain": `${index}:${"x".repeat(1024 * 1024)}` },
    }));
    const { files } = await render(folder, cell("a", code("a")), () => ({ outputs }));
    const [page = "", markdown = "", results = ""] = files.map((file) => readFileSync(file, "utf8"));
    for (const text of [page, markdown]) {
      expect(text.length).toBeLessThan(20 * 1024 * 1024);
      expect(text).toMatch(/… 1\.0+\sMiB of output truncated\./);
    }
    expect(results.length).toBeGreaterThan(40 * 1024 * 1024);
  });

  it("again, with nothing changed, writes the same bytes", async () => {
    const folder = makeReportFolder();
    const read = ({ files }: RenderOutcome): string[] => files.map((file) => readFileSync(file, "utf8"));
    const first = read(await render(folder, cell("a", code("a"))));
    const second = await render(folder, cell("a", code("a")));
    expect(second.ranTrials).toBe(0);
    expect(read(second)).toEqual(first);
  });

  it("puts the parameters of the command line in place", async () => {
    const folder = makeReportFolder();
    const body = `---\ntitle: T\nparams: { blocks: 20, name: x }\n---\n${cell("a", code("a"))}`;
    expect((await render(folder, body, undefined, { params: { blocks: "30" } })).results.params).toEqual({
      blocks: 30,
      name: "x",
    });
    expect(readReport(folder.path, { root: folder.root }, { name: "y" }).frontMatter.params).toEqual({
      blocks: 20,
      name: "y",
    });
    expect(readReport(folder.path, { root: folder.root }, {}).file).toBe("study/report.md");
  });
});

describe("a cell that fails", () => {
  it("is a problem at the place that threw, and the page is written all the same", async () => {
    const folder = makeReportFolder();
    const body = cell("bad", code("bad")) + cell("b", needs("b", "bad")) + cell("good", code("good"));
    const { problems, files } = await render(folder, body, ({ name }) =>
      name === "bad output" ? { failure: THROWN } : {},
    );
    expect(
      problems.map(({ code: what, position }) => [what, position === undefined ? "" : formatPosition(position)]),
    ).toEqual([
      ["failed-cell", "study/lib/a.ts:3:5"],
      ["blocked-cell", "study/report.md:11"],
    ]);
    expect(problems[0]?.message).toContain("TypeError: no");
    expect(problems[1]?.message).toContain("`bad`");
    expect(problems.every((problem) => problem.exitCode === 1)).toBe(true);
    expect(readFileSync(files[0] ?? "", "utf8")).toContain("TypeError");
  });

  it("as expected is no problem", async () => {
    const { problems, results } = await render(makeReportFolder(), cell("bad", code("bad"), "error: true"), () => ({
      failure: THROWN,
    }));
    expect(problems).toEqual([]);
    expect(results.cells[0]?.state).toBe("failed");
  });

  it.each<[Failure, string]>([
    [{ kind: "exit-code", exitCode: 3 }, "exited with code 3"],
    [{ kind: "signal", signal: "SIGKILL" }, "SIGKILL"],
    [{ kind: "timeout", timeoutMs: 1500 }, "1.5 s"],
    [{ kind: "heap-limit", heapSizeLimitBytes: 1, lastCollections: [] }, "heap limit"],
    [{ kind: "no-output" }, "exited before the cell finished"],
    [{ kind: "bad-message", text: "hello" }, "hello"],
    [{ kind: "unsettled-await" }, "never settles"],
    [{ kind: "spawn", message: "ENOENT" }, "ENOENT"],
  ])("says how: %j", async (failure, text) => {
    const { problems } = await render(makeReportFolder(), cell("bad", code("bad")), () => ({ failure }));
    expect(problems[0]?.message).toContain(text);
    expect(problems[0]?.position).toEqual({ file: "study/report.md", line: 4 });
  });
});

describe("a chart that cannot be drawn", () => {
  const broken = { "application/vnd.vegalite.v6+json": { data: { values: [] }, mark: "bars", encoding: {} } };
  const script = ({ name }: { readonly name: string }) =>
    name === "plot output" ? { outputs: [{ type: "display" as const, data: broken }] } : {};
  const body =
    cell("plot", code("plot")) +
    cell("b", needs("b", "plot")) +
    `\n\`\`\`{vega-lite}\n#| label: fig-x\ndata: { result: plot }\nmark: bar\nencoding: {}\n\`\`\`\n`;

  it("fails its cell, and blocks the cells and charts that need the result of that cell", async () => {
    const { results, problems } = await render(makeReportFolder(), body, script);
    expect(results.cells.map(({ label, state, blockedBy }) => [label, state, blockedBy])).toEqual([
      ["plot", "failed", []],
      ["b", "blocked", ["plot"]],
      ["fig-x", "blocked", ["plot"]],
    ]);
    expect(problems.map(({ code: what }) => what)).toEqual(["failed-cell", "blocked-cell", "blocked-cell"]);
    expect(problems[0]?.message).toMatch(/^Cell `plot` failed: Chart: .*bars/);
  });

  it("leaves no conclusion from the variant that failed", async () => {
    const { results } = await render(makeReportFolder(), cell("plot", code("plot"), "probes: peak"), script);
    expect(results.cells[0]).toMatchObject({ state: "failed", conclusions: [] });
    expect(results.cells[0]?.variants[0]?.outputs).toEqual([]);
  });
});

describe("mistakes of several kinds", () => {
  it("are all thrown at once, before anything runs", async () => {
    const spec = `\n\`\`\`{vega-lite}\n#| label: fig-x\ndata: { result: nope }\nmark: bar\nencoding: {}\n\`\`\`\n`;
    const flawed = cell("a", code("a"), "flags: --max-lasy") + cell("b", code("b"), "inputs: none.csv") + spec;
    const script = (): never => {
      throw new Error("something ran");
    };
    const found = await mistakes(render(makeReportFolder(), flawed, script));
    expect(found.map((each) => each.split(" ")[0]).sort()).toEqual([
      "input-not-found",
      "unknown-flag",
      "unknown-label",
    ]);
  });
});

describe("a mistake in the report", () => {
  it.each([
    ["a flag that Node lacks", cell("a", code("a"), "flags: --max-lasy"), [/^[\w-]+ study\/report\.md:6/]],
    [
      "an expression that names nothing",
      `{{metric "walk" "peakLive"}}\n\n${cell("walks", code("walks"), "probes: peak")}`,
      [/^[\w-]+ study\/report\.md:4/],
    ],
    [
      "an import that is not there, twice",
      cell("a", 'import "./x.ts";') + cell("b", 'import "nope";'),
      [/^unresolved-import study\/report\.md:6/, /^unresolved-import study\/report\.md:11/],
    ],
    ["a cycle", cell("a", needs("a", "b")) + cell("b", needs("b", "a")), [/^import-cycle study\/report\.md:13/]],
  ])("is reported before anything runs or is written: %s", async (_, body, expected) => {
    const folder = makeReportFolder();
    const script = (): never => {
      throw new Error("something ran");
    };
    const found = await mistakes(render(folder, body, script));
    expect(found).toHaveLength(expected.length);
    for (const [i, pattern] of expected.entries()) expect(found[i]).toMatch(pattern);
    expect(existsSync(join(folder.root, "_site"))).toBe(false);
  });

  it("leaves the earlier page and results as they were", async () => {
    const folder = makeReportFolder();
    const { files } = await render(folder, cell("a", code("a")));
    const before = files.map((file) => readFileSync(file, "utf8"));
    await mistakes(render(folder, cell("a", `${code("a")} const = 1;`)));
    expect(files.map((file) => readFileSync(file, "utf8"))).toEqual(before);
    expect(readdirSync(join(folder.root, "_site/study")).sort()).toEqual(["index.html", "report.md", "results.json"]);
    expect((await render(folder, cell("a", code("a")))).reusedTrials).toBe(1);
  });
});

describe("an interrupt", () => {
  it("is thrown, and nothing is written", async () => {
    const folder = makeReportFolder();
    const interrupt = new AbortController();
    const reason = new Error("interrupted");
    const rendering = render(
      folder,
      cell("a", code("a")),
      () => {
        interrupt.abort(reason);
        return {};
      },
      { signal: interrupt.signal },
    );
    await expect(rendering).rejects.toBe(reason);
    expect(existsSync(join(folder.root, "_site"))).toBe(false);
  });
});

describe("`matrix: { runtime: installed }`", () => {
  it("stands for this Node and each that is installed where the report is rendered", () => {
    const folder = makeReportFolder();
    const body = cell("all", code("all"), "matrix: { runtime: installed, n: [1] }") + cell("one", code("one"));
    folder.report(body);
    const matrices = (): unknown[] =>
      readReport(folder.path, { root: folder.root }, {}).cells.map(({ options: { matrix } }) => matrix);
    expect(matrices()).toEqual([{ runtime: ["node"], n: [1] }, {}]);
    const binary = binaryIn(join(folder.root, ".heapbook", "runtimes", "99.1.0"));
    mkdirSync(dirname(binary), { recursive: true });
    writeFileSync(binary, "");
    expect(matrices()).toEqual([{ runtime: ["node", "node@99"], n: [1] }, {}]);
  });
});
