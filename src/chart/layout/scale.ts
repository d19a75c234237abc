import { extent, range } from "d3-array";
import { scaleLinear, scaleLog } from "d3-scale";
import type { ChartFrame } from "./chart-frame.ts";
import type { Point } from "./geometry.ts";

/** Domain and ticks of an axis. They are computed before Vega draws, so that labels are placed on the same scale. */
export interface ChartScale {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  readonly logarithmic: false | { readonly base: 2 | 10 };
}

const STEPS = [1, 2, 2.5, 5, 10] as const;

/**
 * The round step that divides `span` into at most `maximumTicks` parts. Not d3-array's `tickStep`: d3 takes the number of
 * ticks as a hint and may exceed it, which `fitTicks` cannot use, and d3 has no steps of 2.5.
 */
function niceStep(span: number, maximumTicks: number): number {
  const rough = span / maximumTicks;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = STEPS.find((candidate) => candidate * power >= rough * (1 - 1e-9)) ?? 10;
  return step * power;
}

/** The number rounded to 12 digits: 0.30000000000000004 becomes 0.3. */
function roundBinary(value: number): number {
  return Number(value.toPrecision(12));
}

export interface LinearOptions {
  /** Whether the domain includes zero, as bars and lines of heap need. */
  readonly zero: boolean;
  readonly maximumTicks: number;
  /** Whether the ends of the domain move outwards to ticks. */
  readonly nice: boolean;
}

/** A linear scale for these values. Without values, or with equal ones, the domain still has a length. */
export function linearScale(values: readonly number[], options: LinearOptions): ChartScale {
  let [low = 0, high = 1] = extent(options.zero ? [0, ...values] : values);
  // Values that agree in six digits would have ticks with equal labels.
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

/** A logarithmic scale for positive values, from the least to the greatest; base 2 where every value is a power of two. */
export function logarithmicScale(values: readonly number[], maximumTicks: number): ChartScale {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const base = distinct.every((value) => Number.isInteger(Math.log2(value))) ? 2 : 10;
  let low = distinct[0] ?? 1;
  let high = distinct.at(-1) ?? base;
  if (low === high) [low, high] = [low / base, high * base];
  if (distinct.length > 1 && distinct.length <= maximumTicks && base === 2)
    return { domain: [low, high], ticks: distinct, logarithmic: { base } };
  // Not d3-scale's ticks: d3 adds 2, 3, … 9 within a decade and may exceed the number of ticks.
  const logarithm = base === 2 ? Math.log2 : Math.log10;
  const first = Math.ceil(logarithm(low) - 1e-9);
  const last = Math.floor(logarithm(high) + 1e-9);
  const stride = Math.max(1, Math.ceil((last - first + 1) / maximumTicks));
  const powers = range(first, last + 1, stride).map((exponent) => base ** exponent);
  // Less than a decade may hold no power at all.
  const ticks = powers.length === 0 ? distinct.slice(0, maximumTicks) : powers;
  return { domain: [low, high], ticks, logarithmic: { base } };
}

/** A function from a value to its place in px, where the domain of the scale spans `rangePx`. */
export function pixelScale(scale: ChartScale, rangePx: readonly [number, number]): (value: number) => number {
  return (scale.logarithmic === false ? scaleLinear() : scaleLog()).domain(scale.domain).range(rangePx);
}

/** A function from a value on each axis to a point of the plot; px from its top left corner. */
export function pointScale(
  xScale: ChartScale,
  yScale: ChartScale,
  { plotWidthPx, plotHeightPx }: Pick<ChartFrame, "plotWidthPx" | "plotHeightPx">,
): (x: number, y: number) => Point {
  const xOf = pixelScale(xScale, [0, plotWidthPx]);
  const heightOf = pixelScale(yScale, [0, plotHeightPx]);
  return (x, y) => ({ x: xOf(x), y: plotHeightPx - heightOf(y) });
}
