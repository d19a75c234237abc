import { restyle } from "../../analysis/number-style.ts";
import { type ChartScale, pixelScale } from "./scale.ts";
import { measureText } from "./text-metrics.ts";

/** The label of a tick, equal to the text of Vega's format `,.12~g`, except for very large and very small numbers. */
function tickText(tick: number): string {
  const [whole = "", fraction] = String(tick).split(".");
  // regexp: digits of one number
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return restyle(fraction === undefined ? grouped : `${grouped}.${fraction}`);
}

/** Half the width of a tick's label along a horizontal axis, px. */
function halfTick(tick: number): number {
  return measureText(tickText(tick)) * 0.57;
}

/** Padding at the left for the tick labels of a y axis, px. The axis title begins at the left edge of the drawing. */
export function leftPadding(ticks: readonly number[]): number {
  return Math.ceil(Math.max(18, ...ticks.map((tick) => measureText(tickText(tick)) * 1.1)) + 8);
}

/** Padding at the right of the plot for the last label of an x axis, px. */
export function rightPadding(scale: ChartScale): number {
  return Math.ceil(Math.max(12, halfTick(scale.ticks.at(-1) ?? 0) + 2));
}

/** Sizes of the axis for which ticks are chosen. */
export interface TickRoom {
  readonly lengthPx: number;
  /** Distance from the right end of the axis to the edge of the drawing, px. */
  readonly beyondPx: number;
  /** Number of ticks to try first. */
  readonly maximumTicks: number;
}

/**
 * Finds the scale with the most ticks whose labels do not touch. `scaleOf` makes a scale with at most the given number
 * of ticks. Ticks whose labels would leave the drawing are dropped.
 */
export function fitTicks(
  { lengthPx, beyondPx, maximumTicks }: TickRoom,
  scaleOf: (maximumTicks: number) => ChartScale,
): ChartScale {
  for (let count = maximumTicks; ; count -= 1) {
    const scale = scaleOf(count);
    const xOf = pixelScale(scale, [0, lengthPx]);
    const inside = scale.ticks.filter((tick) => xOf(tick) + halfTick(tick) <= lengthPx + beyondPx);
    const apart = inside.every((tick, index) => {
      const next = inside[index + 1];
      return next === undefined || xOf(next) - xOf(tick) >= halfTick(tick) + halfTick(next) + 8;
    });
    if (apart || count <= 1) return { ...scale, ticks: inside };
  }
}
