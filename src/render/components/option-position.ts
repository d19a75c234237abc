import type { Cell } from "../../document/types.ts";
import type { Position } from "../../errors.ts";

/** Position of an option of a cell, or of the cell when the option is not written in it; for errors in expressions. */
export function positionOfOption(cell: Cell, option: string): Position {
  return { file: cell.position.file, line: cell.optionLines.get(option) ?? cell.position.line };
}
