import { crc32 } from "node:zlib";

/**
 * Says why browsers would not show an image, or only a part, as a predicate: `is empty`. Undefined for an intact image.
 * Checks signatures, lengths and checksums; decodes no pixels.
 *
 * @param type MIME type. Browsers detect raster formats by content, so only SVG depends on its type
 */
export function whyBroken(type: string, bytes: Uint8Array): string | undefined {
  const image = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (image.length === 0) return "is empty";
  if (type === "image/svg+xml") return whyNoSvg(image);
  const ascii = (from: number, end: number): string => image.toString("latin1", from, end);
  if (ascii(0, 8) === "\x89PNG\r\n\x1a\n") return whyBrokenPng(image);
  if (ascii(0, 3) === "\xff\xd8\xff") return image.includes("\xff\xd9", 3, "latin1") ? undefined : CUT;
  if (/^GIF8[79]a$/.test(ascii(0, 6))) return image.includes(0x3b, 13) ? undefined : CUT;
  if (ascii(0, 4) === "RIFF" && ascii(8, 12) === "WEBP")
    return image.length >= 12 && image.readUInt32LE(4) + 8 <= image.length + 1 ? undefined : CUT;
  if (ascii(4, 8) === "ftyp" || ascii(0, 2) === "BM" || ascii(0, 4) === "\0\0\x01\0") return undefined;
  return "is not an image";
}

const CUT = "ends before its last part";

/** Checks the chunks of a PNG (W3C, Portable Network Graphics, section 5). */
function whyBrokenPng(image: Buffer): string | undefined {
  for (let at = 8; at + 12 <= image.length; ) {
    const end = at + 12 + image.readUInt32BE(at);
    if (end > image.length) return CUT;
    const name = image.toString("latin1", at + 4, at + 8);
    // A capital first letter marks a critical chunk: without it the image cannot be shown.
    if (/^[A-Z]/.test(name) && crc32(image.subarray(at + 4, end - 4)) !== image.readUInt32BE(end - 4))
      return `is damaged: the checksum of its part ${JSON.stringify(name)} is wrong`;
    if (name === "IEND") return undefined;
    at = end;
  }
  return CUT;
}

/** Checks an SVG. In `<img>`, browsers parse it as XML, which requires the namespace. */
function whyNoSvg(image: Buffer): string | undefined {
  // Removing the zero bytes makes UTF-16 readable as ASCII.
  const text = image.toString("latin1").replaceAll("\0", "");
  const root = /<(?:[\w-]+:)?svg[\s/>]/.exec(text);
  if (root === null) return "is not an SVG image";
  if (!text.includes("http://www.w3.org/2000/svg")) return 'has no xmlns="http://www.w3.org/2000/svg"';
  const isClosed = /<\/(?:[\w-]+:)?svg\s*>/.test(text.slice(root.index)) || /^[^>]*\/>/.test(text.slice(root.index));
  return isClosed ? undefined : CUT;
}

/** MIME type and bytes of a `data:` URI; undefined if its text cannot be decoded. */
export function bytesOfDataUri(address: string): { readonly type: string; readonly bytes: Uint8Array } | undefined {
  const comma = address.indexOf(",");
  const head = address.slice("data:".length, Math.max(comma, 0));
  const [type = ""] = head.split(";", 1);
  if (comma < 0) return undefined;
  try {
    const text = decodeURIComponent(address.slice(comma + 1));
    if (!/;\s*base64\s*$/i.test(head)) return { type: type.toLowerCase(), bytes: Buffer.from(text, "utf8") };
    const digits = text.replace(/\s/g, "").replace(/={1,2}$/, "");
    if (/[^A-Za-z0-9+/]/.test(digits) || digits.length % 4 === 1) return undefined;
    return { type: type.toLowerCase(), bytes: Buffer.from(digits, "base64") };
  } catch {
    // An escape that is not valid UTF-8, such as `%ff`.
    return undefined;
  }
}
