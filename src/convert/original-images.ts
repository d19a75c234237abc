import { extname, isAbsolute, normalize } from "node:path";
import { parseDocument } from "yaml";
import { createMarkdown } from "../document/markdown.ts";
import { attachmentFileName } from "../render/notebook/attachments.ts";
import { imagePath } from "../render/prose/image.ts";
import { walkTokens } from "../render/prose/tokens.ts";
import { type ConvertedFile, imageFiles } from "./files.ts";
import type { ReadCell } from "./read-notebook.ts";

/** Images attached to a text cell that Heapbook wrote into a notebook. */
export interface OriginalImages {
  /** Attachments as files, at the paths that the report links. */
  readonly files: readonly ConvertedFile[];
  /** Image addresses outside the report's folder. No file is written for these. */
  readonly outside: readonly string[];
}

/**
 * Finds the file that each attachment of a cell came from, by the links in the cell's original text. An attachment is
 * named by a number and a file name. Attachments with the same file name take the links in order, because both texts
 * have the same order.
 *
 * @param source original text of the cell in the report
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

/** Address of the `logo` in a front matter: one or none. */
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
