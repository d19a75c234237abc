import { max } from "d3-array";
import { formatNumber } from "../../analysis/format.ts";
import { join } from "../../words/punctuation.ts";

/** The unit in which a chart shows its values. */
export interface DisplayUnit {
  /** `MiB`; empty for counts and ratios. */
  readonly name: string;
  /** Units of the metric in one display unit: 1048576 for bytes in MiB. */
  readonly divisor: number;
}

const BYTE_UNITS: readonly DisplayUnit[] = [
  { name: "MiB", divisor: 2 ** 20 },
  { name: "KiB", divisor: 2 ** 10 },
  { name: "B", divisor: 1 },
];

/** The display unit for values in `unit`: bytes in MiB, or in KiB or B if even the largest is below a tenth of the larger unit. */
export function displayUnit(unit: string, values: readonly number[]): DisplayUnit {
  if (unit !== "B") return { name: unit === "count" || unit === "ratio" ? "" : unit, divisor: 1 };
  const largest = max(values, Math.abs) ?? 0;
  const fitting = BYTE_UNITS.find((candidate) => largest >= candidate.divisor / 10);
  return (largest === 0 ? BYTE_UNITS[0] : fitting) ?? { name: "B", divisor: 1 };
}

/** A label with its unit after a comma: `used heap, MiB`. */
export function titleWithUnit(label: string, unit: DisplayUnit): string {
  return unit.name === "" ? label : join([label, unit.name], "comma");
}

/** A value of the metric as text in the display unit, with a no-break space: `28.2 MiB`. */
export function formatIn(unit: DisplayUnit, value: number): string {
  const number = formatNumber(Number((value / unit.divisor).toPrecision(15)));
  return unit.name === "" ? number : `${number}\u00a0${unit.name}`;
}

/** A value of the metric in the display unit. A quotient has the six digits that a drawing can show, to keep files small. */
export function inUnit(unit: DisplayUnit, value: number): number {
  return unit.divisor === 1 ? value : Number((value / unit.divisor).toPrecision(6));
}

/** A value with its interval, each end in the display unit. */
export function intervalInUnit(
  unit: DisplayUnit,
  { value, low, high }: { readonly value: number; readonly low: number; readonly high: number },
) {
  return { value: inUnit(unit, value), low: inUnit(unit, low), high: inUnit(unit, high) };
}
