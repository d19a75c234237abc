import { withPictures } from "../render/text/terminal-text.ts";
import { type ConvertedFile, imageFiles } from "./files.ts";
import type { ReadCell } from "./read-notebook.ts";
import { type AdaptedText, adaptText } from "./unlike-jupyter.ts";

/** Folder, next to report.md, for images and long outputs of a notebook. */
export const ASSETS = "notebook";

/**
 * Converts a Markdown or raw cell to text of a report. `{{` is escaped, fences with braces lose the braces, and
 * attached images become files. A raw cell becomes a code block. Control characters are replaced by visible symbols,
 * because a terminal would execute them.
 *
 * @param number number of image files so far, for the names of new ones
 */
export function convertText(
  cell: Exclude<ReadCell, { cell_type: "code" }>,
  number: number,
): AdaptedText & { readonly files: readonly ConvertedFile[] } {
  const plain = withPictures(cell.source.replace(/^(?:[ \t]*\n)+/, "").trimEnd());
  if (plain === "") return { text: "", files: [], warnings: [] };
  if (cell.cell_type === "raw") {
    return { text: `${fenceOf(plain)}\n${plain}\n${fenceOf(plain)}`, files: [], warnings: [] };
  }
  const files: ConvertedFile[] = [];
  const adapted = adaptText(plain);
  let text = escapeExpressions(adapted.text);
  for (const [index, [name, data]] of Object.entries(cell.attachments ?? {}).entries()) {
    const file = imageFiles(data, `${ASSETS}/image-${number + index + 1}`);
    if (file === undefined) continue;
    files.push(file);
    for (const written of new Set([name, encodeURI(name)])) text = text.replaceAll(`attachment:${written}`, file.path);
  }
  return { text, files, warnings: adapted.warnings };
}

/** Escapes `{{` as `\{{`, except in code and formulas, where Heapbook reads no expressions. */
function escapeExpressions(markdown: string): string {
  const kept =
    // regexp: text of one notebook cell, from the person who runs the conversion
    /(^|\n)([ \t>]*)(`{3,}|~{3,})[\s\S]*?(?:\n\2\3[`~]*[ \t]*(?=\n|$)|$)|\$\$[\s\S]*?\$\$|(`+)[\s\S]*?[^`]\4(?!`)|\$[^$\n]+\$/g;
  let end = 0;
  let text = "";
  for (const match of markdown.matchAll(kept)) {
    text += markdown.slice(end, match.index).replace(/(?<!\\)\{\{/g, "\\{{") + match[0];
    end = match.index + match[0].length;
  }
  return text + markdown.slice(end).replace(/(?<!\\)\{\{/g, "\\{{");
}

/** A fence of backticks that is longer than every run of backticks in the text. */
export function fenceOf(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return "`".repeat(longest + 1);
}
