import { describe, expect, it } from "vitest";
import { readCell } from "../../../src/document/cell-options.ts";
import { readFrontMatter } from "../../../src/document/front-matter.ts";
import type { CellLanguage } from "../../../src/document/types.ts";
import { placeOf } from "./problems.ts";

const { frontMatter: defaults } = readFrontMatter("---\ntitle: T\n---\n", "report.md");
const read = (code: string, language: CellLanguage = "python") =>
  readCell({ code, language, file: "report.md", line: 10, defaults });

describe("options of a python cell", () => {
  it("stand after #|, and the code begins below them", () => {
    const { options, label, source, sourceLine, errors } = read(
      "#| label: walk\n#| python: pyodide\n\nimport sys\n#: a\n",
    );
    expect(errors).toEqual([]);
    expect({ label, source, sourceLine, python: options.python }).toEqual({
      label: "walk",
      source: "import sys\n#: a",
      sourceLine: 13,
      python: "pyodide",
    });
  });

  it.each([
    ["//| label: walk\nx = 1", "misplaced-option:10", "#| label: walks"],
    ["x = 1\n#| label: walk", "misplaced-option:11", "top of the cell"],
  ])("%j gives %s", (code, place, hint) => {
    const { errors } = read(code);
    expect(errors.map(placeOf)).toEqual([place]);
    expect(errors[0]?.hint).toContain(hint);
  });

  it.each([
    "auto",
    "system",
    "pyodide",
    "python3",
    "python3.12",
    "python3.14t",
    "./venv/bin/python",
    "/usr/bin/python3",
  ])("take %s", (python) => {
    const { options, errors } = read(`#| python: ${python}\n1`);
    expect(errors).toEqual([]);
    expect(options.python).toBe(python);
    expect(read(`#| matrix: { python: [${python}] }\n1`).errors).toEqual([]);
  });

  it.each([
    ["python: conda", "invalid-option:10"],
    ["python: 3.12", "invalid-option:10"],
    ["matrix: { python: [python3.11, '3.12'] }", "invalid-matrix:10"],
    ["matrix: { python: [auto] }\n#| python: system", "invalid-option:11"],
    ["flags: --max-old-space-size=64", "invalid-option:10"],
    ["probes: [gc]", "invalid-option:10"],
    ["warmup: 2", "invalid-option:10"],
    ["runtime: node@22", "invalid-option:10"],
    ["matrix: { runtime: [node@22] }", "invalid-option:10"],
    ["matrix: { heap: multiples }", "invalid-option:10"],
  ])("do not take %j", (option, place) => {
    expect(read(`#| ${option}\n1`).errors.map(placeOf)).toEqual([place]);
  });

  it("may say that nothing is probed", () => {
    expect(read("#| probes: []\n1").errors).toEqual([]);
  });

  it.each(["ts", "js", "vega-lite"] as const)("and a %s cell has no `python`", (language) => {
    const mark = language === "vega-lite" ? "#|" : "//|";
    expect(read(`${mark} python: system\n1`, language).errors.map(placeOf)).toEqual(["invalid-option:10"]);
    // A matrix parameter of that name is one like any other there.
    expect(read(`${mark} matrix: { python: [2, 3] }\n1`, language).errors).toEqual([]);
  });
});
