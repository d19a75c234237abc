import type { MarkdownIt, StateBlock } from "markdown-it";
import { type Attributes, parseAttributes } from "./attributes.ts";

/**
 * Adds Pandoc's fenced divs (https://pandoc.org/MANUAL.html#extension-fenced_divs) to markdown-it. Tokens `div_open`
 * and `div_close` have `meta` `{ attributes, source }`, and `unclosed: true` if no line closes the div. A closing line
 * without a div is the token `stray_div`, with the line as `content`.
 *
 * As in Pandoc, divs nest whatever their number of colons is, and code may contain colons. markdown-it-container is not
 * used, because its outer div ends at the first closing line.
 */
export function addDivRules(markdown: MarkdownIt): void {
  markdown.block.ruler.before("fence", "div", readDiv, { alt: ["paragraph", "reference", "blockquote", "list"] });
  markdown.renderer.rules["div_open"] = () => "<div>\n";
  markdown.renderer.rules["div_close"] = () => "</div>\n";
  markdown.renderer.rules["stray_div"] = () => "";
}

const OPENING = /^:{3,}[ \t]*(?:\{(.*)\}|([A-Za-z][\w-]*))[ \t]*(?::+[ \t]*)?$/;
const CLOSING = /^:{3,}[ \t]*$/;

function readDiv(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const textOf = (line: number): string =>
    state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  const source = textOf(startLine);
  if (!source.startsWith(":::")) return false;
  const opening = OPENING.exec(source);
  if (opening === null && !CLOSING.test(source)) return false;
  if (silent) return true;
  if (opening === null) {
    const token = state.push("stray_div", "", 0);
    token.content = source.trim();
    token.map = [startLine, startLine + 1];
    state.line = startLine + 1;
    return true;
  }

  const end = findClosing(textOf, (line) => (state.sCount[line] ?? 0) < state.blkIndent, startLine, endLine);
  const word = opening[2];
  const attributes: Attributes | undefined =
    word === undefined ? parseAttributes(opening[1] ?? "") : { id: undefined, classes: [word], values: new Map() };
  const meta = { attributes, source: source.trim(), ...(end.closed ? {} : { unclosed: true }) };
  const { parentType, lineMax } = state;
  const open = state.push("div_open", "div", 1);
  open.block = true;
  open.map = [startLine, end.line + (end.closed ? 1 : 0)];
  open.meta = meta;
  state.parentType = "root";
  state.lineMax = end.line;
  state.md.block.tokenize(state, startLine + 1, end.line);
  const close = state.push("div_close", "div", -1);
  close.block = true;
  close.meta = meta;
  state.parentType = parentType;
  state.lineMax = lineMax;
  state.line = end.line + (end.closed ? 1 : 0);
  return true;
}

/** Index of the line that closes the div, after inner divs and code; the end of the block if none does. */
function findClosing(
  textOf: (line: number) => string,
  leaves: (line: number) => boolean,
  startLine: number,
  endLine: number,
) {
  let depth = 1;
  let fence: string | undefined;
  let line = startLine + 1;
  for (; line < endLine; line += 1) {
    const text = textOf(line);
    if (text.trim() !== "" && leaves(line)) break;
    const mark = /^(?:`{3,}|~{3,})/.exec(text)?.[0];
    if (fence !== undefined) {
      if (mark?.startsWith(fence) && text.slice(mark.length).trim() === "") fence = undefined;
      continue;
    }
    if (mark !== undefined) fence = mark;
    else if (CLOSING.test(text)) depth -= 1;
    else if (OPENING.test(text)) depth += 1;
    if (depth === 0) return { line, closed: true };
  }
  return { line, closed: false };
}
