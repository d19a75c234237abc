import type { MarkdownIt, StateBlock, StateInline } from "markdown-it";
import { findTrailingAttributes } from "./attributes.ts";
import type { LineOf } from "./inline-rules.ts";

/**
 * Adds formulas in TeX to markdown-it, by Pandoc's rules (https://pandoc.org/MANUAL.html#extension-tex_math_dollars):
 *
 * - `math_inline`: `$…$` with no blank inside either `$` and no digit after the closing one, so that `$5 and $6` is
 *   text; `$$…$$` within a paragraph; and GitHub's `` $`…`$ ``.
 * - `math_block`: `$$…$$` that begins a line, and a fence with the info `math` (GitHub).
 * - `stray`: a `$$` that begins no formula.
 *
 * `content` is the trimmed TeX, which is not checked here. `meta` is `{ raw, line, display }`; for a block also `label`
 * (`{#eq-x}` after it) and `badAttributes`.
 */
export function addMathRules(markdown: MarkdownIt, lineOf: LineOf): void {
  markdown.block.ruler.before("fence", "math_block", readMathBlock, {
    alt: ["paragraph", "reference", "blockquote", "list"],
  });
  markdown.inline.ruler.before("escape", "math_inline", (state, silent) => readInlineMath(state, silent, lineOf));
  markdown.core.ruler.after("block", "math_fences", (state) => {
    for (const token of state.tokens) {
      if (token.type !== "fence" || token.info.trim() !== "math") continue;
      token.type = "math_block";
      token.meta = { raw: undefined, line: (token.map?.[0] ?? 0) + 2, display: true };
      token.content = token.content.trim();
    }
  });
  markdown.renderer.rules["math_inline"] = (tokens, index) =>
    markdown.utils.escapeHtml(String(tokens[index]?.meta?.["raw"]));
  markdown.renderer.rules["stray"] = (tokens, index) => markdown.utils.escapeHtml(tokens[index]?.content ?? "");
  markdown.renderer.rules["math_block"] = (tokens, index) => markdown.utils.escapeHtml(tokens[index]?.content ?? "");
}

/**
 * Longest formula within a line of text, in characters. Without a limit, text full of `$` would be read again and
 * again.
 */
const LONGEST_FORMULA = 2000;

/**
 * Matches GitHub's inline formula, for TeX with characters that Markdown uses:
 * https://docs.github.com/get-started/writing-on-github (Writing mathematical expressions).
 */
const GITHUB_FORMULA = /\$`([^`]{1,2000})`\$/y;

/** Matches TeX commands whose argument is text. A `$` in the argument does not end the formula. */
const TEXT_COMMAND = /\\(?:text|mbox|textrm|textbf|textit)\{/y;

function readInlineMath(state: StateInline, silent: boolean, lineOf: LineOf): boolean {
  const { src, pos: start } = state;
  if (src.charAt(start) !== "$") return false;
  GITHUB_FORMULA.lastIndex = start;
  const github = GITHUB_FORMULA.exec(src);
  if (github !== null && start + github[0].length <= state.posMax) {
    const [raw, tex = ""] = github;
    if (!silent) pushFormula(state, tex, "$`", { raw, line: lineOf(state, start), display: false });
    state.pos = start + raw.length;
    return true;
  }
  const display = src.startsWith("$$", start);
  const mark = display ? "$$" : "$";
  const end = findEnd(src, start + mark.length, Math.min(state.posMax, start + LONGEST_FORMULA), mark);
  if (end === undefined) {
    // Both dollars of `$$` are one mark: the second one does not begin a formula.
    if (!display) return false;
    if (!silent) {
      const token = state.push("stray", "", 0);
      token.content = mark;
      token.meta = { raw: mark, line: lineOf(state, start) };
    }
    state.pos = start + mark.length;
    return true;
  }
  const raw = src.slice(start, end + mark.length);
  if (!silent)
    pushFormula(state, raw.slice(mark.length, -mark.length), mark, { raw, line: lineOf(state, start), display });
  state.pos = end + mark.length;
  return true;
}

function pushFormula(state: StateInline, tex: string, markup: string, meta: Readonly<Record<string, unknown>>): void {
  const token = state.push("math_inline", "math", 0);
  token.content = tex.trim();
  token.markup = markup;
  token.meta = meta;
}

/** Offset of the closing mark; undefined if the text after the opening mark is not a formula. */
function findEnd(source: string, from: number, max: number, mark: string): number | undefined {
  if (mark === "$" && /\s/.test(source.charAt(from))) return undefined;
  let index = from;
  while (index < max) {
    const character = source.charAt(index);
    if (character === "\\") {
      TEXT_COMMAND.lastIndex = index;
      const text = TEXT_COMMAND.exec(source);
      index = text === null ? index + 2 : skipBraces(source, index + text[0].length, max);
    } else if (source.startsWith(mark, index) && index + mark.length <= max) {
      if (index === from) return undefined;
      if (mark === "$$") return index;
      const isClosing = !/\s/.test(source.charAt(index - 1)) && !/\d/.test(source.charAt(index + 1));
      return isClosing ? index : undefined;
    } else index += 1;
  }
  return undefined;
}

/** Offset just after the brace that closes the open brace at `from`. */
function skipBraces(source: string, from: number, max: number): number {
  let depth = 1;
  let index = from;
  while (index < max && depth > 0) {
    const character = source.charAt(index);
    if (character === "\\") index += 1;
    else if (character === "{") depth += 1;
    else if (character === "}") depth -= 1;
    index += 1;
  }
  return index;
}

function readMathBlock(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const textOf = (line: number): string =>
    state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  const first = textOf(startLine);
  if (!first.startsWith("$$")) return false;
  const lines: string[] = [];
  for (let line = startLine; line < endLine; line += 1) {
    if (line > startLine && (state.sCount[line] ?? 0) < state.blkIndent) return false;
    const text = line === startLine ? first.slice(2) : textOf(line);
    // As in Pandoc, a blank line ends the search: a formula contains none.
    if (line > startLine && text.trim() === "") return false;
    const close = /(?<!\\)\$\$/.exec(text);
    if (close === null) {
      lines.push(text);
      continue;
    }
    const after = text.slice(close.index + 2).trim();
    const trailing = after === "" ? undefined : findTrailingAttributes(after);
    // Other text follows the formula, so the formula is part of a paragraph.
    if (after !== "" && trailing?.before !== "") return false;
    if (silent) return true;
    lines.push(text.slice(0, close.index));
    const token = state.push("math_block", "math", 0);
    token.block = true;
    token.content = lines.join("\n").trim();
    token.map = [startLine, line + 1];
    const label = trailing?.attributes?.id;
    const isLabel = label?.startsWith("eq-") && trailing?.attributes?.classes.length === 0;
    token.meta = {
      line: startLine + 1 + (lines[0]?.trim() === "" && lines.length > 1 ? 1 : 0),
      display: true,
      label: isLabel ? label : undefined,
      attributes: trailing?.source,
      badAttributes: trailing !== undefined && !isLabel ? trailing.source : undefined,
    };
    state.line = line + 1;
    return true;
  }
  return false;
}
