import { INK, PAPER } from "../theme.ts";
import type { Encoding } from "./encodings.ts";

/** Bounds that contain a value with certainty, in the unit of the axis; `y` is px from the top of the plot. */
export interface Bracket {
  readonly low: number;
  readonly high: number;
  readonly y: number;
}

/** Length of the feet of a bracket, which point inwards, px. */
const FOOT_PX = 4;

/**
 * Layers that draw bounds as `[` and `]`, taller than the bar so that they differ from a confidence interval. An edge
 * in the paper's colour separates them from the bar.
 */
export function bracketLayers(brackets: readonly Bracket[], markHeightPx: number, y: Encoding): readonly unknown[] {
  const half = markHeightPx / 2 + 3;
  const sides = brackets.flatMap(({ low, high, y: middle }) => [
    { end: low, foot: FOOT_PX, from: middle - half, to: middle + half },
    { end: high, foot: -FOOT_PX, from: middle - half, to: middle + half },
  ]);
  const x = { field: "end", type: "quantitative" };
  const upright = (color: string, strokeWidth: number): unknown => ({
    data: { values: sides },
    mark: { type: "rule", color, strokeWidth },
    encoding: { x, y: { ...y, field: "from" }, y2: { field: "to" } },
  });
  const feet = (lengthPx: number): unknown => ({
    data: {
      values: sides
        .filter(({ foot }) => foot === lengthPx)
        .flatMap(({ end, from, to }) => [
          { end, y: from },
          { end, y: to },
        ]),
    },
    mark: { type: "rule", color: INK, strokeWidth: 1.5, x2Offset: lengthPx },
    encoding: { x, x2: { field: "end" }, y },
  });
  return [upright(PAPER, 4), upright(INK, 1.5), feet(FOOT_PX), feet(-FOOT_PX)];
}
