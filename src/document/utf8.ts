import { UserError } from "../errors.ts";

/**
 * Decodes the bytes of a text file.
 * @param file path for messages
 * @throws UserError `not-utf-8` at the line of the first byte that is not UTF-8
 */
export function decodeUtf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    const offset = isUtf16 ? 0 : firstBadByte(bytes);
    let line = 1;
    for (const byte of bytes.subarray(0, offset)) if (byte === 0x0a) line += 1;
    const hex = `0x${(bytes[offset] ?? 0).toString(16).toUpperCase().padStart(2, "0")}`;
    const kind = isUtf16 ? "The file is UTF-16." : "The file may be Latin-1 or Windows-1252.";
    throw new UserError(`The file is not UTF-8: byte ${hex} at offset ${offset}.`, {
      code: "not-utf-8",
      position: { file, line },
      hint: `${kind} Save it as UTF-8 in your editor.`,
    });
  }
}

/** Offset of the first byte that is not part of a valid character. */
function firstBadByte(bytes: Uint8Array): number {
  let [low, high] = [0, bytes.length];
  // Finds the longest prefix that decodes; it may end within a character.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (decodes(bytes.subarray(0, middle))) low = middle;
    else high = middle - 1;
  }
  if (isWhole(bytes.subarray(0, low))) return low;
  // The byte is part of an unfinished character, which starts at its lead byte.
  let start = low - 1;
  while (start > 0 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return start;
}

function decodes(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function isWhole(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
