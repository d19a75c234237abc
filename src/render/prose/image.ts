import { basename, dirname, extname, resolve } from "node:path";
import { type Position, UserError } from "../../errors.ts";
import { decodePercent, nearestPath, readRegularFile } from "../../files.ts";
import { join } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { bytesOfDataUri, whyBroken } from "./image-contents.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".svg": "image/svg+xml",
  ".webp": "image/webp",
  ".avif": "image/avif",
};

/** Encodes bytes as a `data:` URI; the page's Content-Security-Policy allows images from no other source. */
export function dataUri(type: string, bytes: Uint8Array): string {
  return `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
}

/** Whether the address of an image is a `data:` URI, which contains the image itself. */
export function isDataUri(address: string): boolean {
  return /^data:image\//i.test(address);
}

/** Contents of an image file. */
export interface LocalImage {
  /** MIME type. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads an image that the author links, as a `data:` URI.
 *
 * @param address as written in Markdown or HTML, relative to `folder`
 * @throws UserError the errors of `readImage`
 */
export function inlineImage(address: string, folder: string, position: Position): string {
  if (isDataUri(address)) return checkedDataUri(address, position);
  const { type, bytes } = readImage(address, folder, position);
  return dataUri(type, bytes);
}

/**
 * Reads an image in the output of a cell as a `data:` URI. Undefined if it cannot be read, because the other output is
 * still shown.
 */
export function imageOfCell(address: string, folder: string, position: Position): string | undefined {
  try {
    return inlineImage(address, folder, position);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/**
 * Reads an image that the author links.
 *
 * @param address address as the author wrote it, relative to `folder`
 * @throws UserError `remote-image` for an image on the network, `missing-image`, `unknown-image-type`, `broken-image`
 */
export function readImage(address: string, folder: string, position: Position): LocalImage {
  if (/^(?:[a-z][a-z0-9+.-]*:)?\/\//i.test(address)) {
    throw new UserError(`The image ${address} is on the network. A report must open without a network.`, {
      code: "remote-image",
      position,
      hint: "Download the image to the folder of the report and link the file.",
    });
  }
  const path = imagePath(address);
  if (path === "") {
    throw new UserError("The image has no address.", {
      code: "missing-image",
      position,
      hint: "Write the path from the folder of the report: ![text](figure.png)",
    });
  }
  const type = TYPES[extname(path).toLowerCase()];
  if (type === undefined) {
    throw new UserError(`Unknown image type: ${address}.`, {
      code: "unknown-image-type",
      position,
      hint: `Available: ${Object.keys(TYPES).join(", ")}.`,
    });
  }
  const bytes = readBytes(resolve(folder, path), address, position);
  const why = whyBroken(type, bytes);
  if (why !== undefined) throw brokenImage(`The image ${address} ${why}.`, position);
  return { type, bytes };
}

/** Returns a `data:` URI unchanged if its image is intact. @throws UserError `broken-image` */
function checkedDataUri(address: string, position: Position): string {
  const read = bytesOfDataUri(address);
  const why = read === undefined ? "has text that is not base64" : whyBroken(read.type, read.bytes);
  if (why === undefined) return address;
  throw brokenImage(`The image ${address.slice(0, 40)}… ${why}.`, position);
}

/** Makes the error or warning about an image that browsers would not show. */
export function brokenImage(message: string, position: Position): UserError {
  return new UserError(message, { code: "broken-image", position, hint: "Make the image again, or remove it." });
}

function readBytes(path: string, address: string, position: Position): Uint8Array {
  try {
    return readRegularFile(path);
  } catch (cause) {
    const near = nearestPath(basename(path), dirname(path));
    throw new UserError(`Cannot read the image ${address}.`, {
      code: "missing-image",
      position,
      hint:
        near === undefined
          ? "The path of an image is relative to the folder of the report."
          : `Did you mean \`${[...address.split("/").slice(0, -1), near].join("/")}\`?`,
      cause,
    });
  }
}

/**
 * Path of the file that an address names, relative to the report's folder. If an escape in the address is invalid
 * (`a%zz.png`, `a%ff.png`), the address itself is the file name.
 */
export function imagePath(address: string): string {
  return decodePercent(address.replace(/[?#].*/s, ""));
}

/** Text in place of an image in a cell's output that is on the network or cannot be read. */
export function describeUnreadImage(address: string, alt: string): string {
  const what = join(
    [alt, address].filter((part) => part !== ""),
    "list",
  );
  return `[${say("imageNotShown", { what })}]`;
}
