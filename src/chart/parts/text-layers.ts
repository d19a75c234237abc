import { group } from "d3-array";
import type { PlacedLabel } from "../layout/label-placement.ts";
import { PIXEL_X, PIXEL_Y } from "./encodings.ts";

const round = (px: number): number => Math.round(px * 10) / 10;

/**
 * Layers that write labels: one for each combination of alignment and weight, because Vega-Lite cannot encode either.
 */
export function textLayers(labels: readonly PlacedLabel[]): readonly unknown[] {
  const groups = group(labels, ({ align, bold }) => `${align} ${bold}`);
  return [...groups.values()].map((alike) => ({
    data: { values: alike.map(({ x, y, text, colour }) => ({ x: round(x), y: round(y), text, colour })) },
    mark: { type: "text", align: alike[0]?.align, baseline: "middle", fontWeight: alike[0]?.bold === true ? 600 : 400 },
    encoding: {
      x: PIXEL_X,
      y: PIXEL_Y,
      text: { field: "text", type: "nominal" },
      color: { field: "colour", type: "nominal", scale: null },
    },
  }));
}
