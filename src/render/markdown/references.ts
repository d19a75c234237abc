import { pageWords } from "../../words/page-words.ts";
import { findReferencesPlace } from "../components/references-place.ts";
import type { RenderInput } from "../renderer.ts";
import { escapeMarkdown } from "./escape.ts";
import { type Edit, lineOffsets } from "./text-edits.ts";

/** Converts the HTML of a citation, or of an entry in the list of references, to Markdown. */
export function citationMarkdown(html: string): string {
  return html
    .split(/(<[^<>]*>)/)
    .map((part) => {
      if (/^<\/?i>$/.test(part)) return "*";
      if (/^<\/?b>$/.test(part)) return "**";
      if (/^<\/?su[bp]>$/.test(part)) return part;
      if (part.startsWith("<")) return "";
      const text = unescapeHtml(part);
      // In an autolink, a backslash would be part of the address, so nothing is escaped.
      return /^https?:\/\/[^\s<>]+$/.test(text) ? `<${text}>` : escapeMarkdown(text);
    })
    .join("");
}

function unescapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(amp|lt|gt|quot));/gi, (_match, decimal, hex, name) =>
    name === undefined
      ? String.fromCodePoint(Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10))
      : (names[name] ?? ""),
  );
}

/** Edits that insert the list of references; none for a report that cites nothing. */
export function referencesEdits(input: RenderInput): readonly Edit[] {
  const place = findReferencesPlace(input);
  if (place === undefined) return [];
  const { source } = input.report;
  const words = pageWords(input.report.frontMatter.lang);
  const entries = (input.citations?.references ?? []).map(({ html, number }) => {
    const mark = number === undefined ? "-" : `${/\d+/.exec(number)?.[0] ?? 1}.`;
    return `${mark} ${citationMarkdown(html)}`;
  });
  const list = [...(place.needsHeading ? [`## ${words.references}`, ""] : []), ...entries].join("\n");
  if (place.line === undefined) return [{ start: source.length, end: source.length, text: `\n\n${list}\n` }];
  const start = lineOffsets(source)[place.line - 1] ?? source.length;
  return [{ start, end: start, text: `${place.before === undefined ? "\n" : ""}${list}\n\n` }];
}
