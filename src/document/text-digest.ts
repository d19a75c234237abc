import { createHash } from "node:crypto";

/** First 16 hexadecimal digits of the SHA-256 of a text: shows whether a text is still the one that was written. */
export function textDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
