import { describe, expect, it } from "vitest";
import { readCell } from "../../../src/document/cell-options.ts";
import type { CellLanguage } from "../../../src/document/types.ts";
import { placeOf } from "./problems.ts";

const DIGITS = "0, 1, 2, 3, 4, 5, 6, 7, 8, 9";

const defaults = {
  execute: {
    trials: 5,
    timeoutMs: 60_000,
    echo: true,
    metricsTable: true,
    linesTable: true,
    error: false,
    runtime: "node",
    python: "auto",
    freeze: false,
    inheritEnv: true,
  },
  html: { toc: true, codeFold: false, theme: "auto", interactive: "auto", numberSections: true },
} as const;

/** Reads a cell whose code begins in line 10 of the report. */
function read(code: string, language: CellLanguage = "ts", over: Partial<typeof defaults> = {}) {
  return readCell({ code, language, file: "report.md", line: 10, defaults: { ...defaults, ...over } });
}

describe("readCell", () => {
  it("goes on with one variant of a matrix with too many: what follows would list ten million", () => {
    const values = Array.from({ length: 3200 }, (_, index) => index).join(", ");
    const { options, errors } = read(`//| matrix: { a: [${values}], b: [${values}] }`);
    expect(errors.map(({ message }) => message)).toEqual(["The matrix has 10,240,000 variants."]);
    expect(options.matrix).toEqual({ a: [0], b: [0] });
  });

  it("reads every option", () => {
    const code = [
      "//| label: fig-walks",
      "//| echo: false",
      "//| eval: false",
      "//| output: asis",
      "//| include: false",
      "//| error: true",
      "//| fig-cap: The heap",
      "//| fig-alt: A line",
      "//| code-fold: true",
      "//| code-summary: Show it",
      "//| matrix:",
      "//|   size: [1, 16]",
      "//|   mode: [saved, dropped]",
      '//| flags: ["--min-semi-space-size={{ size }}", --expose-gc]',
      "//| probes: [peak, allocated, gc, time, min-heap]",
      "//| lines: { modules: lodash }",
      "//| trials: 3",
      "//| timeout: 2m",
      "//| warmup: 2",
      "//| runtime: node@22",
      "//| inputs: data/*.csv",
      "//| env: { NODE_ENV: production, LEVEL: 3 }",
      "//| cache: false",
      "//| max-age: 7d",
      "//| inherit-env: false",
      "const a = 1;",
      "",
    ].join("\n");
    const cell = read(code);
    expect(cell.errors).toEqual([]);
    expect(cell.label).toBe("fig-walks");
    expect(cell.source).toBe("const a = 1;");
    expect(cell.sourceLine).toBe(35);
    expect(cell.options).toEqual({
      echo: false,
      eval: false,
      output: "asis",
      include: false,
      metricsTable: true,
      linesTable: true,
      error: true,
      figCap: "The heap",
      figAlt: "A line",
      tblCap: undefined,
      codeFold: true,
      codeSummary: "Show it",
      matrix: { size: [1, 16], mode: ["saved", "dropped"] },
      heapMultiples: undefined,
      runtimesAreInstalled: false,
      flags: ["--min-semi-space-size={{size}}", "--expose-gc"],
      probes: ["peak", "allocated", "gc", "time", "min-heap"],
      lines: { modules: ["lodash"], instrumentation: { engine: "tracker" } },
      trials: 3,
      trialsAreOwn: true,
      warmup: 2,
      timeoutMs: 120_000,
      runtime: "node@22",
      python: "auto",
      silence: [],
      inputs: ["data/*.csv"],
      env: { NODE_ENV: "production", LEVEL: "3" },
      cache: false,
      maxAgeMs: 604_800_000,
      inheritEnv: false,
      recordedOutputs: [],
    });
    expect(Object.keys(cell.options.matrix)).toEqual(["size", "mode"]);
    expect(cell.optionLines.get("matrix")).toBe(20);
    expect(cell.optionLines.get("env")).toBe(31);
  });

  it("takes the report's defaults, under the cell's own options", () => {
    const over = {
      execute: {
        trials: 2,
        timeoutMs: 9,
        echo: false,
        metricsTable: false,
        linesTable: false,
        error: true,
        runtime: "node@22",
        python: "pyodide",
        freeze: false,
        inheritEnv: true,
      },
      html: { ...defaults.html, codeFold: true },
    };
    const bare = readCell({ code: "1\n", language: "ts", file: "r.md", line: 1, defaults: over }).options;
    expect(bare).toMatchObject({
      trials: 2,
      trialsAreOwn: false,
      timeoutMs: 9,
      runtime: "node@22",
      python: "pyodide",
      echo: false,
      metricsTable: false,
      linesTable: false,
      error: true,
      codeFold: true,
    });
    const code =
      "//| echo: true\n//| metrics-table: true\n//| lines-table: true\n//| error: false\n//| code-fold: false\n//| trials: 2\n1\n";
    const own = readCell({ code, language: "ts", file: "r.md", line: 1, defaults: over }).options;
    expect(own).toMatchObject({
      echo: true,
      metricsTable: true,
      linesTable: true,
      error: false,
      codeFold: false,
      trials: 2,
      trialsAreOwn: true,
    });
  });

  it.each([
    ["a\n  b\n", "a\n  b", 10],
    ["//| echo: true\n\n\na\n", "a", 13],
    ["\n\n//| echo: true\na\n", "a", 13],
    ["\na\n", "\na", 10],
    ["//|echo: true\na\n\n", "a\n", 11],
    ["//| echo: true\n", "", 11],
    ["", "", 10],
    ["// | not: one\na", "// | not: one\na", 10],
  ])("parts options and code of %j", (code, source, sourceLine) => {
    expect(read(code)).toMatchObject({ source, sourceLine, errors: [] });
  });

  it("reads `#|` in vega-lite cells", () => {
    expect(read("#| label: fig-a\nmark: bar\n", "vega-lite")).toMatchObject({ label: "fig-a", source: "mark: bar" });
    expect(read("//| label: fig-a\n{}\n", "vega-lite")).toMatchObject({ label: "fig-a", source: "{}" });
  });

  it("cuts lists written as text", () => {
    expect(read("//| flags: --expose-gc --max-old-space-size=64\n").options.flags).toEqual([
      "--expose-gc",
      "--max-old-space-size=64",
    ]);
    expect(read("//| probes: peak, gc gc\n").options.probes).toEqual(["peak", "gc"]);
  });

  it.each(["node", "node@22", "node@22.3", "node@22.3.1", "./out/node", "/usr/bin/node", "../node 22/bin/node"])(
    "takes the runtime %s, in the matrix too",
    (runtime) => {
      expect(read(`//| runtime: ${runtime}\n`).errors).toEqual([]);
      expect(read(`//| matrix: { runtime: ["${runtime}"] }\n`).errors).toEqual([]);
    },
  );

  it("silences conclusions: all, one, or several", () => {
    expect(read("//| silence: all\n").options.silence).toBe("all");
    expect(read("//| silence: outliers\n").options.silence).toEqual(["outliers"]);
    expect(read("//| silence: [few-trials, outliers]\n").options.silence).toEqual(["few-trials", "outliers"]);
    expect(read("//| echo: true\n").options.silence).toEqual([]);
  });

  it("keeps a flag whole whose parameter stands between blanks", () => {
    const cell = read('//| matrix: { size: [1] }\n//| flags: "--min-semi-space-size={{ size }} --expose-gc"\n');
    expect(cell.options.flags).toEqual(["--min-semi-space-size={{size}}", "--expose-gc"]);
  });

  it("lets a parameter be a whole flag", () => {
    const cell = read('//| matrix: { f: [--expose-gc, --no-opt] }\n//| flags: "{{f}}"\n');
    expect(cell.errors).toEqual([]);
    expect(cell.options.flags).toEqual(["{{f}}"]);
  });

  it("reads `multiples` of the smallest heap as their numbers", () => {
    const { options, errors } = read("//| matrix: { kind: [a], heap: multiples }\n");
    expect(errors).toEqual([]);
    expect(options.heapMultiples).toBe("heap");
    expect(options.matrix).toEqual({ kind: ["a"], heap: [1, 1.25, 1.5, 2, 3, 4, 6] });
    expect(read("//| matrix: { heap: [1, 2] }\n").options.heapMultiples).toBeUndefined();
  });

  it("reads `installed` runtimes, and keeps a place for them", () => {
    const { options, errors } = read("//| matrix: { runtime: installed, kind: [a] }\n");
    expect(errors).toEqual([]);
    expect(options).toMatchObject({ runtimesAreInstalled: true, matrix: { runtime: ["node"], kind: ["a"] } });
    expect(Object.keys(options.matrix)).toEqual(["runtime", "kind"]);
  });

  it.each([
    ["//| matrix: { size: installed }", "invalid-matrix:10", "A list of one value is [installed]."],
    ["//| matrix: { runtime: [installed] }", "invalid-matrix:10", "matrix: { runtime: installed }"],
    ["//| matrix: { runtime: instaled }", "invalid-matrix:10", "A list of one value is [instaled]."],
    ["//| matrix: { runtime: installed }\n//| runtime: node", "invalid-option:11", "Remove one of the two."],
    ["//| echo: true\n//| peobes: gc", "unknown-option:11", "Did you mean `probes`?"],
    ["//| silence: outlier", "unknown-conclusion:10", "Did you mean `outliers`?"],
    ["//| silence: [all, outliers]", "unknown-conclusion:10", "Remove the other names."],
    ["//| node: 22", "unknown-option:10", "`runtime: node@22`"],
    ["//| fig.cap: Walks", "unknown-option:10", "`fig-cap:`"],
    ["//| results: hide", "unknown-option:10", "`output: false`"],
    ["//| xyzzy-plugh: x", "unknown-option:10", "Known options: label"],
    ["//| probes: [gc,\n//|   peek]", "unknown-probe:10", "Did you mean `peak`?"],
    ["//| probes: output", "unknown-probe:10", "every cell has that probe"],
    ["//| matrix: { size: 3 }", "invalid-matrix:10", "A list of one value is [3]."],
    [
      `//| matrix: { a: [${DIGITS}], b: [${DIGITS}], c: [${DIGITS}], d: [${DIGITS}], e: [0, 1] }`,
      "invalid-matrix:10",
      "10,000",
    ],
    ['//| matrix: { size: [1] }\n//| flags: "--x={{sise}}"', "unknown-parameter:11", "Did you mean `size`?"],
    ['//| flags: "--x={{size}}"', "unknown-parameter:10", "matrix: { size: [1, 2, 4] }"],
    ["//| flags: --x={{size}} b: c", "broken-yaml:10", "quotes"],
    ["//| fig-cap: {{x}}", "broken-yaml:10", "quotes"],
    ["//| flags: expose-gc", "invalid-flag:10", "two dashes"],
    ["//| matrix:\n//|   runtime: [node, 22]", "invalid-matrix:11", "Did you mean `node@22`?"],
    ["//| matrix: { runtime: [node] }\n//| runtime: node@22", "invalid-option:11", "Remove one of the two."],
    ["//| fig-cap: 5", "invalid-option:10", 'Put it in quotes: "5".'],
    ["//| label: tbl-x\n//| fig-cap: c", "invalid-label:11", "tbl-cap"],
    ["//| label: fig-x\n//| tbl-cap: c", "invalid-label:11", "fig-cap"],
    ["//| label: sec-x", "invalid-label:10", "headings"],
    ["#| label: x\na", "misplaced-option:10", "//|"],
    ["a\n//| label: x", "misplaced-option:11", "top of the cell"],
    ["//| just text", "invalid-option:10", "//| label: walks"],
  ])("%j gives %s with a hint", (code, place, hint) => {
    const { errors } = read(code);
    expect(errors.map(placeOf)).toEqual([place]);
    expect(errors[0]?.hint).toContain(hint);
  });

  it.each([
    ["{ engine: tracker }", { engine: "tracker" }],
    ["{ live: true }", { engine: "tracker" }],
    ["{ engine: meter }", { engine: "meter" }],
    ["{ live: false }", { engine: "meter" }],
    ["{ engine: meter, live: false }", { engine: "meter" }],
    ["{ engine: sampler }", { engine: "sampler", intervalBytes: 512 }],
    ["{ sample: 64 }", { engine: "sampler", intervalBytes: 64 }],
    ["{ engine: sampler, sample: 64 }", { engine: "sampler", intervalBytes: 64 }],
  ])("lines: %s chooses the engine, in its long or its short form", (lines, instrumentation) => {
    const { options, errors } = read(`//| lines: ${lines}`);
    expect(errors).toEqual([]);
    expect(options.lines).toEqual({ modules: [], instrumentation });
  });

  it.each([
    ["//| echo: yes", "invalid-option:10"],
    ["//| output: hidden", "invalid-option:10"],
    ["//| trials: 0", "invalid-option:10"],
    ["//| cache: never", "invalid-option:10"],
    ["//| max-age: 0", "invalid-option:10"],
    ["//| max-age: soon", "invalid-option:10"],
    ["//| lines: { sample: 0 }", "invalid-option:10"],
    ["//| lines: { sample: -512 }", "invalid-option:10"],
    ["//| lines: { sample: 1.5 }", "invalid-option:10"],
    ["//| lines: { sample: often }", "invalid-option:10"],
    ["//| lines: { sample: 512, live: false }", "invalid-option:10"],
    ["//| lines: { engine: tracer }", "invalid-option:10"],
    ["//| lines: { engine: tracker, live: false }", "invalid-option:10"],
    ["//| lines: { engine: meter, live: true }", "invalid-option:10"],
    ["//| lines: { engine: meter, sample: 512 }", "invalid-option:10"],
    ["//| trials: 2.5", "invalid-option:10"],
    ["//| warmup: -1", "invalid-option:10"],
    ["//| warmup: two", "invalid-option:10"],
    ["//| probes: bracket", "unknown-probe:10"],
    ["//| matrix: { heap: multiple }", "invalid-matrix:10"],
    ["//| matrix: { heap: multiples, other: multiples }", "invalid-matrix:10"],
    ["//| timeout: 0s", "invalid-option:10"],
    ["//| timeout: [1]", "invalid-option:10"],
    ["//| runtime: 22", "invalid-option:10"],
    ["//| runtime: node@lts", "invalid-option:10"],
    ["//| runtime: python", "invalid-option:10"],
    ["//| code-fold: show", "invalid-option:10"],
    ["//| inputs:\n//|   - a.csv\n//|   - 1", "invalid-option:12"],
    ["//| env: [A]", "invalid-option:10"],
    ["//| env:\n//|   A: [1]", "invalid-option:11"],
    ["//| label: 5x", "invalid-label:10"],
    ["//| label: 大小", "invalid-label:10"],
    [`//| label: ${"a".repeat(65)}`, "invalid-label:10"],
    ["//| matrix: [1, 2]", "invalid-matrix:10"],
    ["//| matrix: 3", "invalid-matrix:10"],
    ["//| matrix:\n//|   a: [1]\n//|   b: []", "invalid-matrix:12"],
    ["//| matrix: { a: [null] }", "invalid-matrix:10"],
    ["//| matrix: { a: [.inf] }", "invalid-matrix:10"],
    ['//| matrix: { a: [1, "1"] }', "invalid-matrix:10"],
    ["//| matrix: { 1: [1] }", "invalid-matrix:10"],
    ["//| matrix: { __proto__: [1] }", "broken-yaml:10"],
    ["//| label: a\n//| label: b", "broken-yaml:11"],
    ["//| a: [", "broken-yaml:10"],
  ])("%j gives %s", (code, place) => {
    expect(read(code).errors.map(placeOf)).toEqual([place]);
  });

  it("goes on with defaults and the label, so that one mistake is one message", () => {
    const cell = read('//| label: walks\n//| trials: none\n//| matrix: { size: 3 }\n//| flags: "--x={{size}}"\na');
    expect(cell.label).toBe("walks");
    expect(cell.options.trials).toBe(5);
    expect(cell.errors.map(placeOf).sort()).toEqual(["invalid-matrix:12", "invalid-option:11"]);
    expect(read("//| label: walks\n//| fig-cap: {{x}}\na").label).toBe("walks");
  });
});
