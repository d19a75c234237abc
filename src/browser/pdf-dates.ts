/**
 * Replaces the dates of creation and change in the document information of a PDF, so that equal pages give equal bytes.
 * Every date in a PDF has the same length, so every offset in the file stays right.
 *
 * @param date ISO 8601, UTC
 */
export function fixDates(pdf: Uint8Array, date: string): Uint8Array {
  const text = Buffer.from(pdf).toString("latin1");
  const stamp = date.replace(/\D/g, "").padEnd(14, "0").slice(0, 14);
  const fixed = text.replace(/\/(CreationDate|ModDate) \(D:\d{14}\+00'00'\)/g, `/$1 (D:${stamp}+00'00')`);
  return Buffer.from(fixed, "latin1");
}
