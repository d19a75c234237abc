import type { Cell } from "../../document/types.ts";
import type { Position } from "../../errors.ts";

/** Position of a cell's option, for error messages; the position of the cell if the option is not written in it. */
export function positionOfOption(cell: Cell, option: string): Position {
  return { file: cell.position.file, line: cell.optionLines.get(option) ?? cell.position.line };
}
