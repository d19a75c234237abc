import { largest } from "../../analysis/extremes.ts";
import { INK } from "../theme.ts";
import type { PlacedLabel } from "./label-placement.ts";
import { LINE_HEIGHT_PX, labelWidth, shortenText } from "./text-metrics.ts";

const GAP_PX = 16;
const MAXIMUM_IN_ONE_COLUMN = 6;

/**
 * Area for a key of numbered points, px from the top left corner of the plot. `leftPx` is the distance from the left
 * edge of the drawing to the plot.
 */
export interface KeyRoom {
  readonly widthPx: number;
  readonly leftPx: number;
  readonly topY: number;
}

/** Lays out the key of numbered points in columns below the plot. An empty key has height 0. */
export function layOutKey(
  entries: readonly string[],
  { widthPx, leftPx, topY }: KeyRoom,
): { readonly labels: readonly PlacedLabel[]; readonly heightPx: number } {
  if (entries.length === 0) return { labels: [], heightPx: 0 };
  // Columns are as wide as the widest name. So a few long names among many are shortened; if most names are long, there
  // is one column.
  const halfPx = widthPx / 2 - GAP_PX;
  const long = entries.filter((text) => labelWidth(text, false) > halfPx).length;
  const maximumPx = entries.length > MAXIMUM_IN_ONE_COLUMN && long * 8 <= entries.length ? halfPx : widthPx;
  const texts = entries.map((text) => shortenText(text, maximumPx));
  const columnPx = largest(texts.map((text) => labelWidth(text, false))) + GAP_PX;
  const columns = Math.max(1, Math.floor((widthPx + GAP_PX) / columnPx));
  const rows = Math.ceil(texts.length / columns);
  const labels = texts.map((text, index) => ({
    text,
    bold: false,
    colour: INK,
    x: Math.floor(index / rows) * columnPx - leftPx,
    y: topY + ((index % rows) + 0.5) * (LINE_HEIGHT_PX + 2),
    align: "left" as const,
  }));
  return { labels, heightPx: rows * (LINE_HEIGHT_PX + 2) + 6 };
}
