/** A unit to show a value in: the value divided by `factor`, followed by `symbol`. */
export interface Scale {
  readonly symbol: string;
  readonly factor: number;
}

/** Units that a value in bytes can be shown in. The binary ones are chosen among; the decimal ones only on request. */
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

/** Units that a value in milliseconds can be shown in. Milliseconds serve down to a tenth: `0.34 ms`. */
const NANOSECONDS: Scale = { symbol: "ns", factor: 1e-6 };
const MICROSECONDS: Scale = { symbol: "µs", factor: 1e-3 };
const MILLISECONDS: Scale = { symbol: "ms", factor: 1 };
const SECONDS: Scale = { symbol: "s", factor: 1000 };
const MINUTES: Scale = { symbol: "min", factor: 60_000 };

/** Units that are not written after the number. */
const SILENT_UNITS = new Set(["count", "ratio", ""]);

/** The units that a value of a unit can be shown in, by symbol: none but itself for a cell's own unit. */
export function unitsFor(unit: string): readonly string[] {
  const scales = scalesOf(unit);
  return scales.length === 0 ? [unit] : scales.map(({ symbol }) => symbol);
}

function scalesOf(unit: string): readonly Scale[] {
  if (unit === "B") return [...BYTE_SCALES, ...DECIMAL_BYTE_SCALES];
  return unit === "ms" ? [NANOSECONDS, MICROSECONDS, MILLISECONDS, SECONDS, MINUTES] : [];
}

/** A unit as it was printed, `MiB`: what it measures (`B`, `ms`, `%`), and how many of that it is. Undefined for any other word. */
export function readUnit(symbol: string): { readonly unit: string; readonly factor: number } | undefined {
  if (symbol === "%") return { unit: "%", factor: 1 };
  for (const unit of ["B", "ms"]) {
    const scale = scalesOf(unit).find((each) => each.symbol === symbol);
    if (scale !== undefined) return { unit, factor: scale.factor };
  }
  return undefined;
}

/**
 * The scale for a value.
 *
 * @param unit the value's own
 * @param wanted the unit to show, or undefined for the one that suits
 * @param magnitude the value without its sign, in `unit`
 * @param digits significant digits it will be shown with: 1,023.9 KiB rounds to 1 MiB, and is named so
 * @throws RangeError where `wanted` does not measure what `unit` does
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

/** The first scale in which the value, as it will be rounded, stays below the step to the next. */
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

/** Rounded to significant digits, but never before the decimal point, as it is shown. */
function roundedTo(value: number, digits: number): number {
  return value >= 10 ** digits ? Math.round(value) : Number(value.toPrecision(digits));
}
