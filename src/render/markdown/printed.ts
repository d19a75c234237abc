import { createMarkdown } from "../../document/markdown.ts";
import { readHtmlPieces } from "../prose/html-pieces.ts";
import { findRemoved } from "../prose/kept-html.ts";

const markdown = createMarkdown();

/**
 * Markdown that a cell printed, so that it ends where the cell ends: a fence without an end is closed, and the `<` of HTML that the
 * page would remove, or that is not complete, is escaped. HTML in code stays.
 */
export function closeMarkdown(source: string): string {
  const lines = source.split("\n");
  const tokens = markdown.parse(source, {});
  const code = new Set<number>();
  for (const { type, map } of tokens) {
    if (map === null || (type !== "fence" && type !== "code_block")) continue;
    for (let line = map[0]; line < map[1]; line += 1) code.add(line);
  }
  const escaped = lines.map((line, index) => (code.has(index) ? line : escapeTags(line)));
  const last = tokens.findLast(({ type }) => type === "fence");
  return [...escaped, ...closing(last?.markup, last?.map?.[0], lines, last?.map?.[1])].join("\n");
}

/** The closing line of a fence that reaches the end of the text without one. */
function closing(mark = "", start = 0, lines: readonly string[] = [], end = 0): readonly string[] {
  const isClosed = end - 1 > start && new RegExp(`^[ \\t>]*${mark}+[ \\t]*$`).test(lines[end - 1] ?? "");
  return mark === "" || end < lines.length || isClosed ? [] : [mark];
}

function escapeTags(line: string): string {
  if (!line.includes("<")) return line;
  return [...readHtmlPieces(line)]
    .map((piece) => {
      const text = line.slice(piece.start, piece.end);
      const isUnsafe =
        piece.kind === "stray" ||
        (piece.kind === "close" && findRemoved(piece.name, []).length > 0) ||
        (piece.kind === "open" && findRemoved(piece.name, piece.attributes).length > 0);
      return isUnsafe ? `\\${text}` : text;
    })
    .join("");
}
