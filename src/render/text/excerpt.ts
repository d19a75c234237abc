import { basename, resolve } from "node:path";
import type { Report } from "../../document/types.ts";
import { readRegularText } from "../../files.ts";
import type { StackFrame } from "../../model/report-results.ts";

/** A line of source code, and the place of a caret below it. */
export interface Excerpt {
  /** The line without its indentation. */
  readonly text: string;
  /** Number of characters of `text` before the caret. */
  readonly caretOffset: number;
}

/** Longest line that is shown, in characters; a longer line is generated code. */
const LONGEST_LINE = 200;

/**
 * Reads the source line of a stack frame, from the report or from a file in its folder. Undefined if the file or line
 * no longer exists.
 */
export function excerptOf(frame: StackFrame, report: Report): Excerpt | undefined {
  if (frame.file === undefined) return undefined;
  const source = frame.file === basename(report.path) ? report.source : readSource(resolve(report.folder, frame.file));
  const line = source?.split("\n")[frame.line - 1];
  if (line === undefined || line.trim() === "" || line.length > LONGEST_LINE) return undefined;
  const indent = line.length - line.trimStart().length;
  return { text: line.trim(), caretOffset: Math.max(0, frame.column - 1 - indent) };
}

function readSource(path: string): string | undefined {
  try {
    return readRegularText(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "EACCES", "NOT_A_FILE", "TOO_LONG"].includes(code))
      return undefined;
    throw error;
  }
}
