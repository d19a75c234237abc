import { UserError } from "../errors.ts";
import { findNearOptions } from "./near-options.ts";
import { type CellLanguage, isScript as isScriptLanguage } from "./types.ts";

/** The code of a cell, separated from its option lines. */
export interface OptionSplit {
  /**
   * Text of the options without their `//|` or `#|`. After a mistake the text also has the options that stand in the
   * wrong place or form, with blank lines for the code between, so that one mistake causes no others.
   */
  readonly yaml: string;
  /** Line of the report with the first option. */
  readonly yamlLine: number;
  readonly source: string;
  /** Line of the report on which `source` begins. */
  readonly sourceLine: number;
  readonly errors: readonly UserError[];
}

/** Matches a comment that has the form of an option in any language: `//| name:`. */
const OPTION = /^[ \t]*(?:\/\/|#)\| ?([a-z-]+):(?: |$)/;

/**
 * Separates the option lines at the top of a cell from the code below. Blank lines before the first and after the last
 * option belong to neither. Errors: `misplaced-option`, one for each block of lines with the same mistake.
 * @param line line of the report on which `code` begins, from 1
 * @param names names of all options
 */
export function splitOptionLines(
  code: string,
  language: CellLanguage | undefined,
  line: number,
  file: string,
  names: readonly string[],
): OptionSplit {
  const lines = code.replace(/\n$/, "").split("\n");
  const isScript = language !== undefined && isScriptLanguage(language);
  const isPython = language === "python";
  const mark = isScript ? "//|" : "#|";
  const own = isScript ? /^[ \t]*\/\/\| ?/ : isPython ? /^[ \t]*#\| ?/ : /^[ \t]*(?:\/\/|#)\| ?/;
  const other = isScript ? /^[ \t]*#\|/ : /^[ \t]*\/\/\|/;
  const errors: UserError[] = [];
  const texts = new Map<number, string>();
  const fail = (index: number, message: string, hint: string): void => {
    errors.push(new UserError(message, { code: "misplaced-option", position: { file, line: line + index }, hint }));
  };

  const begin = firstFilled(lines, 0);
  let end = begin;
  let wrongMark: number | undefined;
  for (; end < lines.length; end += 1) {
    const text = lines[end] ?? "";
    const isWrong = (isScript || isPython) && other.test(text);
    if (!isWrong && !own.test(text)) break;
    if (isWrong) wrongMark ??= end;
    texts.set(end, text.replace(isWrong ? /^[ \t]*(?:\/\/|#)\| ?/ : own, ""));
  }
  if (wrongMark !== undefined) {
    const hint = `Options of a ${language} cell begin with ${mark}, as in ${mark} label: walks`;
    fail(wrongMark, `\`${isScript ? "#|" : "//|"}\` does not begin an option in a ${language} cell.`, hint);
  }
  const sourceBegin = end === begin ? 0 : firstFilled(lines, end);
  const known = new Set([...texts.values()].map((text) => /^[\w-]+(?=:)/.exec(text)?.[0]));
  const recover = (index: number, name: string, text: string): void => {
    if (known.has(name)) return;
    known.add(name);
    texts.set(index, text);
  };

  const near = findNearOptions(code, language, line, file, names);
  errors.push(...near.errors);
  for (const { index, name, text } of near.options) recover(index, name, text);

  let last: number | undefined;
  for (const [index, text] of lines.entries()) {
    // Only comments of the form `//| name:` are options; other comments may begin with a bar.
    const name = OPTION.exec(text)?.[1];
    if (index < end || !(isScript || isPython) || name === undefined || !text.trimStart().startsWith(mark)) continue;
    if (last !== index - 1)
      fail(
        index,
        "A cell option stands below code, where it has no effect.",
        "Move it to the top of the cell, above the code.",
      );
    last = index;
    recover(index, name, text.replace(own, ""));
  }
  const [first = 0, ...rest] = [...texts.keys()].sort((a, b) => a - b);
  const count = texts.size === 0 ? 0 : (rest.at(-1) ?? first) - first + 1;
  return {
    yaml: Array.from({ length: count }, (_, index) => texts.get(first + index) ?? "").join("\n"),
    yamlLine: line + first,
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
