import type { MedianOperand } from "../../analysis/combined-medians.ts";
import { type FormatOptions, formatInterval, formatNumber, formatValue, NO_VALUE } from "../../analysis/format.ts";
import { join } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";

/** Cell, metric and variant of a value, kept apart so that the origin of a ratio can name shared parts once. */
export interface Subject {
  readonly cell: string;
  /** `peak live memory`, `median wall time`. */
  readonly metric: string;
  /** Variant and region: `saved`, `semi 16`; empty for the only variant. */
  readonly which: string;
}

interface Origin {
  /** In words, for the tooltip. */
  readonly from: string;
  readonly href: string | undefined;
  readonly subject?: Subject | undefined;
}

/** A number with its unit; the unit of a plain number (a parameter, a literal) is empty. */
export interface NumberQuantity extends Origin {
  readonly kind: "number";
  readonly value: number;
  readonly unit: string;
  readonly format?: FormatOptions | undefined;
  /** What is known of a value that is not known exactly, such as a peak. It is shown in place of `value`. */
  readonly bounds?: { readonly low: number; readonly high: number } | undefined;
  /** Samples of a metric, for the interval of a combination with another value. */
  readonly side?: MedianOperand | undefined;
}

/** Text that is shown as it is. */
export interface TextQuantity extends Origin {
  readonly kind: "text";
  readonly text: string;
}

/** A missing number, because its cell failed or was not run. */
export interface AbsentQuantity extends Origin {
  readonly kind: "absent";
}

/** The value of an expression or of an argument. */
export type Quantity = NumberQuantity | TextQuantity | AbsentQuantity;

/** A number without a unit. */
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

/** Formats a plain number in full, with thousands separators from five digits on, because 1999 may be a year. */
function formatPlain(value: number): string {
  const written = Number.isInteger(value) && Math.abs(value) < 10_000;
  return written ? String(value).replace("-", "\u2212") : formatNumber(value, 15);
}

/** Origin of a combination: `ratio of peak live memory, saved ÷ dropped`. Two different metrics are both named in full. */
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
