import { UserError } from "../errors.ts";
import { type CellLanguage, isScript as isScriptLanguage } from "./types.ts";

/** The code of a cell, separated from its option lines. */
export interface OptionSplit {
  /** Text of the option lines without their `//|` or `#|`. */
  readonly yaml: string;
  /** Line of the report with the first option. */
  readonly yamlLine: number;
  readonly source: string;
  /** Line of the report on which `source` begins. */
  readonly sourceLine: number;
  readonly errors: readonly UserError[];
}

/**
 * Separates the option lines at the top of a cell from the code below. Blank lines before the first and after the last
 * option belong to neither. Errors: `misplaced-option`.
 * @param line line of the report on which `code` begins, from 1
 */
export function splitOptionLines(
  code: string,
  language: CellLanguage | undefined,
  line: number,
  file: string,
): OptionSplit {
  const lines = code.replace(/\n$/, "").split("\n");
  const isScript = language !== undefined && isScriptLanguage(language);
  const isPython = language === "python";
  const mark = isScript ? "//|" : "#|";
  const marker = isScript ? /^[ \t]*\/\/\| ?/ : isPython ? /^[ \t]*#\| ?/ : /^[ \t]*(?:\/\/|#)\| ?/;
  const errors: UserError[] = [];

  let begin = firstFilled(lines, 0);
  const first = lines[begin] ?? "";
  const other = isScript ? "#|" : "//|";
  if ((isScript || isPython) && first.trimStart().startsWith(other)) {
    const hint = `Options of a ${language} cell begin with ${mark}, as in ${mark} label: walks`;
    const message = `\`${other}\` does not begin an option in a ${language} cell.`;
    errors.push(new UserError(message, { code: "misplaced-option", position: { file, line: line + begin }, hint }));
  }
  let end = begin;
  while (end < lines.length && marker.test(lines[end] ?? "")) end += 1;
  if (end === begin) [begin, end] = [0, 0];
  const sourceBegin = end === 0 ? 0 : firstFilled(lines, end);

  for (const [index, text] of lines.entries()) {
    // Only comments of the form `//| name:` are options; other comments may begin with a bar.
    if (index < end || !(isScript || isPython) || !/^[ \t]*(?:\/\/|#)\| ?[a-z-]+:(?: |$)/.test(text)) continue;
    if (!text.trimStart().startsWith(mark)) continue;
    const hint = "Move it to the top of the cell, above the code.";
    const message = "A cell option stands below code, where it has no effect.";
    errors.push(new UserError(message, { code: "misplaced-option", position: { file, line: line + index }, hint }));
  }
  return {
    yaml: lines
      .slice(begin, end)
      .map((text) => text.replace(marker, ""))
      .join("\n"),
    yamlLine: line + begin,
    source: lines.slice(sourceBegin).join("\n"),
    sourceLine: line + sourceBegin,
    errors,
  };
}

/** Index of the first line from `start` that is not blank; `start` if all are blank. */
function firstFilled(lines: readonly string[], start: number): number {
  const found = lines.findIndex((text, index) => index >= start && text.trim() !== "");
  return found === -1 ? start : found;
}
