import { createMarkdown } from "../../document/markdown.ts";
import { readHtmlPieces } from "../prose/html-pieces.ts";
import { findRemoved } from "../prose/kept-html.ts";

const markdown = createMarkdown();

/**
 * Makes Markdown that a cell printed end with the cell. Closes an open fence. Escapes the `<` of incomplete HTML, and
 * of HTML that the page would remove. HTML in code stays.
 */
export function closeMarkdown(source: string): string {
  const lines = source.split("\n");
  const tokens = markdown.parse(source, {});
  const blocks: string[] = [];
  let done = 0;
  for (const { type, map } of tokens) {
    if (map === null || map[0] < done || (type !== "fence" && type !== "code_block" && type !== "inline")) continue;
    const [start, end] = map;
    if (start > done) blocks.push(escapeTags(lines.slice(done, start).join("\n")));
    const text = lines.slice(start, end).join("\n");
    blocks.push(type === "inline" ? escapeOutsideCode(text) : text);
    done = end;
  }
  if (done < lines.length) blocks.push(escapeTags(lines.slice(done).join("\n")));
  // A fence in a list or a quote ends with the list or quote, so only a fence at the top level counts.
  const last = tokens.findLast(({ type, level }) => type === "fence" && level === 0);
  return [...blocks, ...closing(last?.markup, last?.map?.[0], lines, last?.map?.[1])].join("\n");
}

/** The closing line to add for a fence that is open at the end of the text; none if it is closed. */
function closing(mark = "", start = 0, lines: readonly string[] = [], end = 0): readonly string[] {
  const line = (lines[end - 1] ?? "").trim();
  const isClosed = end - 1 > start && line.startsWith(mark) && line === mark.charAt(0).repeat(line.length);
  return mark === "" || end < lines.length || isClosed ? [] : [mark];
}

/** Escapes tags of a paragraph, except in its code spans. */
function escapeOutsideCode(text: string): string {
  if (!text.includes("<")) return text;
  return text
    .split(/((?<![\\`])(`+)(?!`)[\s\S]*?(?<!`)\2(?!`))/)
    .map((part, index) => {
      // The split gives three parts for each code span: text before it, the span, and its backticks.
      if (index % 3 === 2) return "";
      return index % 3 === 1 ? part : escapeTags(part);
    })
    .join("");
}

/** Writes the `<` of unsafe tags as an entity: a backslash could be cancelled by a backslash before it. */
function escapeTags(text: string): string {
  if (!text.includes("<")) return text;
  return [...readHtmlPieces(text)]
    .map((piece) => {
      const source = text.slice(piece.start, piece.end);
      const isUnsafe =
        piece.kind === "stray" ||
        (piece.kind === "close" && findRemoved(piece.name, []).length > 0) ||
        (piece.kind === "open" && findRemoved(piece.name, piece.attributes).length > 0);
      return isUnsafe ? source.replace("<", "&lt;") : source;
    })
    .join("");
}
