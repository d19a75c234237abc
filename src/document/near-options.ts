import { nearest, UserError } from "../errors.ts";
import { USER_PROBES } from "../model/probes.ts";
import { type CellLanguage, isScript } from "./types.ts";

/**
 * Matches a comment with a name and a colon, such as `// | label: walks`. Groups: the comment's mark, blanks, the sign
 * before the name, the name.
 */
const NAMED_COMMENT = /^(\/\/|#|\/\*)([ \t]{0,8})([|!:@¦]?)[ \t]{0,8}([a-z][a-z-]{1,30})[ \t]{0,8}:(?=[ \t]|$)/;

/** An option in the form of another comment, as it should be written. */
interface NearOption {
  /** Index of its line in the cell's code, from 0. */
  readonly index: number;
  readonly name: string;
  /** YAML of the option. */
  readonly text: string;
}

/** Option names with which no ordinary comment begins. */
const TELLING: readonly string[] = ["fig-cap", "fig-alt", "tbl-cap", "lst-cap"];

/**
 * Finds comments above a cell's code that are meant as options but have the wrong form: `// | label: walks`, `//: echo:
 * false`, `// fig-cap: Walks`. Errors `misplaced-option`, each at its line, and the options that were meant.
 * @param line line of the report on which `code` begins, from 1
 * @param names names of all options
 */
export function findNearOptions(
  code: string,
  language: CellLanguage | undefined,
  line: number,
  file: string,
  names: readonly string[],
): { readonly errors: readonly UserError[]; readonly options: readonly NearOption[] } {
  const mark = language !== undefined && isScript(language) ? "//|" : "#|";
  const errors: UserError[] = [];
  const options: NearOption[] = [];
  const comments = leadingComments(code);
  // Two plain comments that are both names of options are options without their mark.
  const areOptions = comments.filter((text) => isPlainOption(text, names)).length > 1;
  for (const [index, text] of code.split("\n").entries()) {
    const trimmed = text.trim();
    if (trimmed !== "" && !/^(?:\/\/|#|\/\*)/.test(trimmed)) break;
    const [whole = "", begin, blank = "", sign = "", name = ""] = NAMED_COMMENT.exec(trimmed) ?? [];
    const value = trimmed.slice(whole.length).replace("*/", "").trim();
    // Valid options are skipped; options with the mark of another language are reported elsewhere.
    if (name === "" || (sign === "|" && blank === "" && begin !== "/*")) continue;
    const option =
      sign !== ""
        ? nearOption(name, names)
        : (tellingOption(name, value) ?? (areOptions && isPlainOption(trimmed, names) ? name : undefined));
    if (option === undefined) continue;
    const position = { file, line: line + index };
    const message = `This comment is no cell option: an option begins with \`${mark}\`.`;
    const hint = `Write ${mark} ${option}: ${value}`.trimEnd();
    errors.push(new UserError(message, { code: "misplaced-option", position, hint }));
    options.push({ index, name: option, text: `${option}: ${value}` });
  }
  return { errors, options };
}

/** Whether a comment has the name of an option and a value as options have it: one word, a list or a mapping. */
function isPlainOption(comment: string, names: readonly string[]): boolean {
  const [whole = "", , , sign, name = ""] = NAMED_COMMENT.exec(comment) ?? [];
  const isValue = /^(?:[\w.-]{1,64}|\[.*\]|\{.*\}|"[^"]*")$/.test(comment.slice(whole.length).trim());
  return sign === "" && names.includes(name) && isValue;
}

/** Comments above a cell's code, without the blanks around them. */
function leadingComments(code: string): readonly string[] {
  const lines = code.split("\n").map((line) => line.trim());
  const end = lines.findIndex((line) => line !== "" && !/^(?:\/\/|#|\/\*)/.test(line));
  return end < 0 ? lines : lines.slice(0, end);
}

function tellingOption(name: string, value: string): string | undefined {
  if (TELLING.includes(name)) return name;
  if (name === "probes" && value.split(/[\s,[\]]+/).some((word) => USER_PROBES.some((probe) => probe === word)))
    return name;
  return name === "label" && /^(?:fig|tbl|lst)-\S+$/.test(value) ? name : undefined;
}

/**
 * The option that a name after a sign is meant to be; undefined if none is near. Short names must match exactly,
 * because a near match could be any word.
 */
function nearOption(name: string, names: readonly string[]): string | undefined {
  if (names.includes(name)) return name;
  return name.length > 4 ? nearest(name, names) : undefined;
}
