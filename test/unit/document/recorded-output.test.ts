import { describe, expect, it } from "vitest";
import { readCell } from "../../../src/document/cell-options.ts";
import type { CellLanguage } from "../../../src/document/types.ts";
import { placeOf } from "./problems.ts";

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

/** Reads a cell with these option lines, the first of them in line 10 of the report. */
function read(lines: readonly string[], language: CellLanguage = "ts") {
  const marker = language === "ts" ? "//|" : "#|";
  const code = [...lines.map((line) => `${marker} ${line}`), "1;", ""].join("\n");
  const { options, errors } = readCell({ code, language, file: "report.md", line: 10, defaults });
  return { recorded: options.recordedOutputs, places: errors.map(placeOf), errors };
}

describe("recorded-output", () => {
  it("is a source and a text", () => {
    const { recorded, places } = read([
      "recorded-output:",
      "  source: the writeup, 17 November 2021",
      "  tolerance: 0.5 %",
      "  text: |",
      "    one",
      "      two: 3",
    ]);
    expect(places).toEqual([]);
    expect(recorded).toEqual([
      {
        source: "the writeup, 17 November 2021",
        text: "one\n  two: 3\n",
        file: undefined,
        tolerance: 0.005,
        variant: {},
        line: 10,
      },
    ]);
  });

  it("may stand in a cell of any language that prints", () => {
    expect(read(["recorded-output: { source: a, text: b }"], "python").recorded).toMatchObject([{ text: "b" }]);
  });

  it("is a file, without a tolerance, or a number that YAML made of the text", () => {
    expect(read(["recorded-output: { source: a, file: out.txt }"]).recorded).toMatchObject([
      { file: "out.txt", text: undefined, tolerance: 0 },
    ]);
    expect(read(["recorded-output: { source: a, text: 2 }"]).recorded).toMatchObject([{ text: "2" }]);
  });

  it("is a list for the variants of a matrix", () => {
    const { recorded, places } = read([
      "matrix: { walks: [saved, dropped], n: [1, 2] }",
      "recorded-output:",
      "  - { source: a, text: x, variant: { walks: saved } }",
      "  - { source: a, text: y, variant: { walks: dropped, n: 2 } }",
    ]);
    expect(places).toEqual([]);
    expect(recorded.map(({ variant, line }) => [variant, line])).toEqual([
      [{ walks: "saved" }, 12],
      [{ walks: "dropped", n: 2 }, 13],
    ]);
  });

  it.each<[string, readonly string[], string, string]>([
    ["no text", ["recorded-output: { source: a }"], ":10", "neither `text` nor `file`"],
    ["both", ["recorded-output:", "  source: a", "  text: b", "  file: c"], ":13", "both `text` and `file`"],
    ["no source", ["recorded-output: { text: a }"], ":10", "needs `source`"],
    ["an empty source", ['recorded-output: { source: " ", text: a }'], ":10", "not empty"],
    ["a bare tolerance", ["recorded-output:", "  source: a", "  tolerance: 1", "  text: b"], ":12", "per cent"],
    ["a word for a tolerance", ["recorded-output: { source: a, text: b, tolerance: some }"], ":10", "per cent"],
    ["a negative one", ['recorded-output: { source: a, text: b, tolerance: "-1%" }'], ":10", "per cent"],
    ["another name", ["recorded-output: { source: a, txt: b }"], ":10", "has no `txt`"],
    ["a text", ["recorded-output: 2"], ":10", "must be a mapping"],
    ["an empty list", ["recorded-output: []"], ":10", "must be a mapping"],
    [
      "no such parameter",
      ["recorded-output: { source: a, text: b, variant: { n: 1 } }"],
      ":10",
      "not a parameter of the cell",
    ],
    [
      "no such value",
      ["matrix: { n: [1, 2] }", "recorded-output: { source: a, text: b, variant: { n: 3 } }"],
      ":11",
      "no `n` of 3",
    ],
    ["Markdown", ["output: asis", "recorded-output: { source: a, text: b }"], ":11", "`output: asis`"],
  ])("with %s is an error at its line", (_, lines, place, message) => {
    const { errors, places } = read(lines);
    expect(places[0]).toBe(`invalid-recorded-output${place}`);
    expect(errors[0]?.message).toContain(message);
  });

  it("names the nearest name", () => {
    expect(read(["recorded-output: { source: a, txt: b }"]).errors[0]?.hint).toBe("Did you mean `text`?");
  });

  it("cannot stand in a cell that prints nothing", () => {
    expect(read(["recorded-output: { source: a, text: b }"], "vega-lite").places).toEqual([
      "invalid-recorded-output:10",
    ]);
  });
});
