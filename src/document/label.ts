import { createHash } from "node:crypto";

/** Form of a label. */
export const LABEL_PATTERN = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

export const LABEL_EXPECTED = "a letter followed by letters, digits, `_` and `-`, 64 characters at most";

/**
 * Makes labels for cells without one: `cell-` and eight hex digits of the SHA-256 of the code. So a cell keeps its label, and
 * its results, when other cells are added or removed. Equal cells get `-2`, `-3`.
 * @param taken labels that the author wrote
 */
export function createLabeller(taken: ReadonlySet<string>): (code: string) => string {
  const copies = new Map<string, number>();
  return (code) => {
    const base = `cell-${createHash("sha256").update(code).digest("hex").slice(0, 8)}`;
    let copy = copies.get(base) ?? 0;
    let label: string;
    do {
      copy += 1;
      label = copy === 1 ? base : `${base}-${copy}`;
    } while (taken.has(label));
    copies.set(base, copy);
    return label;
  };
}
