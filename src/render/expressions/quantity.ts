import type { MedianOperand } from "../../analysis/combined-medians.ts";
import { type FormatOptions, formatInterval, formatNumber, formatValue, NO_VALUE } from "../../analysis/format.ts";
import { join } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";

/**
 * Cell, metric and variant of a value. They are separate fields so that the origin of a ratio can name shared parts
 * once.
 */
export interface Subject {
  readonly cell: string;
  /** Label of the metric: `peak live memory`, `median wall time`. */
  readonly metric: string;
  /** Names of the variant and the region: `saved`, `semi 16`; empty for the only variant. */
  readonly which: string;
}

interface Origin {
  /** Origin of the value in words, for the tooltip. */
  readonly from: string;
  readonly href: string | undefined;
  readonly subject?: Subject | undefined;
}

/** A number with its unit; the unit is empty for a plain number (a parameter or a literal). */
export interface NumberQuantity extends Origin {
  readonly kind: "number";
  readonly value: number;
  readonly unit: string;
  readonly format?: FormatOptions | undefined;
  /** Bounds of a value that is not known exactly, such as a peak; the page shows the bounds instead of `value`. */
  readonly bounds?: { readonly low: number; readonly high: number } | undefined;
  /** Samples of a metric, from which the interval of a combination is computed. */
  readonly side?: MedianOperand | undefined;
}

/** A text, which the page shows unchanged. */
export interface TextQuantity extends Origin {
  readonly kind: "text";
  readonly text: string;
}

/** A missing number: its cell failed or was not run, or the divisor is 0. */
export interface AbsentQuantity extends Origin {
  readonly kind: "absent";
}

/** Value of an expression, or of an argument in an expression. */
export type Quantity = NumberQuantity | TextQuantity | AbsentQuantity;

/** Makes a quantity without a unit. @param from origin of the number in words */
export function plainNumber(value: number, from: string): NumberQuantity {
  return { kind: "number", value, unit: "", from, href: undefined };
}

/** Formats a quantity for the prose; `—` for a missing number. */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.kind === "absent") return NO_VALUE;
  if (quantity.kind === "text") return quantity.text;
  const { value, unit, format, bounds } = quantity;
  if (bounds !== undefined) return formatInterval({ ...bounds, unit }, format);
  return unit === "" && format?.digits === undefined ? formatPlain(value) : formatValue(value, unit, format);
}

/** Formats a plain number in full. Thousands separators begin at five digits, because 1999 may be a year. */
function formatPlain(value: number): string {
  const written = Number.isInteger(value) && Math.abs(value) < 10_000;
  return written ? String(value).replace("-", "\u2212") : formatNumber(value, 15);
}

/**
 * Origin of a combination: `ratio of peak live memory, saved ÷ dropped`. If the metrics differ, both are named in full.
 */
export function describePair(operation: "ratioOf" | "differenceOf", a: Quantity, sign: string, b: Quantity): string {
  const [one, other] = [a.subject, b.subject];
  if (one !== undefined && other !== undefined && one.cell === other.cell && one.metric === other.metric) {
    if (one.which !== other.which && one.which !== "" && other.which !== "") {
      return say(operation, { what: join([one.metric, `${one.which} ${sign} ${other.which}`], "comma") });
    }
  }
  return say(operation, { what: `${describeOperand(a)} ${sign} ${describeOperand(b)}` });
}

function describeOperand(quantity: Quantity): string {
  const { subject, from } = quantity;
  if (subject === undefined) return / [÷−] /.test(from) ? `(${from})` : from;
  return join([subject.metric, [subject.cell, subject.which].filter((part) => part !== "").join(" ")], "comma");
}
