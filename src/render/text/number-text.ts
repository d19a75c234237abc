import { readUnit } from "../../analysis/units.ts";

/** A part of a printed line: a number, with what it is in base units, or the text between numbers. */
export interface TextPiece {
  readonly text: string;
  readonly number?: { readonly value: number; readonly unit: string } | undefined;
}

/** How a line reads apart from its numbers, and the numbers. */
export interface ReadLine {
  readonly pieces: readonly TextPiece[];
  /** Equal for lines that differ in numbers and blanks only. */
  readonly skeleton: string;
}

/**
 * A number as programs print it: `46_826_457` (Python), `46,826,457`, `−0.5`, `1.2e-3`, alone or with a unit, `44.7 MiB`, `0.3 %`.
 * Digits inside words (`sha256`, `0x1f`) and after a point (`3.11.4`) are none.
 */
const NUMBER =
  /(?<![\p{L}\p{N}_.])([-+\u2212]?(?:\d{1,3}(?:,\d{3})+|\d+(?:_\d+)*)(?:\.\d+)?(?:e[-+]?\d+)?)(?:([ \u00a0]?)(%|[a-zµ]+))?(?![\p{L}\p{N}_])/giu;

/** Takes a line apart into numbers and texts. */
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
    // A word that is no unit is text, `3 lines`; written to the number it is part of a name, `3rd`.
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
 * How far each number of one line lies from that of another of the same skeleton, as a part of the first: 0.01 is one per cent
 * more. Infinite from 0 to anything else.
 */
export function numberDifferences(from: ReadLine, to: ReadLine): readonly number[] {
  const numbers = (line: ReadLine): readonly number[] => line.pieces.flatMap(({ number }) => number?.value ?? []);
  const others = numbers(to);
  return numbers(from).map((value, index) => {
    const other = others[index] ?? Number.NaN;
    return other === value ? 0 : (other - value) / Math.abs(value);
  });
}
