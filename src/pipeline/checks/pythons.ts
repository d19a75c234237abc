import type { Cell, Report } from "../../document/types.ts";
import { UserError } from "../../errors.ts";
import { expandMatrix, pythonOf } from "../../experiment/trial-plan.ts";
import type { TextCache } from "../../model/text-cache.ts";
import { type FoundPython, findPython, isMissing } from "../../runtimes/find-python.ts";
import { findSyntaxProblems } from "../../runtimes/python-syntax.ts";

/** The Pythons that the variants of a cell run in, by the names that the report uses. */
function namesOf(cell: Cell): string[] {
  return expandMatrix(cell.options.matrix).map((variant) => pythonOf(cell.options, variant));
}

function pythonCells(report: Report): Cell[] {
  return report.cells.filter((cell) => cell.language === "python" && cell.options.eval);
}

/**
 * Looks up each Python that a report names, once. A missing Python is not an error here: the cells that need it fail
 * later.
 */
export async function findPythons(report: Report, cache: TextCache): Promise<ReadonlyMap<string, FoundPython>> {
  const names = new Set(pythonCells(report).flatMap(namesOf));
  const search = { folder: report.folder, cache };
  return new Map(await Promise.all([...names].map(async (name) => [name, await findPython(name, search)] as const)));
}

/** A warning for each Pyodide that replaces the system's Python, at the first cell that it runs. */
export function findStandIns(report: Report, pythons: ReadonlyMap<string, FoundPython>): UserError[] {
  return [...pythons].flatMap(([name, python]): UserError[] => {
    if (isMissing(python) || python.standsInBecause === undefined) return [];
    const cell = pythonCells(report).find((each) => namesOf(each).includes(name));
    const position = { file: report.file, line: cell?.optionLines.get("python") ?? cell?.position.line ?? 1 };
    const message = `\`python: ${name}\` takes ${python.name}, because ${python.standsInBecause}.`;
    const hint =
      "Objects have other sizes there. `python: system` makes a missing Python an error, `python: pyodide` chooses Pyodide.";
    return [new UserError(message, { code: "python-not-found", position, hint })];
  });
}

/**
 * Finds syntax errors of cells that run in a Python of this machine, each at its line. Exception: cells for Pyodide are
 * not parsed beforehand, because Pyodide takes a second to start; there a syntax error fails the cell.
 */
export async function findPythonSyntaxErrors(
  report: Report,
  pythons: ReadonlyMap<string, FoundPython>,
  cache: TextCache,
): Promise<UserError[]> {
  const cells = pythonCells(report);
  const checked = [...pythons].map(async ([name, python]): Promise<UserError[]> => {
    if (isMissing(python) || python.kind !== "system") return [];
    const own = cells.filter((cell) => namesOf(cell)[0] === name);
    const found = await findSyntaxProblems(
      python,
      own.map(({ source }) => source),
      cache,
    );
    return own.flatMap((cell, index) => {
      const problem = found[index] ?? null;
      if (problem === null) return [];
      const position = {
        file: report.file,
        line: cell.sourceLine + problem.line - 1,
        column: problem.column + cell.indent,
      };
      const message = `Cell \`${cell.label}\`: ${problem.name}: ${problem.message}`;
      const hint = `The parser of ${python.name} reads the cell.`;
      return [new UserError(message, { code: "syntax-error", position, hint, exitCode: 1 })];
    });
  });
  return (await Promise.all(checked)).flat();
}
