import type { MarkdownIt, StateBlock } from "markdown-it";
import { namesCell } from "./fence-info.ts";

/** Start and end of HTML blocks that may contain blank lines, as CommonMark defines them. */
const SPANNING: readonly (readonly [start: RegExp, end: RegExp])[] = [
  [/^<(?:script|pre|style|textarea)(?=\s|>|$)/i, /<\/(?:script|pre|style|textarea)>/i],
  [/^<!--/, /-->/],
  [/^<\?/, /\?>/],
  [/^<!\[CDATA\[/, /\]\]>/],
  [/^<![A-Za-z]/, />/],
];

/** Matches elements whose content a page does not show; a cell between their tags would vanish. */
const HIDING = /^<(?:script|style|textarea)(?=\s|>|$)/i;

/**
 * Key in markdown-it's environment: ranges of lines known to contain no end of an HTML block, by the condition of the
 * end.
 */
const WITHOUT_END = Symbol("lines without an end of HTML");
type Ranges = Map<string, readonly [from: number, to: number]>;

/**
 * Treats an HTML block without an end as text. CommonMark would continue it to the end of the document, so one `<!--`
 * or `<script>` in prose would hide everything after it, cells included. A block is also text if a cell stands between
 * `<script>` and `</script>`.
 */
export function addHtmlBlockRules(markdown: MarkdownIt): void {
  const { ruler } = markdown.block;
  const all = ruler.getRules("");
  ruler.disable("html_block");
  const others = ruler.getRules("");
  ruler.enable("html_block");
  const original = all.find((rule) => !others.includes(rule));
  if (original === undefined) throw new Error("markdown-it has no rule html_block");
  ruler.at(
    "html_block",
    (state, startLine, endLine, silent) =>
      hasEnd(state, startLine, endLine) && original(state, startLine, endLine, silent),
    { alt: ["paragraph", "reference", "blockquote"] },
  );
}

/** Whether the HTML block that may start at this line ends before its document or list item ends. */
function hasEnd(state: StateBlock, startLine: number, endLine: number): boolean {
  const first = lineText(state, startLine);
  if (!first.startsWith("<")) return true;
  const [, end] = SPANNING.find(([start]) => start.test(first)) ?? [];
  if (end === undefined || end.test(first)) return true;
  const hides = HIDING.test(first);
  const env = state.env as Record<symbol, Ranges | undefined>;
  env[WITHOUT_END] ??= new Map();
  const ranges = env[WITHOUT_END];
  // Remembered ranges avoid quadratic time: text with many unclosed comments would be searched from each of them.
  const key = `${endLine} ${state.blkIndent} ${hides} ${end.source}`;
  const [from, to] = ranges.get(key) ?? [endLine, endLine];
  if (startLine >= from && startLine < to) return false;
  for (let line = startLine + 1; line < endLine; line += 1) {
    if ((state.sCount[line] ?? 0) < state.blkIndent && !state.isEmpty(line)) return false;
    const text = lineText(state, line);
    if (end.test(text)) return true;
    if (!hides || !opensCell(text)) continue;
    ranges.set(key, [startLine, line]);
    return false;
  }
  ranges.set(key, [startLine, endLine]);
  return false;
}

function lineText(state: StateBlock, line: number): string {
  return state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);
}

/** Whether a line is the opening fence of a cell. */
function opensCell(line: string): boolean {
  const info = /^(?:`{3,}(?!`)|~{3,}(?!~))(.*)$/.exec(line.trimStart())?.[1];
  return info !== undefined && namesCell(info.trim());
}
