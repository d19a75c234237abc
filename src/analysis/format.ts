import type { MetricSummary } from "../model/metrics.ts";
import { numberStyle, restyle } from "./number-style.ts";
import { type Scale, scaleFor } from "./units.ts";

export interface FormatOptions {
  /** Significant digits, 3 by default. Digits before the decimal point are never dropped. */
  readonly digits?: number | undefined;
  /** Unit of display, for example `MiB`. It must measure the same quantity as the value's unit. Default: chosen by magnitude. */
  readonly unit?: string | undefined;
}

const DEFAULT_DIGITS = 3;
const NO_BREAK_SPACE = "\u00a0";
const MINUS = "\u2212";
/** Shown in place of a missing number. */
export const NO_VALUE = "—";

/**
 * Formats a value for display: bytes in binary multiples (`28.2 MiB`, `48 B`), times from nanoseconds to minutes (`0.34 ms`,
 * `3 min 42 s`), counts with separators (`10,000`), any other unit as number and unit. The blank is U+00A0, the minus U+2212.
 * Trailing zeros are dropped only where the shown number is the value itself: 2,097,152 B are `2 MiB`, 2,097,153 B are
 * `2.00 MiB`.
 *
 * @throws RangeError where `options.unit` and `unit` measure different quantities
 */
export function formatValue(value: number, unit: string, options: FormatOptions = {}): string {
  if (Number.isNaN(value)) return NO_VALUE;
  const digits = options.digits ?? DEFAULT_DIGITS;
  if (options.unit === undefined && unit === "ms" && isMinutes(value)) return formatMinutes(value);
  const scale = scaleFor(unit, options.unit, Math.abs(value), digits);
  // A double holds 15 decimal digits. Beyond them is rounding error of the division, which would turn `20 ns` into `20.0 ns`.
  return withUnit(formatNumber(Number((value / scale.factor).toPrecision(15)), digits), scale);
}

/** Formats bytes: `28.2 MiB`. */
export function formatBytes(bytes: number, options: FormatOptions = {}): string {
  return formatValue(bytes, "B", options);
}

/** Formats a difference in bytes: `+28.2 MiB`, `−48 B`, `0 B`. */
export function formatSignedBytes(bytes: number, options: FormatOptions = {}): string {
  return bytes > 0 ? `+${formatBytes(bytes, options)}` : formatBytes(bytes, options);
}

/** Formats milliseconds: `0.34 ms`, `1.2 s`, `3 min 42 s`. */
export function formatDuration(durationMs: number, options: FormatOptions = {}): string {
  return formatValue(durationMs, "ms", options);
}

/** Formats a count: `10,000`. */
export function formatCount(count: number, options: FormatOptions = {}): string {
  return formatValue(count, "count", options);
}

/** An interval, and the value that is shown beside it, if any. */
export type ShownInterval = Pick<MetricSummary, "low" | "high" | "unit"> & Partial<Pick<MetricSummary, "value">>;

/**
 * Formats an interval with both ends in one unit and to one decimal place: `0.85 to 1.02 ms`. The lower end is rounded
 * down, the higher one up. The smaller end of a wide interval has two significant digits: `1.5 to 125 ms`. Equal ends
 * are shown once. If a value is shown beside the interval, the ends contain it and have its unit: `9.9 to 16.6 MiB`
 * beside `9.95 MiB`.
 */
export function formatInterval(summary: ShownInterval, options: FormatOptions = {}): string {
  const { low, high, unit } = summary;
  if (low === high) return formatValue(low, unit, options);
  if (Number.isNaN(low) || Number.isNaN(high)) return NO_VALUE;
  const { ends, scale } = formatEnds(summary, options);
  const [first, last] = ends.map(({ text }) => text);
  if (first === last) return withUnit(first ?? "", scale);
  return withUnit(`${first} ${numberStyle().to} ${last}`, scale);
}

/**
 * Formats the two ends of an interval separately, for a text that shows the value beside them. Ends in the value's unit
 * are shown without unit.
 */
export function formatEndsBeside(summary: ShownInterval & { readonly value: number }): readonly [string, string] {
  const { ends, scale } = formatEnds(summary, {});
  const [low, high] = ends.map(({ text }) => text);
  const isOfValue = formatValue(summary.value, summary.unit).endsWith(`${NO_BREAK_SPACE}${scale.symbol}`);
  return [low ?? "", isOfValue || scale.symbol === "" ? (high ?? "") : withUnit(high ?? "", scale)];
}

/** Whether `formatInterval()` shows one end only, because both are equal to the digits shown. */
export function hasOneEnd(summary: ShownInterval, options: FormatOptions = {}): boolean {
  const [low, high] = formatEnds(summary, options).ends;
  return summary.low === summary.high || low.text === high.text;
}

/** Largest number of significant digits that the ends get so that they contain the shown value. */
const MOST_DIGITS = 9;

/** Largest number up to which the ends are shown in the value's unit, as in `894 to 1,495 KiB`. */
const MOST_IN_UNIT = 10_000;

interface ShownEnd {
  readonly text: string;
  /** The value as the text shows it, rounded, in the unit of the interval. */
  readonly shown: number;
}

interface ShownEnds {
  readonly ends: readonly [ShownEnd, ShownEnd];
  readonly scale: Scale;
}

/** Both ends in the unit of the value, with enough digits that they contain the value as shown. */
function formatEnds(summary: ShownInterval, options: FormatOptions): ShownEnds {
  const { low, high, value, unit } = summary;
  const given = options.digits ?? DEFAULT_DIGITS;
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const own = scaleFor(unit, options.unit, largest, given);
  if (value === undefined || !(low <= value && value <= high)) return formatEndsIn(own, summary, given);
  const besideScale = scaleFor(unit, options.unit, Math.abs(value), given);
  const scale = largest / besideScale.factor < MOST_IN_UNIT ? besideScale : own;
  const beside = Number((value / besideScale.factor).toPrecision(given)) * besideScale.factor;
  const excludes = ({ ends: [first, last] }: ShownEnds): boolean =>
    isLess(beside, first.shown) || isLess(last.shown, beside);
  let shown = formatEndsIn(scale, summary, given);
  for (let digits = given + 1; digits <= MOST_DIGITS && excludes(shown); digits += 1)
    shown = formatEndsIn(scale, summary, digits);
  return shown;
}

/** Whether `a` is less than `b` by more than the rounding error of converting between units. */
const isLess = (a: number, b: number): boolean => a < b - 1e-12 * Math.max(Math.abs(a), Math.abs(b));

/** Digits that the smaller end of a wide interval keeps: `1.5 to 125`, not `1 to 125`. */
const LEAST_DIGITS = 2;

/** Formats both ends in one unit and to one decimal place; the smaller end may get more digits. */
function formatEndsIn(scale: Scale, { low, high }: ShownInterval, digits: number): ShownEnds {
  const [first, last] = [low / scale.factor, high / scale.factor];
  // Integer ends have no decimals: an interval of counts is `27 to 28`.
  const isWhole = Number.isInteger(first) && Number.isInteger(last);
  const shared = isWhole ? 0 : decimalsFor(Math.max(Math.abs(first), Math.abs(last)), digits);
  const isOne = first.toFixed(shared) === last.toFixed(shared);
  const format = (end: number, direction: 1 | -1): ShownEnd => {
    let decimals = isWhole || isOne ? shared : Math.max(shared, decimalsFor(end, LEAST_DIGITS));
    const rounded = isOne ? end : roundOutward(end, decimals, direction);
    while (decimals > shared && Number(rounded.toFixed(decimals - 1)) === rounded) decimals -= 1;
    return {
      text: formatEnd(rounded, decimals, digits),
      shown: Number(rounded.toFixed(decimals)) * scale.factor,
    };
  };
  return { ends: [format(first, -1), format(last, 1)], scale };
}

/**
 * Rounds an end away from the interval, so that the shown ends contain the true ones. An end that is a round number, up
 * to the rounding error of a division, stays.
 */
function roundOutward(value: number, decimals: number, direction: 1 | -1): number {
  const nearest = Number(value.toFixed(decimals));
  if (direction * (nearest - value) >= -1e-9 * Math.abs(value)) return nearest;
  return Number((nearest + direction * 10 ** -decimals).toFixed(decimals));
}

/** Formats to fixed decimals; to significant digits where fixed decimals would show a non-zero value as 0. */
function formatEnd(value: number, decimals: number, digits: number): string {
  const vanishes = value !== 0 && Number(value.toFixed(decimals)) === 0;
  return vanishes || Math.abs(value) >= 1e15 ? formatNumber(value, digits) : restyle(formatFixed(value, decimals));
}

/**
 * Formats a number without a unit to `digits` significant digits: `3.63`, `10,000`, `−0.042`. Below 10⁻⁹ and above 10¹⁵
 * as a power of ten: `1.2 × 10¹⁸`. Signs follow the report's language: `3,63` and `10.000`.
 */
export function formatNumber(value: number, digits = DEFAULT_DIGITS): string {
  if (Number.isNaN(value)) return NO_VALUE;
  const magnitude = Math.abs(value);
  if (magnitude === Number.POSITIVE_INFINITY) return `${value < 0 ? MINUS : ""}∞`;
  if (magnitude !== 0 && (magnitude >= 1e15 || magnitude < 1e-9)) return formatPower(value, digits);
  const decimals = decimalsFor(value, digits);
  const text = formatFixed(value, decimals);
  // regexp: digits of one number
  return restyle(Number(value.toFixed(decimals)) === value && text.includes(".") ? text.replace(/\.?0+$/, "") : text);
}

/** Formats an integer in full where a double holds all its digits, else to the 15 digits that it holds: `9,007,199,254,740,991`. */
export function formatInteger(value: number): string {
  return Number.isSafeInteger(value) ? restyle(formatFixed(value, 0)) : formatNumber(value, 15);
}

/** Decimals that give `digits` significant digits after rounding: 9.996 to three digits is 10.0, not 10.00. */
function decimalsFor(value: number, digits: number): number {
  if (value === 0) return 0;
  const exponent = Number(value.toExponential(digits - 1).split("e")[1]);
  return Math.min(100, Math.max(0, digits - 1 - exponent));
}

function formatFixed(value: number, decimals: number): string {
  const [whole = "", fraction] = Math.abs(value).toFixed(decimals).split(".");
  // regexp: digits of one number
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
  // regexp: digits of one number
  const trimmed = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return `${value < 0 ? MINUS : ""}${restyle(trimmed)}${NO_BREAK_SPACE}×${NO_BREAK_SPACE}10${power}`;
}

/** Whether a duration is shown in minutes after rounding. */
function isMinutes(durationMs: number): boolean {
  const magnitude = Math.abs(durationMs);
  return magnitude >= 59_950 && magnitude < 1e15;
}

/** Formats `3 min 42 s`, `2 h 5 min`: to the second below one hour, to the minute from one hour. */
function formatMinutes(durationMs: number): string {
  const sign = durationMs < 0 ? MINUS : "";
  const seconds = Math.round(Math.abs(durationMs) / 1000);
  const parts =
    seconds < 3600
      ? [[Math.floor(seconds / 60), "min"] as const, [seconds % 60, "s"] as const]
      : [[Math.floor(Math.round(seconds / 60) / 60), "h"] as const, [Math.round(seconds / 60) % 60, "min"] as const];
  const shown = parts.filter(([amount]) => amount > 0);
  return (
    sign +
    shown.map(([amount, unit]) => `${restyle(formatFixed(amount, 0))}${NO_BREAK_SPACE}${unit}`).join(NO_BREAK_SPACE)
  );
}

function withUnit(number: string, scale: Scale): string {
  return scale.symbol === "" || number === NO_VALUE ? number : `${number}${NO_BREAK_SPACE}${scale.symbol}`;
}
