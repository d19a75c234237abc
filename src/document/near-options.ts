import { nearest, UserError } from "../errors.ts";
import { type CellLanguage, isScript } from "./types.ts";

/** A comment with a name and a colon, and the sign before the name: `// | label: walks`. */
const NAMED_COMMENT = /^(\/\/|#|\/\*)([ \t]{0,8})([|!:@¦]?)[ \t]{0,8}([a-z][a-z-]{1,30})[ \t]{0,8}:(?=[ \t]|$)/;

/** Names that no other comment begins with. */
const TELLING: readonly string[] = ["fig-cap", "fig-alt", "tbl-cap", "lst-cap"];

/**
 * Finds comments above the code of a cell that are meant as options and are none: `// | label: walks`, `//: echo: false`,
 * `// fig-cap: Walks`. Errors `misplaced-option`, each at its line.
 * @param line line of the report where `code` begins, from 1
 * @param names of all options
 */
export function findNearOptions(
  code: string,
  language: CellLanguage | undefined,
  line: number,
  file: string,
  names: readonly string[],
): readonly UserError[] {
  const mark = language !== undefined && isScript(language) ? "//|" : "#|";
  const errors: UserError[] = [];
  for (const [index, text] of code.split("\n").entries()) {
    const trimmed = text.trim();
    if (trimmed !== "" && !/^(?:\/\/|#|\/\*)/.test(trimmed)) break;
    const [whole = "", begin, blank = "", sign = "", name = ""] = NAMED_COMMENT.exec(trimmed) ?? [];
    const value = trimmed.slice(whole.length).replace("*/", "").trim();
    // Options; those with the mark of another language are reported elsewhere.
    if (name === "" || (sign === "|" && blank === "" && begin !== "/*")) continue;
    const option = sign === "" ? tellingOption(name, value) : nearOption(name, names);
    if (option === undefined) continue;
    const position = { file, line: line + index };
    const message = `This comment is no cell option: an option begins with \`${mark}\`.`;
    const hint = `Write ${mark} ${option}: ${value}`.trimEnd();
    errors.push(new UserError(message, { code: "misplaced-option", position, hint }));
  }
  return errors;
}

function tellingOption(name: string, value: string): string | undefined {
  if (TELLING.includes(name)) return name;
  return name === "label" && /^(?:fig|tbl|lst)-\S+$/.test(value) ? name : undefined;
}

/** The option that a name after a sign stands for: a slip in a short name would be any word. */
function nearOption(name: string, names: readonly string[]): string | undefined {
  if (names.includes(name)) return name;
  return name.length > 4 ? nearest(name, names) : undefined;
}
