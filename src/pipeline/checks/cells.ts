import { type Cell, isScript, type Report } from "../../document/types.ts";
import type { Position } from "../../errors.ts";

/** Whether a cell runs in a Node process. */
export const runsInNode = (cell: Cell): boolean => cell.options.eval && isScript(cell.language);

/** The position of an option of a cell; the opening fence if the cell does not set the option. */
export function optionPosition(report: Report, cell: Cell, option: string): Position {
  return { file: report.file, line: cell.optionLines.get(option) ?? cell.position.line };
}
