import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { Report } from "../../document/types.ts";
import type { StackFrame } from "../../model/report-results.ts";

export interface Excerpt {
  /** The line, without the indentation it stands at. */
  readonly text: string;
  /** Characters of `text` before the one meant. */
  readonly caretOffset: number;
}

/** Longer lines are generated, not written. */
const LONGEST_LINE = 200;

/**
 * The line that a frame points at: of the report itself, or of a file beside it. Undefined where there is no such line,
 * or the file is gone.
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
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EISDIR"))
      return undefined;
    throw error;
  }
}
