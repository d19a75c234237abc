/** A unit of display: a value is shown as `value / factor`, followed by `symbol`. */
export interface Scale {
  readonly symbol: string;
  readonly factor: number;
}

/** Units of display for bytes. `scaleFor` chooses among the binary units; decimal units are used only on request. */
const BYTE_SCALES: readonly Scale[] = [
  { symbol: "B", factor: 1 },
  { symbol: "KiB", factor: 2 ** 10 },
  { symbol: "MiB", factor: 2 ** 20 },
  { symbol: "GiB", factor: 2 ** 30 },
  { symbol: "TiB", factor: 2 ** 40 },
];
const DECIMAL_BYTE_SCALES: readonly Scale[] = [
  { symbol: "kB", factor: 1e3 },
  { symbol: "MB", factor: 1e6 },
  { symbol: "GB", factor: 1e9 },
];

/** Units of display for milliseconds. Values from 0.1 ms stay in milliseconds: `0.34 ms`. */
const NANOSECONDS: Scale = { symbol: "ns", factor: 1e-6 };
const MICROSECONDS: Scale = { symbol: "µs", factor: 1e-3 };
const MILLISECONDS: Scale = { symbol: "ms", factor: 1 };
const SECONDS: Scale = { symbol: "s", factor: 1000 };
const MINUTES: Scale = { symbol: "min", factor: 60_000 };

/** Units whose symbol is not shown after the number. */
const SILENT_UNITS = new Set(["count", "ratio", ""]);

/** Symbols of the units in which a value of this unit can be shown. A cell's own unit has only itself. */
export function unitsFor(unit: string): readonly string[] {
  const scales = scalesOf(unit);
  return scales.length === 0 ? [unit] : scales.map(({ symbol }) => symbol);
}

function scalesOf(unit: string): readonly Scale[] {
  if (unit === "B") return [...BYTE_SCALES, ...DECIMAL_BYTE_SCALES];
  return unit === "ms" ? [NANOSECONDS, MICROSECONDS, MILLISECONDS, SECONDS, MINUTES] : [];
}

/**
 * Parses the symbol of a unit into its base unit (`B`, `ms`, `%`) and factor: `MiB` is 2²⁰ `B`. Undefined for any other
 * word.
 */
export function readUnit(symbol: string): { readonly unit: string; readonly factor: number } | undefined {
  if (symbol === "%") return { unit: "%", factor: 1 };
  for (const unit of ["B", "ms"]) {
    const scale = scalesOf(unit).find((each) => each.symbol === symbol);
    if (scale !== undefined) return { unit, factor: scale.factor };
  }
  return undefined;
}

/**
 * Chooses the unit of display for a value.
 *
 * @param unit unit of the value
 * @param wanted requested unit of display; undefined chooses by magnitude
 * @param magnitude absolute value, in `unit`
 * @param digits significant digits of the display: 1,023.9 KiB to three digits is shown as 1 MiB
 * @throws RangeError where `wanted` and `unit` measure different quantities
 */
export function scaleFor(unit: string, wanted: string | undefined, magnitude: number, digits: number): Scale {
  if (wanted !== undefined) {
    const found = scalesOf(unit).find(({ symbol }) => symbol === wanted);
    if (found !== undefined) return found;
    if (wanted !== unit) throw new RangeError(`A value in ${unit || "no unit"} cannot be shown in ${wanted}.`);
  }
  if (unit === "B") return fitting(BYTE_SCALES, magnitude, 1024, digits);
  if (unit === "ms") return magnitude === 0 ? MILLISECONDS : fittingTime(magnitude, digits);
  return { symbol: SILENT_UNITS.has(unit) ? "" : unit, factor: 1 };
}

/** The first scale in which the rounded value is below the factor to the next scale. */
function fitting(scales: readonly Scale[], magnitude: number, step: number, digits: number): Scale {
  for (const scale of scales.slice(0, -1)) {
    if (roundedTo(magnitude / scale.factor, digits) < step) return scale;
  }
  return scales.at(-1) ?? { symbol: "", factor: 1 };
}

function fittingTime(magnitude: number, digits: number): Scale {
  if (roundedTo(magnitude, digits) >= 1000) return SECONDS;
  return magnitude >= 0.1 ? MILLISECONDS : fitting([NANOSECONDS, MICROSECONDS], magnitude, 1000, digits);
}

/** Rounds to significant digits as the display does: digits before the decimal point are kept. */
function roundedTo(value: number, digits: number): number {
  return value >= 10 ** digits ? Math.round(value) : Number(value.toPrecision(digits));
}
