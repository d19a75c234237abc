import { max } from "d3-array";
import { formatValue } from "../../analysis/format.ts";
import { join } from "../../words/punctuation.ts";

/** The unit of the axis on which a chart shows its values. */
export interface DisplayUnit {
  /** Name of the unit, such as `MiB`; empty for counts and ratios. */
  readonly name: string;
  /** Number of base units in one display unit: 1048576 for bytes in MiB. */
  readonly divisor: number;
  /** Unit of the values before conversion: `B`. */
  readonly base: string;
}

const BYTE_UNITS: readonly DisplayUnit[] = [
  { name: "MiB", divisor: 2 ** 20, base: "B" },
  { name: "KiB", divisor: 2 ** 10, base: "B" },
  { name: "B", divisor: 1, base: "B" },
];

/**
 * Chooses the display unit for values in `unit`. Bytes are shown in MiB, or in KiB or B if the largest value is below a
 * tenth of the larger unit.
 */
export function displayUnit(unit: string, values: readonly number[]): DisplayUnit {
  if (unit !== "B") return { name: unit === "count" || unit === "ratio" ? "" : unit, divisor: 1, base: unit };
  const largest = max(values, Math.abs) ?? 0;
  const fitting = BYTE_UNITS.find((candidate) => largest >= candidate.divisor / 10);
  return (largest === 0 ? BYTE_UNITS[0] : fitting) ?? { name: "B", divisor: 1, base: "B" };
}

/** Adds the unit to a label, after a comma: `used heap, MiB`. */
export function titleWithUnit(label: string, unit: Pick<DisplayUnit, "name">): string {
  return unit.name === "" ? label : join([label, unit.name], "comma");
}

/** Formats a value as the prose does, whatever the unit of the axis: `28.2 MiB`, or `177 KiB` beside an axis in MiB. */
export function formatIn({ base }: DisplayUnit, value: number): string {
  return formatValue(value, base);
}

/** Converts a value to the display unit, rounded to six digits: a drawing cannot show more, and files stay small. */
export function inUnit(unit: DisplayUnit, value: number): number {
  return unit.divisor === 1 ? value : Number((value / unit.divisor).toPrecision(6));
}

/** Converts a value and both ends of its interval to the display unit. */
export function intervalInUnit(
  unit: DisplayUnit,
  { value, low, high }: { readonly value: number; readonly low: number; readonly high: number },
) {
  return { value: inUnit(unit, value), low: inUnit(unit, low), high: inUnit(unit, high) };
}
