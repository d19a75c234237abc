import { readFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import { type Position, UserError } from "../../errors.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".svg": "image/svg+xml",
  ".webp": "image/webp",
  ".avif": "image/avif",
};

/** A `data:` URI, which the page may show under its Content-Security-Policy. */
export function dataUri(type: string, bytes: Uint8Array): string {
  return `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
}

/** Whether an image's address already is its contents. */
export function isDataUri(address: string): boolean {
  return /^data:image\//i.test(address);
}

export interface LocalImage {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads an image that the prose names.
 *
 * @param address as written in Markdown or HTML, relative to the report's folder
 * @throws UserError `remote-image` for one on the network, `missing-image`, `unknown-image-type`
 */
export function readImage(address: string, folder: string, position: Position): LocalImage {
  if (/^(?:[a-z][a-z0-9+.-]*:)?\/\//i.test(address)) {
    throw new UserError(`The image ${address} is on the network, and a report must open without one.`, {
      code: "remote-image",
      position,
      hint: "Download it into the report's folder and name the file.",
    });
  }
  const path = decodePath(address.replace(/[?#].*$/, ""));
  const type = TYPES[extname(path).toLowerCase()];
  if (type === undefined) {
    throw new UserError(`The image ${address} is of a kind that a browser does not show.`, {
      code: "unknown-image-type",
      position,
      hint: `Known endings: ${Object.keys(TYPES).join(" ")}.`,
    });
  }
  return { type, bytes: readBytes(resolve(folder, path), address, position) };
}

function readBytes(path: string, address: string, position: Position): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new UserError(`The image ${address} cannot be read.`, {
      code: "missing-image",
      position,
      hint: "Its path is relative to the folder of the report.",
      cause,
    });
  }
}

/** Markdown addresses are percent-encoded; one that is not properly so names its file literally. */
function decodePath(address: string): string {
  return /%(?![0-9a-f]{2})/i.test(address) ? address : decodeURIComponent(address);
}
