import type { Token } from "markdown-it";
import { UserError } from "../errors.ts";
import { countLines } from "./cells.ts";
import { namesCell } from "./fence-info.ts";

/** Most fences that are closed in one report; more are reported as they stand. */
const MOST = 50;

/** The text of a report in which every fence has its closing line, for reading what follows an unclosed one. */
export interface ClosedFences {
  readonly tokens: Token[];
  readonly env: Record<string | symbol, unknown>;
  /** Errors `unclosed-cell`, each at the opening line of its fence. */
  readonly errors: readonly UserError[];
}

interface Gap {
  /** Index of the fence's opening line in the file, from 0. */
  readonly opening: number;
  /** Index of the line that is replaced by a closing line. */
  readonly at: number;
  readonly closing: string;
  readonly error: UserError;
}

/**
 * Parses a report whose cells may lack closing lines. A cell that contains the opening line of another code block has no
 * closing line of its own; CommonMark would end it at the end of that other block. Such a cell is closed above the other
 * block, and the text is parsed again, so that one missing line causes no other mistakes.
 * @param parse parses the body with a new environment
 * @param body text of the report, with blank lines in place of the front matter
 */
export function parseClosed(
  parse: (body: string) => Pick<ClosedFences, "tokens" | "env">,
  body: string,
  file: string,
): ClosedFences {
  const lines = body.split("\n");
  const errors: UserError[] = [];
  let parsed = parse(body);
  const seen = new Set<number>();
  for (let count = 0; count < MOST; count += 1) {
    const gap = findGap(parsed.tokens, lines, seen, file);
    if (gap === undefined) break;
    seen.add(gap.opening);
    errors.push(gap.error);
    lines[gap.at] = gap.closing;
    parsed = parse(lines.join("\n"));
  }
  return { ...parsed, errors };
}

function findGap(
  tokens: readonly Token[],
  lines: readonly string[],
  seen: ReadonlySet<number>,
  file: string,
): Gap | undefined {
  for (const { type, map, info, markup, content } of tokens) {
    if (type !== "fence" || map === null || seen.has(map[0])) continue;
    const isCell = namesCell(info.trim());
    if (!isCell && !isCode(info)) continue;
    const inside = content.split("\n");
    const isClosed = map[1] - map[0] === countLines(content) + 2;
    const next = inside.findIndex((line) => opensBlock(line, markup, isCell, isClosed));
    const short = inside.findIndex((line) => failsToClose(line, markup, isClosed));
    const found = next < 0 ? short : short < 0 ? next : Math.min(next, short);
    if (found < 0) continue;
    const end = found === short ? short : closingLine(inside, next);
    if (end < 0) continue;
    const fileLine = lines[map[0] + 1 + end] ?? "";
    const container = fileLine.slice(0, fileLine.length - (inside[end] ?? "").length);
    const position = { file, line: map[0] + 1 };
    const otherLine = map[0] + 2 + found;
    const what = isCell ? "cell" : "code block";
    const hint =
      found === short
        ? `Line ${otherLine} does not close it: close it with a line of ${markup}`
        : `Close it with a line of ${markup} above line ${otherLine}, where the next code block begins.`;
    const error = new UserError(`The fence of this ${what} has no closing line.`, {
      code: "unclosed-cell",
      position,
      hint,
    });
    return { opening: map[0], at: map[0] + 1 + end, closing: container + markup, error };
  }
  return undefined;
}

/** Languages whose code may show the fence of a cell: blocks in them are not taken for unclosed. */
const TEXTS: ReadonlySet<string> = new Set(["", "md", "markdown", "text", "txt", "qmd", "rmd", "mdx", "quarto"]);

/** Whether a block that is only shown holds code, in which no fence of a cell is expected. */
function isCode(info: string): boolean {
  return !TEXTS.has((info.trim().split(/[\s,{]+/)[0] ?? "").toLowerCase());
}

/**
 * Whether a line inside a block opens another block. In a cell any fence with a language counts, in shown code only that
 * of a cell. Within a closed block, fences that are shorter or of the other mark are code.
 */
function opensBlock(line: string, markup: string, isCell: boolean, isClosed: boolean): boolean {
  const [, fence = "", info = ""] = /^ {0,3}(`{3,}|~{3,})[ \t]*([^`~\s].*)$/.exec(line) ?? [];
  if (fence === "" || (isClosed && !fence.startsWith(markup)) || (fence.startsWith("`") && info.includes("`")))
    return false;
  return namesCell(info.trim()) || (isCell && /^(?:[A-Za-z][\w+#.-]*|\{[#.].*\})(?:[ \t].*)?$/.test(info));
}

/**
 * Whether a line inside a block is meant to close it and does not: a fence that is too short or of the other mark, where
 * nothing closes the block, or one with a sign after it, such as "```."
 */
function failsToClose(line: string, markup: string, isClosed: boolean): boolean {
  const [, fence = "", rest = ""] = /^ {0,3}(`{3,}|~{3,})([.,;:)\]}]?)$/.exec(line.trimEnd()) ?? [];
  if (fence === "") return false;
  return isClosed ? fence.startsWith(markup) && rest !== "" : true;
}

/**
 * Index of the line in whose place a closing line stands: the blank line above a heading or div, or the last blank line
 * above the other block, or the line above it.
 */
function closingLine(inside: readonly string[], next: number): number {
  for (let index = 1; index < next; index += 1) {
    const isBlank = (inside[index - 1] ?? "").trim() === "";
    if (isBlank && /^(?:#{2,6} \S|:{3,}[ \t]*\S)/.test(inside[index] ?? "")) return index - 1;
  }
  const blank = inside.slice(0, next).findLastIndex((line) => line.trim() === "");
  return blank >= 0 ? blank : next - 1;
}
