import { createHash } from "node:crypto";

/** First 16 hexadecimal digits of the SHA-256 of a text. Two equal digests show that a text was not changed. */
export function textDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
