/** Encodings and layers for charts that are laid out by `layOutRows`. */
import type { RowsLayout } from "../layout/rows.ts";
import { INK, RULE_STRONG } from "../theme.ts";
import { type Encoding, xAxis } from "./encodings.ts";

/** Encodings of a mark's place: `x` is a value on the axis, `y` is px from the top of the plot. */
export function rowEncodings({ frame, scale, namesBeside }: RowsLayout, title: string) {
  const x = xAxis("value", scale, title, frame);
  // Names above the marks stand inside the plot, where grid lines would cross them.
  const axis = { ...(x["axis"] as object), grid: namesBeside, domain: !namesBeside, ticks: !namesBeside };
  const y: Encoding = {
    field: "y",
    type: "quantitative",
    scale: { domain: [0, frame.plotHeightPx], range: [0, frame.plotHeightPx], nice: false, zero: false, padding: 0 },
    axis: null,
  };
  return { x: { ...x, axis } as Encoding, y };
}

/** The layer with horizontal bars from `zero` to `value`, coloured by series. */
export function barLayer({ markHeightPx }: RowsLayout, x: Encoding, y: Encoding, color: unknown): unknown {
  return {
    mark: { type: "bar", height: markHeightPx, orient: "horizontal" },
    encoding: { x, x2: { field: "zero" }, y, color },
  };
}

/**
 * The layer with the line at zero, where bars begin. `continuous`: one line from top to bottom, which would cross names
 * above the bars.
 */
export function zeroLayer({ rows, markHeightPx }: RowsLayout, y: Encoding, continuous: boolean): unknown {
  const pieces = rows.map((row) => ({
    zero: 0,
    from: row.y - markHeightPx / 2 - 2,
    to: row.y + markHeightPx / 2 + 2,
  }));
  return {
    data: { values: continuous ? [{ zero: 0 }] : pieces },
    mark: { type: "rule", color: RULE_STRONG },
    encoding: {
      x: { field: "zero", type: "quantitative" },
      ...(continuous ? {} : { y: { ...y, field: "from" }, y2: { field: "to" } }),
    },
  };
}

/**
 * Layers that draw intervals as whiskers: a line from `low` to `high` with a short bar at each end. A row with `low`
 * equal to `high` has none.
 */
export function whiskerLayers(
  rows: readonly { readonly low: number; readonly high: number; readonly y: number }[],
  y: Encoding,
  color: unknown = { value: INK },
): readonly unknown[] {
  const uncertain = rows.filter((row) => row.low < row.high);
  const ends = uncertain.flatMap((row) => [row.low, row.high].map((end) => ({ ...row, end })));
  return [
    {
      data: { values: uncertain },
      mark: { type: "rule", strokeWidth: 1.5 },
      encoding: { x: { field: "low", type: "quantitative" }, x2: { field: "high" }, y, color },
    },
    {
      data: { values: ends },
      mark: { type: "tick", orient: "vertical", size: 9, thickness: 1.5 },
      encoding: { x: { field: "end", type: "quantitative" }, y, color },
    },
  ];
}
