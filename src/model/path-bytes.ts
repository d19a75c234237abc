/**
 * Decodes the bytes of a path, as Python's `os.fsdecode()` does (PEP 383): each byte that is no part of a character in
 * UTF-8 becomes a lone surrogate, 0xFF becomes U+DCFF. The rest of the path stays readable, and the two languages' names
 * of one file are equal.
 */
export function decodePath(bytes: Buffer): string {
  const whole = bytes.toString("utf8");
  if (Buffer.from(whole, "utf8").equals(bytes)) return whole;
  let decoded = "";
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const part = bytes.subarray(at, at + (first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4));
    const text = part.toString("utf8");
    const isText = Buffer.from(text, "utf8").equals(part);
    decoded += isText ? text : String.fromCharCode(0xdc00 + first);
    at += isText ? part.length : 1;
  }
  return decoded;
}
