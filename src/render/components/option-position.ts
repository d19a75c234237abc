import type { Cell } from "../../document/types.ts";
import type { Position } from "../../errors.ts";

/** Where an option of a cell was written, for messages about its expressions. */
export function positionOfOption(cell: Cell, option: string): Position {
  return { file: cell.position.file, line: cell.optionLines.get(option) ?? cell.position.line };
}
