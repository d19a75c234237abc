import { formatCount, formatNumber } from "../../analysis/format.ts";

/** A unit that values of one chart are shown in. */
export interface DisplayUnit {
  /** `MiB`; empty for counts and ratios. */
  readonly name: string;
  /** A value divided by this is in the unit. */
  readonly divisor: number;
}

const BYTE_UNITS: readonly DisplayUnit[] = [
  { name: "MiB", divisor: 2 ** 20 },
  { name: "KiB", divisor: 2 ** 10 },
  { name: "B", divisor: 1 },
];

/** MiB for bytes, unless even the largest value is under a tenth of one (an object's size is read in bytes). */
export function displayUnit(unit: string, values: readonly number[]): DisplayUnit {
  if (unit !== "B") return { name: unit === "count" || unit === "ratio" ? "" : unit, divisor: 1 };
  const largest = values.reduce((found, value) => Math.max(found, Math.abs(value)), 0);
  const fitting = BYTE_UNITS.find((candidate) => largest >= candidate.divisor / 10);
  return (largest === 0 ? BYTE_UNITS[0] : fitting) ?? { name: "B", divisor: 1 };
}

/** A label with its unit after a comma: `used heap, MiB`. */
export function titleWithUnit(label: string, unit: DisplayUnit): string {
  return unit.name === "" ? label : `${label}, ${unit.name}`;
}

/** A value that is still in the metric's own unit, with the unit it is shown in: `28.2 MiB`, the space not to be broken. */
export function formatIn(unit: DisplayUnit, value: number): string {
  const number = formatNumber(Number((value / unit.divisor).toPrecision(15)));
  return unit.name === "" ? number : `${number}\u00a0${unit.name}`;
}

/** The value in the unit; a quotient to the six digits that a drawing can show, since longer ones only make files larger. */
export function inUnit(unit: DisplayUnit, value: number): number {
  return unit.divisor === 1 ? value : Number((value / unit.divisor).toPrecision(6));
}

/** A count and its noun: `1 collection`, `26 collections`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}
