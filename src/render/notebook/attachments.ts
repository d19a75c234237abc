import type { Report } from "../../document/types.ts";
import type { NotebookBundle } from "../../model/notebook.ts";
import { isDataUri, readImage } from "../prose/image.ts";
import { walkTokens } from "../prose/tokens.ts";

/** Images that the prose links, by the address as the author wrote it. */
export type Attachments = ReadonlyMap<string, { readonly name: string; readonly data: NotebookBundle }>;

/**
 * Reads the images that the report links, its logo included.
 *
 * @throws UserError for a missing or remote image, or one of an unknown type
 */
export function readImages(report: Report): Attachments {
  const images = new Map<string, { name: string; data: NotebookBundle }>();
  const add = (address: string, line: number): void => {
    if (address === "" || isDataUri(address) || images.has(address)) return;
    const { type, bytes } = readImage(address, report.folder, { file: report.file, line });
    const content =
      type === "image/svg+xml" ? Buffer.from(bytes).toString("utf8") : Buffer.from(bytes).toString("base64");
    images.set(address, { name: nameOf(address, images.size + 1), data: { [type]: content } });
  };
  const { logo } = report.frontMatter.coursework;
  if (logo !== undefined) add(encodeURI(logo.path), logo.position.line);
  for (const { token, line } of walkTokens(report.tokens, 1)) {
    if (token.type === "image") add(String(token.attrGet("src") ?? ""), line);
  }
  return images;
}

function nameOf(address: string, number: number): string {
  return `${number}-${attachmentFileName(address)}`;
}

/**
 * File name in an attachment's name, without its number. Characters that some notebook readers change in addresses
 * become `-`.
 */
export function attachmentFileName(address: string): string {
  const file = address
    .replace(/[?#].*/s, "")
    .split("/")
    .at(-1);
  return (file ?? "").replace(/[^\w.-]+/g, "-");
}

/**
 * Replaces the addresses of images in Markdown by `attachment:` addresses. Returns the new text, and the images that it
 * uses.
 */
export function attachImages(
  text: string,
  images: Attachments,
): { readonly text: string; readonly attachments: Readonly<Record<string, NotebookBundle>> | undefined } {
  const used: Record<string, NotebookBundle> = {};
  let result = text;
  for (const [address, { name, data }] of images) {
    for (const written of new Set([address, decode(address)])) {
      for (const [before, after] of [
        ["](", ")"],
        ["](", " "],
        ["](<", ">"],
        ['src="', '"'],
      ] as const) {
        const from = `${before}${written}${after}`;
        if (!result.includes(from)) continue;
        const closing = before === "](<" ? ["](", ""] : [before, after];
        result = result.replaceAll(from, `${closing[0]}attachment:${name}${closing[1]}`);
        used[name] = data;
      }
    }
  }
  return { text: result, attachments: Object.keys(used).length === 0 ? undefined : used };
}

function decode(address: string): string {
  try {
    return decodeURI(address);
  } catch {
    return address;
  }
}
