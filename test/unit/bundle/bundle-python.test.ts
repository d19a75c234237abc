import { describe, expect, it } from "vitest";
import { bundlePython } from "../../../src/bundle/bundle-python.ts";
import { pythonCell } from "../../helpers/python-runner.ts";
import { makeReportFolder } from "../../helpers/report-folder.ts";

/** The program made of a cell, beside these files. */
function programOf(code: string, files: Readonly<Record<string, string>> = {}): { source: string; params: unknown } {
  const folder = makeReportFolder();
  for (const [name, text] of Object.entries(files)) folder.write(name, text);
  const report = folder.report(pythonCell("a", code));
  const [cell] = report.cells;
  if (cell === undefined) throw new Error("the report has no cell");
  return JSON.parse(bundlePython(report, cell, { size: 3 }).code);
}

const ASKS = "from heapbook import params\n";

describe("what a python cell is given", () => {
  it("is its code, whatever line it stands on", () => {
    expect(programOf("x = 1\ny = 'ü'")).toEqual({ source: "x = 1\ny = 'ü'", params: null });
  });

  it.each([
    [ASKS, {}],
    ["import heapbook\nheapbook.params", {}],
    ["from heapbook import *", {}],
    ["import a", { "a.py": ASKS }],
    ["import x, a.b as c", { "a/__init__.py": "", "a/b.py": ASKS }],
    ["def f():\n    from a import g", { "a.py": "import b\n", "b.py": ASKS }],
    ["import a", { "a.py": "import b", "b.py": "import a\nfrom heapbook import (\n    params,\n)\n" }],
  ])("has the parameters for %j %j", (code, files) => {
    expect(programOf(code, files).params).toEqual({ size: 3 });
  });

  it.each([
    ["params = {}", {}],
    ["from heapbook import metric", {}],
    ["import a", { "a.py": "x = 1", "b.py": ASKS }],
    ["import a", { "a/b.py": ASKS }],
  ])("has none for %j %j", (code, files) => {
    expect(programOf(code, files).params).toBeNull();
  });
});
