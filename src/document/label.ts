import { createHash } from "node:crypto";

/**
 * Letters of labels, for a character class: only scripts that separate words by spaces. In other scripts, such as
 * Chinese, text continues directly after a reference: `@fig-a所示`.
 */
export const LABEL_LETTERS = String.raw`\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}`;

/** Pattern of a valid label. */
export const LABEL_PATTERN = new RegExp(`^[${LABEL_LETTERS}][${LABEL_LETTERS}\\p{M}0-9_-]{0,63}$`, "u");

export const LABEL_EXPECTED = "a letter followed by letters, digits, `_` and `-`, 64 characters at most";

/**
 * Makes a function that gives labels to cells without one: `cell-` and eight hex digits of the SHA-256 of the code. So
 * a cell keeps its label, and its results, if other cells are added or removed. Further equal cells get `-2`, `-3`.
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
