import type { MedianOperand } from "../../analysis/combined-medians.ts";
import { type FormatOptions, formatNumber, formatValue, NO_VALUE } from "../../analysis/format.ts";

/** What a metric is about, kept apart so that a ratio of two can say it once. */
export interface Subject {
  readonly cell: string;
  /** `peak live memory`, `median wall time`. */
  readonly metric: string;
  /** The variant and region: `saved`, `semi 16`; empty where there is but one. */
  readonly which: string;
}

interface Provenance {
  /** In words, for the tooltip. */
  readonly from: string;
  readonly href: string | undefined;
  readonly subject?: Subject | undefined;
}

/** A number with its unit; the unit of a plain number (a parameter, a literal) is empty. */
export interface NumberQuantity extends Provenance {
  readonly kind: "number";
  readonly value: number;
  readonly unit: string;
  readonly format?: FormatOptions | undefined;
  /** The trials behind a metric, for an interval of what it gives together with another. */
  readonly side?: MedianOperand | undefined;
}

/** Something to be shown as it is. */
export interface TextQuantity extends Provenance {
  readonly kind: "text";
  readonly text: string;
}

/** A number that there is not, because its cell failed or did not run. */
export interface AbsentQuantity extends Provenance {
  readonly kind: "absent";
}

/** What an expression, or a part of one, evaluates to. */
export type Quantity = NumberQuantity | TextQuantity | AbsentQuantity;

export function plainNumber(value: number, from: string): NumberQuantity {
  return { kind: "number", value, unit: "", from, href: undefined };
}

/** The quantity as the prose shows it. */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.kind === "absent") return NO_VALUE;
  if (quantity.kind === "text") return quantity.text;
  const { value, unit, format } = quantity;
  return unit === "" && format?.digits === undefined ? formatPlain(value) : formatValue(value, unit, format);
}

/** As the author wrote it, with separators from five digits on: 1999 stays a year. */
function formatPlain(value: number): string {
  const written = Number.isInteger(value) && Math.abs(value) < 10_000;
  return written ? String(value).replace("-", "\u2212") : formatNumber(value, 15);
}

/** `ratio of peak live memory, saved ÷ dropped`; said at length where the two are not of one metric. */
export function describePair(operation: string, a: Quantity, sign: string, b: Quantity): string {
  const [one, other] = [a.subject, b.subject];
  if (one !== undefined && other !== undefined && one.cell === other.cell && one.metric === other.metric) {
    if (one.which !== other.which && one.which !== "" && other.which !== "") {
      return `${operation} of ${one.metric}, ${one.which} ${sign} ${other.which}`;
    }
  }
  return `${operation} of ${describeOperand(a)} ${sign} ${describeOperand(b)}`;
}

function describeOperand(quantity: Quantity): string {
  const { subject, from } = quantity;
  if (subject === undefined) return / of /.test(from) ? `(${from})` : from;
  return [subject.metric, [subject.cell, subject.which].filter((part) => part !== "").join(" ")].join(", ");
}
