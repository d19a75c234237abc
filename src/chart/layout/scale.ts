import { extent, range } from "d3-array";
import { scaleLinear, scaleLog } from "d3-scale";
import type { ChartFrame } from "./chart-frame.ts";
import type { Point } from "./geometry.ts";

/** Domain and ticks of an axis, computed before Vega draws, so that labels are placed by the same scale. */
export interface ChartScale {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  readonly logarithmic: false | { readonly base: 2 | 10 };
}

const STEPS = [1, 2, 2.5, 5, 10] as const;

/**
 * The round step that divides `span` into at most `maximumTicks` parts. d3-array's `tickStep` is not used: it may
 * exceed the given number of ticks, which `fitTicks` cannot use, and has no steps of 2.5.
 */
function niceStep(span: number, maximumTicks: number): number {
  const rough = span / maximumTicks;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = STEPS.find((candidate) => candidate * power >= rough * (1 - 1e-9)) ?? 10;
  return step * power;
}

/** Rounds a number to 12 digits, so that 0.30000000000000004 becomes 0.3. */
function roundBinary(value: number): number {
  return Number(value.toPrecision(12));
}

export interface LinearOptions {
  /** Whether the domain includes zero, as charts with bars and charts of the heap need. */
  readonly zero: boolean;
  readonly maximumTicks: number;
  /** Whether the domain is extended to ticks at both ends. */
  readonly nice: boolean;
}

/** Makes a linear scale for these values. The domain has a positive length even without values, or with equal ones. */
export function linearScale(values: readonly number[], options: LinearOptions): ChartScale {
  let [low = 0, high = 1] = extent(options.zero ? [0, ...values] : values);
  // Values that agree in six digits would give ticks with equal labels.
  if (high - low <= Math.abs(high) * 1e-6) {
    const room = Math.abs(low) * 0.1;
    [low, high] = low === 0 ? [0, 1] : [low - room, high + room];
  }
  const step = niceStep(high - low, options.maximumTicks);
  const from = options.nice ? Math.floor(low / step + 1e-9) : Math.ceil(low / step - 1e-9);
  const to = options.nice ? Math.ceil(high / step - 1e-9) : Math.floor(high / step + 1e-9);
  const ticks = range(from, to + 1).map((multiple) => roundBinary(multiple * step));
  const domain = options.nice ? ([roundBinary(from * step), roundBinary(to * step)] as const) : ([low, high] as const);
  return { domain, ticks, logarithmic: false };
}

/**
 * Makes a logarithmic scale for positive values, from the least to the greatest. The base is 2 if every value is a
 * power of two, otherwise 10.
 */
export function logarithmicScale(values: readonly number[], maximumTicks: number): ChartScale {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const base = distinct.every((value) => Number.isInteger(Math.log2(value))) ? 2 : 10;
  let low = distinct[0] ?? 1;
  let high = distinct.at(-1) ?? base;
  if (low === high) [low, high] = [low / base, high * base];
  if (distinct.length > 1 && distinct.length <= maximumTicks && base === 2)
    return { domain: [low, high], ticks: distinct, logarithmic: { base } };
  // d3-scale's ticks are not used: d3 adds 2, 3, … 9 within a decade, and may exceed the number of ticks.
  const logarithm = base === 2 ? Math.log2 : Math.log10;
  const first = Math.ceil(logarithm(low) - 1e-9);
  const last = Math.floor(logarithm(high) + 1e-9);
  const stride = Math.max(1, Math.ceil((last - first + 1) / maximumTicks));
  const powers = range(first, last + 1, stride).map((exponent) => base ** exponent);
  // A domain shorter than a decade may contain no power of the base.
  const ticks = powers.length === 0 ? distinct.slice(0, maximumTicks) : powers;
  return { domain: [low, high], ticks, logarithmic: { base } };
}

/** Returns a function that maps a value to its place in px; the scale's domain covers `rangePx`. */
export function pixelScale(scale: ChartScale, rangePx: readonly [number, number]): (value: number) => number {
  return (scale.logarithmic === false ? scaleLinear() : scaleLog()).domain(scale.domain).range(rangePx);
}

/** Returns a function that maps a value on each axis to a point, px from the top left corner of the plot. */
export function pointScale(
  xScale: ChartScale,
  yScale: ChartScale,
  { plotWidthPx, plotHeightPx }: Pick<ChartFrame, "plotWidthPx" | "plotHeightPx">,
): (x: number, y: number) => Point {
  const xOf = pixelScale(xScale, [0, plotWidthPx]);
  const heightOf = pixelScale(yScale, [0, plotHeightPx]);
  return (x, y) => ({ x: xOf(x), y: plotHeightPx - heightOf(y) });
}
