import { withPictures } from "../render/text/terminal-text.ts";
import { type ConvertedFile, imageFiles } from "./files.ts";
import type { ReadCell } from "./read-notebook.ts";
import { type AdaptedText, adaptText } from "./unlike-jupyter.ts";

/** Folder of images and long outputs, beside the report. */
export const ASSETS = "notebook";

/**
 * The text of a Markdown or raw cell in a report: braces are no expressions and open no cell, images of the cell are files. A raw cell, which no
 * reader formats, is a block of code. Control characters, which a terminal would run when it shows the file, are shown by their pictures.
 *
 * @param number of files so far, for the names of new ones
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

/** Writes `\{{` for `{{`, outside code and formulas, where Heapbook reads no expressions. */
function escapeExpressions(markdown: string): string {
  const kept =
    // regexp: one cell of a notebook, which its author converts
    /(^|\n)([ \t>]*)(`{3,}|~{3,})[\s\S]*?(?:\n\2\3[`~]*[ \t]*(?=\n|$)|$)|\$\$[\s\S]*?\$\$|(`+)[\s\S]*?[^`]\4(?!`)|\$[^$\n]+\$/g;
  let end = 0;
  let text = "";
  for (const match of markdown.matchAll(kept)) {
    text += markdown.slice(end, match.index).replace(/(?<!\\)\{\{/g, "\\{{") + match[0];
    end = match.index + match[0].length;
  }
  return text + markdown.slice(end).replace(/(?<!\\)\{\{/g, "\\{{");
}

/** A fence that is longer than every run of backticks in a text. */
export function fenceOf(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return "`".repeat(longest + 1);
}
