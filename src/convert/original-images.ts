import { extname, isAbsolute, normalize } from "node:path";
import { parseDocument } from "yaml";
import { createMarkdown } from "../document/markdown.ts";
import { attachmentFileName } from "../render/notebook/attachments.ts";
import { imagePath } from "../render/prose/image.ts";
import { walkTokens } from "../render/prose/tokens.ts";
import { type ConvertedFile, imageFiles } from "./files.ts";
import type { ReadCell } from "./read-notebook.ts";

/** Images of a text that Heapbook wrote into a notebook. */
export interface OriginalImages {
  /** The attachments, at the paths that the report links. */
  readonly files: readonly ConvertedFile[];
  /** Addresses outside of the report's folder, to which no file is written. */
  readonly outside: readonly string[];
}

/**
 * The attachments of a cell as the files that its original text links. The name of an attachment is a number and the name of the
 * file; of files of one name the order in the text decides, which is the same in the cell and in its original.
 *
 * @param source of the cell in the report
 */
export function originalImages(cell: Exclude<ReadCell, { cell_type: "code" }>, source: string): OriginalImages {
  const files: ConvertedFile[] = [];
  const outside: string[] = [];
  const attachments = Object.entries(cell.attachments ?? {});
  if (attachments.length === 0) return { files, outside };
  const addresses = new Set([...logoOf(source), ...linkedImages(source)]);
  const placeOf = (name: string): number => cell.source.indexOf(`attachment:${name}`);
  const inOrder = attachments.filter(([name]) => placeOf(name) >= 0).sort(([a], [b]) => placeOf(a) - placeOf(b));
  for (const [name, data] of inOrder) {
    const address = [...addresses].find((each) => attachmentFileName(each) === name.replace(/^\d+-/, ""));
    if (address === undefined) continue;
    addresses.delete(address);
    const path = normalize(imagePath(address)).replaceAll("\\", "/");
    const image = imageFiles(data, "image");
    if (image === undefined || !isImageName(path)) continue;
    if (isAbsolute(path) || path.startsWith("..")) outside.push(address);
    else files.push({ path, contents: image.contents });
  }
  return { files, outside };
}

function linkedImages(source: string): readonly string[] {
  return [...walkTokens(createMarkdown().parse(source, {}), 1)].flatMap(({ token }) =>
    token.type === "image" ? String(token.attrGet("src") ?? "") : [],
  );
}

/** The logo of a front matter. */
function logoOf(source: string): readonly string[] {
  const yaml = /^---\n([\s\S]*?)\n---/.exec(source)?.[1];
  if (yaml === undefined) return [];
  const logo: unknown = parseDocument(yaml, { logLevel: "silent" }).get("logo");
  return typeof logo === "string" ? [encodeURI(logo)] : [];
}

/** Whether a path names an image: a notebook cannot write a file of another kind. */
function isImageName(path: string): boolean {
  return /^\.(?:svg|png|jpe?g|webp|gif|avif)$/i.test(extname(path));
}
