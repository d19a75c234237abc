import { max } from "d3-array";
import { formatValue } from "../../analysis/format.ts";
import { join } from "../../words/punctuation.ts";

/** The unit of the axis on which a chart shows its values. */
export interface DisplayUnit {
  /** `MiB`; empty for counts and ratios. */
  readonly name: string;
  /** Units of the metric in one display unit: 1048576 for bytes in MiB. */
  readonly divisor: number;
  /** The unit of the values themselves: `B`. */
  readonly base: string;
}

const BYTE_UNITS: readonly DisplayUnit[] = [
  { name: "MiB", divisor: 2 ** 20, base: "B" },
  { name: "KiB", divisor: 2 ** 10, base: "B" },
  { name: "B", divisor: 1, base: "B" },
];

/** The display unit for values in `unit`: bytes in MiB, or in KiB or B if even the largest is below a tenth of the larger unit. */
export function displayUnit(unit: string, values: readonly number[]): DisplayUnit {
  if (unit !== "B") return { name: unit === "count" || unit === "ratio" ? "" : unit, divisor: 1, base: unit };
  const largest = max(values, Math.abs) ?? 0;
  const fitting = BYTE_UNITS.find((candidate) => largest >= candidate.divisor / 10);
  return (largest === 0 ? BYTE_UNITS[0] : fitting) ?? { name: "B", divisor: 1, base: "B" };
}

/** A label with its unit after a comma: `used heap, MiB`. */
export function titleWithUnit(label: string, unit: Pick<DisplayUnit, "name">): string {
  return unit.name === "" ? label : join([label, unit.name], "comma");
}

/** A value of the metric as text, as the prose has it, whatever the unit of the axis: `28.2 MiB`, and `177 KiB` beside an axis in MiB. */
export function formatIn({ base }: DisplayUnit, value: number): string {
  return formatValue(value, base);
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
