import { readUnit } from "../../analysis/units.ts";

/** A piece of a line: a number, or the text between numbers. */
export interface TextPiece {
  readonly text: string;
  /** Value in base units (such as bytes), with its unit; undefined for a text. */
  readonly number?: { readonly value: number; readonly unit: string } | undefined;
}

/** A line of output, split at its numbers. */
export interface ReadLine {
  readonly pieces: readonly TextPiece[];
  /** The line without its numbers. Equal for lines that differ only in numbers and blanks. */
  readonly skeleton: string;
}

/**
 * Matches a number in the output of a program: `46_826_457` (Python), `46,826,457`, `−0.5`, `1.2e-3`; alone, or with a
 * unit: `44.7 MiB`, `0.3 %`. Digits inside words (`sha256`, `0x1f`) and in versions (`3.11.4`) do not match.
 */
const NUMBER =
  /(?<![\p{L}\p{N}_.])([-+\u2212]?(?:\d{1,3}(?:,\d{3})+|\d+(?:_\d+)*)(?:\.\d+)?(?:e[-+]?\d+)?)(?:([ \u00a0]?)(%|[a-zµ]+))?(?![\p{L}\p{N}_])/giu;

/** Splits a line into numbers and the texts between them. */
export function readLine(line: string): ReadLine {
  const pieces: TextPiece[] = [];
  let done = 0;
  const add = (piece: TextPiece): void => {
    if (piece.text !== "") pieces.push(piece);
  };
  for (const match of line.matchAll(NUMBER)) {
    const [whole, digits = "", blank = "", symbol = ""] = match;
    const unit = symbol === "" ? undefined : readUnit(symbol);
    const value = Number(digits.replace(/[_,]/g, "").replace("\u2212", "-"));
    // An unknown unit after a blank is text, as in `3 lines`. Without a blank, the digits are part of a word, as in
    // `3rd`.
    if (symbol !== "" && unit === undefined && blank === "") continue;
    const text = unit === undefined ? digits : whole;
    add({ text: line.slice(done, match.index) });
    add({ text, number: { value: value * (unit?.factor ?? 1), unit: unit?.unit ?? "" } });
    done = match.index + text.length;
  }
  add({ text: line.slice(done) });
  const parts = pieces.map(({ text, number }) => (number === undefined ? text : `\u0000${number.unit}\u0000`));
  return { pieces, skeleton: parts.join("").replace(/\s+/g, " ").trim() };
}

/**
 * Relative differences of the numbers of two lines with equal skeletons, one for each number: 0.01 if the number of
 * `to` is 1 % larger than that of `from`. Infinite for a change from 0.
 */
export function numberDifferences(from: ReadLine, to: ReadLine): readonly number[] {
  const numbers = (line: ReadLine): readonly number[] => line.pieces.flatMap(({ number }) => number?.value ?? []);
  const others = numbers(to);
  return numbers(from).map((value, index) => {
    const other = others[index] ?? Number.NaN;
    return other === value ? 0 : (other - value) / Math.abs(value);
  });
}
