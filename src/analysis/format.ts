import type { MetricSummary } from "../model/metrics.ts";
import { type Scale, scaleFor } from "./units.ts";

export interface FormatOptions {
  /** Significant digits, 3 by default. Digits before the decimal point are never dropped. */
  readonly digits?: number | undefined;
  /** The unit to show, `MiB` say, instead of the one that suits the value. It must measure the same thing. */
  readonly unit?: string | undefined;
}

const DEFAULT_DIGITS = 3;
const NO_BREAK_SPACE = "\u00a0";
const MINUS = "\u2212";
/** Stands for a number that there is not. */
export const NO_VALUE = "—";

/**
 * A value as a reader wants it: bytes in binary multiples (`28.2 MiB`, `48 B`), times in what suits them (`0.34 ms`,
 * `3 min 42 s`), counts with separators (`10,000`), anything else as number and unit. The blank is U+00A0, the minus
 * U+2212. Zeros after the point are dropped only from a value that they say nothing more about: 2,097,152 B are
 * `2 MiB`, one byte more `2.00 MiB`.
 *
 * @throws RangeError where `options.unit` does not measure what `unit` does
 */
export function formatValue(value: number, unit: string, options: FormatOptions = {}): string {
  if (Number.isNaN(value)) return NO_VALUE;
  const digits = options.digits ?? DEFAULT_DIGITS;
  if (options.unit === undefined && unit === "ms" && isMinutes(value)) return formatMinutes(value);
  const scale = scaleFor(unit, options.unit, Math.abs(value), digits);
  // Fifteen digits are what a double holds for sure; the rest is dust of the division, and would cost 20 ns its exactness.
  return withUnit(formatNumber(Number((value / scale.factor).toPrecision(15)), digits), scale);
}

/** Bytes: `28.2 MiB`. */
export function formatBytes(bytes: number, options: FormatOptions = {}): string {
  return formatValue(bytes, "B", options);
}

/** A difference in bytes: `+28.2 MiB`, `−48 B`, `0 B`. */
export function formatSignedBytes(bytes: number, options: FormatOptions = {}): string {
  return bytes > 0 ? `+${formatBytes(bytes, options)}` : formatBytes(bytes, options);
}

/** Milliseconds: `0.34 ms`, `1.2 s`, `3 min 42 s`. */
export function formatDuration(durationMs: number, options: FormatOptions = {}): string {
  return formatValue(durationMs, "ms", options);
}

/** A number of things: `10,000`. */
export function formatCount(count: number, options: FormatOptions = {}): string {
  return formatValue(count, "count", options);
}

/** The interval of a metric, both ends in one unit and to the same decimal place: `0.85 to 1.02 ms`. An exact metric has but one value. */
export function formatInterval(
  summary: Pick<MetricSummary, "low" | "high" | "unit">,
  options: FormatOptions = {},
): string {
  const { low, high, unit } = summary;
  if (low === high) return formatValue(low, unit, options);
  if (Number.isNaN(low) || Number.isNaN(high)) return NO_VALUE;
  const digits = options.digits ?? DEFAULT_DIGITS;
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const scale = scaleFor(unit, options.unit, largest, digits);
  // Whole ends stay whole: an interval of counts is `27 to 28`.
  const isWhole = [low, high].every((end) => Number.isInteger(end / scale.factor));
  const decimals = isWhole ? 0 : decimalsFor(largest / scale.factor, digits);
  const ends = [low, high].map((end) => formatEnd(end / scale.factor, decimals, digits));
  if (ends[0] === ends[1]) return withUnit(ends[0] ?? "", scale);
  return withUnit(ends.join(" to "), scale);
}

/** Fixed decimals, unless those would make a value zero that is not. */
function formatEnd(value: number, decimals: number, digits: number): string {
  const vanishes = value !== 0 && Number(value.toFixed(decimals)) === 0;
  return vanishes || Math.abs(value) >= 1e15 ? formatNumber(value, digits) : formatFixed(value, decimals);
}

/**
 * A number without a unit, to so many significant digits, in full from 10⁻⁹ to 10¹⁵ and in powers of ten beyond.
 * `3.63`, `10,000`, `−0.042`, `1.2 × 10¹⁸`.
 */
export function formatNumber(value: number, digits = DEFAULT_DIGITS): string {
  if (Number.isNaN(value)) return NO_VALUE;
  const magnitude = Math.abs(value);
  if (magnitude === Number.POSITIVE_INFINITY) return `${value < 0 ? MINUS : ""}∞`;
  if (magnitude !== 0 && (magnitude >= 1e15 || magnitude < 1e-9)) return formatPower(value, digits);
  const decimals = decimalsFor(value, digits);
  const text = formatFixed(value, decimals);
  return Number(value.toFixed(decimals)) === value && text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Decimals that leave so many significant digits, after rounding: 9.996 to three digits is 10.0, not 10.00. */
function decimalsFor(value: number, digits: number): number {
  if (value === 0) return 0;
  const exponent = Number(value.toExponential(digits - 1).split("e")[1]);
  return Math.min(100, Math.max(0, digits - 1 - exponent));
}

function formatFixed(value: number, decimals: number): string {
  const [whole = "", fraction] = Math.abs(value).toFixed(decimals).split(".");
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const text = fraction === undefined ? separated : `${separated}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = Object.fromEntries(
  [..."0123456789-"].map((character, index) => [character, "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"[index] ?? ""]),
);

function formatPower(value: number, digits: number): string {
  const [mantissa = "", exponent = ""] = Math.abs(value)
    .toExponential(digits - 1)
    .split("e");
  const power = [...exponent.replace("+", "")].map((character) => SUPERSCRIPTS[character]).join("");
  const trimmed = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return `${value < 0 ? MINUS : ""}${trimmed}${NO_BREAK_SPACE}×${NO_BREAK_SPACE}10${power}`;
}

/** Whether a time is read in minutes and seconds, once rounded. */
function isMinutes(durationMs: number): boolean {
  const magnitude = Math.abs(durationMs);
  return magnitude >= 59_950 && magnitude < 1e15;
}

/** `3 min 42 s`, `2 h 5 min`: to the second below an hour, to the minute from there. */
function formatMinutes(durationMs: number): string {
  const sign = durationMs < 0 ? MINUS : "";
  const seconds = Math.round(Math.abs(durationMs) / 1000);
  const parts =
    seconds < 3600
      ? [[Math.floor(seconds / 60), "min"] as const, [seconds % 60, "s"] as const]
      : [[Math.floor(Math.round(seconds / 60) / 60), "h"] as const, [Math.round(seconds / 60) % 60, "min"] as const];
  const shown = parts.filter(([amount]) => amount > 0);
  return sign + shown.map(([amount, unit]) => `${formatFixed(amount, 0)}${NO_BREAK_SPACE}${unit}`).join(NO_BREAK_SPACE);
}

function withUnit(number: string, scale: Scale): string {
  return scale.symbol === "" || number === NO_VALUE ? number : `${number}${NO_BREAK_SPACE}${scale.symbol}`;
}
