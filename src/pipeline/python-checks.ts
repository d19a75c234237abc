import type { Cell, Report } from "../document/types.ts";
import { UserError } from "../errors.ts";
import { expandMatrix, pythonOf } from "../experiment/trial-plan.ts";
import type { TextCache } from "../model/text-cache.ts";
import { type FoundPython, findPython, isMissing } from "../runtimes/find-python.ts";
import { checkSyntax } from "../runtimes/python-syntax.ts";

/** The Pythons that each python cell of a report runs in, as the report names them. */
function namesOf(cell: Cell): string[] {
  return expandMatrix(cell.options.matrix).map((variant) => pythonOf(cell.options, variant));
}

function pythonCells(report: Report): Cell[] {
  return report.cells.filter((cell) => cell.language === "python" && cell.options.eval);
}

/** Looks every Python up that a report names, each once. What is missing is no error of the report: its cells say so. */
export async function findPythons(report: Report, cache: TextCache): Promise<ReadonlyMap<string, FoundPython>> {
  const names = new Set(pythonCells(report).flatMap(namesOf));
  const search = { folder: report.folder, cache };
  return new Map(await Promise.all([...names].map(async (name) => [name, await findPython(name, search)] as const)));
}

/**
 * Syntax errors of python cells, at their lines, where the machine has a Python to ask. Pyodide takes a second to start: there
 * such an error is a failure of its cell.
 */
export async function checkPythonSyntax(
  report: Report,
  pythons: ReadonlyMap<string, FoundPython>,
  cache: TextCache,
): Promise<UserError[]> {
  const cells = pythonCells(report);
  const checked = [...pythons].map(async ([name, python]): Promise<UserError[]> => {
    if (isMissing(python) || python.kind !== "system") return [];
    const own = cells.filter((cell) => namesOf(cell)[0] === name);
    const found = await checkSyntax(
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
      const message = `cell \`${cell.label}\`: ${problem.name}: ${problem.message}`;
      const hint = `The cell's code is Python, read by ${python.name}.`;
      return [new UserError(message, { code: "syntax-error", position, hint, exitCode: 1 })];
    });
  });
  return (await Promise.all(checked)).flat();
}
