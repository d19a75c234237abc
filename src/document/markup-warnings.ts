import { UserError } from "../errors.ts";

/** Notes markup that Heapbook does not read. @param line of the report; @param message with the markup as it is written */
export type Warn = (code: "stray-markup" | "bad-attributes", line: number, message: string, hint: string) => void;

/** Runs a search for markup, and returns what it noted: one warning for each message and line. */
export function collectWarnings(file: string, search: (warn: Warn) => void): UserError[] {
  const warnings = new Map<string, UserError>();
  search((code, line, message, hint) => {
    const key = `${line} ${message}`;
    if (!warnings.has(key)) warnings.set(key, new UserError(message, { code, position: { file, line }, hint }));
  });
  return [...warnings.values()];
}

/** Whether the author wrote a text with a backslash before it, which makes it text. @param source Markdown of the block */
export function isEscaped(written: string, source: string): boolean {
  return source.includes(`\\${written}`);
}
