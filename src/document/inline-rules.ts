import type { MarkdownIt, StateInline } from "markdown-it";
import { LABEL_LETTERS } from "./label.ts";

/** Longest expression, in characters. Without a limit, text full of open braces would take quadratic time. */
const LONGEST_EXPRESSION = 1000;

/** Position in the file of the block being parsed. Set for each block, and used by the rules below. */
interface InlineBase {
  /**
   * The block's whole inline text. Images and inline footnotes are parsed as slices of it, each by a state of its own.
   */
  source: string;
  slice: { readonly state: StateInline; readonly start: number } | undefined;
  /** Offset of the last token whose position was found; the next token stands after it. */
  placed: number;
  /**
   * Offset of the next line break that is not counted yet. Counting goes on from here, so that a long block is counted
   * only once.
   */
  nextBreak: number;
  /** Line of the file, from 1, at that line break. */
  countedLine: number;
}

/**
 * Finds the line of the file, from 1, of an offset in the text of an inline rule. Offsets must not decrease within a
 * block.
 */
export type LineOf = (state: StateInline, position: number) => number;

/**
 * Adds two inline rules to markdown-it, whose tokens have their line:
 *
 * - `expression`: `{{ … }}`; `content` is the trimmed text between the braces (including the third brace of three);
 *   `meta` is `{ raw, line }`, with `unclosed: true` if the braces are not closed.
 * - `reference`: `@fig-x`, `@tbl-x`, `@sec-x`, `@eq-x`, `@lst-x`; `content` is the label, `meta` is `{ raw, line }`.
 *
 * `line` counts from 1 in the text given to `parse`.
 * @returns a function with which other inline rules find their lines
 */
export function addInlineRules(markdown: MarkdownIt): LineOf {
  const base: InlineBase = { source: "", slice: undefined, placed: 0, nextBreak: 0, countedLine: 1 };

  // Like the stock rule, but records the block's position, because markdown-it gives inline rules text without a
  // position.
  markdown.core.ruler.at("inline", (state) => {
    let line = 1;
    for (const token of state.tokens) {
      // The cells of a table have no line numbers (`map`) of their own; their row has.
      if (token.map !== null) line = token.map[0] + 1;
      if (token.type !== "inline") continue;
      const source = token.content;
      Object.assign(base, {
        source,
        slice: undefined,
        placed: 0,
        nextBreak: nextBreakOf(source, 0),
        countedLine: line,
      });
      token.children ??= [];
      state.md.inline.parse(token.content, state.md, state.env, token.children);
    }
  });

  markdown.inline.ruler.before("link", "expression", (state, silent) => {
    if (!state.src.startsWith("{{", state.pos)) return false;
    const start = state.pos;
    const found = findExpression(state.src, start, state.posMax);
    if (!silent) {
      const token = state.push("expression", "", 0);
      token.content = found.inner.trim();
      const meta = { raw: state.src.slice(start, found.end), line: lineOf(state, start, base) };
      token.meta = found.closed ? meta : { ...meta, unclosed: true };
    }
    state.pos = found.end;
    return true;
  });

  markdown.inline.ruler.before("link", "reference", (state, silent) => {
    if (state.src.charCodeAt(state.pos) !== 0x40 /* @ */) return false;
    if (state.pos > 0 && BEFORE_ADDRESS.test(state.src.charAt(state.pos - 1))) return false;
    REFERENCE.lastIndex = state.pos;
    const raw = REFERENCE.exec(state.src)?.[0];
    if (raw === undefined || state.pos + raw.length > state.posMax) return false;
    if (!silent) {
      const token = state.push("reference", "", 0);
      token.content = raw.slice(1);
      token.meta = { raw, line: lineOf(state, state.pos, base) };
    }
    state.pos += raw.length;
    return true;
  });

  // Renderers without a rule for these tokens show the source text.
  for (const type of ["expression", "reference"]) {
    markdown.renderer.rules[type] = (tokens, index) =>
      markdown.utils.escapeHtml(String(tokens[index]?.meta?.["raw"] ?? ""));
  }
  return (state, position) => lineOf(state, position, base);
}

/** A label ends with a letter or digit, so that a dash after it is punctuation. */
const REFERENCE = new RegExp(
  `@(?:fig|tbl|sec|eq|lst)-[${LABEL_LETTERS}\\p{M}0-9_-]*[${LABEL_LETTERS}\\p{M}0-9_]`,
  "uy",
);

/**
 * Matches a character before `@` that makes it a mail address. Letters of scripts without spaces between words do not
 * match: `见@fig-a` is a reference.
 */
const BEFORE_ADDRESS = new RegExp(`[${LABEL_LETTERS}\\p{N}_]`, "u");

interface FoundExpression {
  readonly closed: boolean;
  readonly inner: string;
  readonly end: number;
}

/**
 * Finds the closing braces of an expression, outside quotes. Stops at text that no expression contains (another `{{`, a
 * backtick, a backslash), so that text full of open braces is read only once.
 */
function findExpression(source: string, start: number, max: number): FoundExpression {
  const openLength = source.startsWith("{{{", start) ? 3 : 2;
  const limit = Math.min(max, start + LONGEST_EXPRESSION);
  const from = start + openLength;
  const isComment = source.charAt(from) === "!";
  let quote = "";
  let index = from;
  while (index < limit) {
    const character = source.charAt(index);
    if (quote !== "") {
      if (character === "\\" && source.charAt(index + 1) === quote) index += 1;
      else if (character === quote) quote = "";
    } else if (character === "}" && source.startsWith("}}", index) && index + 2 <= max) {
      const closeLength = openLength === 3 && source.startsWith("}}}", index) && index + 3 <= max ? 3 : 2;
      // The third brace is part of the content, so that the parser of expressions can say what is wrong with it.
      const inner = source.slice(start + 2, index + closeLength - 2);
      return { closed: true, inner, end: index + closeLength };
    } else if (!isComment && (character === '"' || character === "'")) {
      quote = character;
    } else if (character === "`" || character === "\\" || source.startsWith("{{", index)) {
      break;
    }
    index += 1;
  }
  if (quote !== "") {
    // For an unclosed quote the expression ends at the first closing braces, so that only this expression is wrong.
    const braces = source.slice(from, limit).indexOf("}}");
    if (braces !== -1) return { closed: true, inner: source.slice(from, from + braces), end: from + braces + 2 };
  }
  return { closed: false, inner: source.slice(from, Math.min(index, limit)), end: Math.min(index, limit) };
}

function lineOf(state: StateInline, position: number, base: InlineBase): number {
  if (state.src !== base.source && base.slice?.state !== state) {
    base.slice = { state, start: Math.max(base.source.indexOf(state.src, base.placed), base.placed) };
  }
  const offset = position + (state.src === base.source ? 0 : (base.slice?.start ?? 0));
  base.placed = offset;
  while (base.nextBreak < offset) {
    base.countedLine += 1;
    base.nextBreak = nextBreakOf(base.source, base.nextBreak + 1);
  }
  return base.countedLine;
}

function nextBreakOf(source: string, from: number): number {
  const found = source.indexOf("\n", from);
  return found === -1 ? Number.POSITIVE_INFINITY : found;
}
