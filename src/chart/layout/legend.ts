import { labelColour } from "../theme.ts";
import type { PlacedLabel } from "./label-placement.ts";
import { LINE_HEIGHT_PX, labelWidth, shortenText } from "./text-metrics.ts";

/** A name in a legend, written in the colour of its marks. */
export interface LegendEntry {
  readonly text: string;
  readonly markColour: string;
}

export interface LegendRequest {
  /** Width of the lines, px from the left edge of the drawing. */
  readonly widthPx: number;
  /** Left edge of the plot, px from the left edge of the drawing. */
  readonly leftPx: number;
  /** Vertical centre of the line of text below the legend, px from the top of the plot. */
  readonly aboveY: number;
}

const ENTRY_GAP_PX = 14;

/**
 * Lays out a legend of coloured names above the plot, broken into lines. Positions are px from the top left corner of
 * the plot.
 */
export function layOutLegend(
  entries: readonly LegendEntry[],
  { widthPx, leftPx, aboveY }: LegendRequest,
): { readonly labels: readonly PlacedLabel[]; readonly lines: number } {
  const placed: { entry: LegendEntry; x: number; line: number }[] = [];
  let x = 0;
  let line = 0;
  for (const entry of entries) {
    const width = Math.min(widthPx, labelWidth(entry.text, true));
    if (x > 0 && x + width > widthPx) [x, line] = [0, line + 1];
    placed.push({ entry, x, line });
    x += width + ENTRY_GAP_PX;
  }
  const lines = entries.length === 0 ? 0 : line + 1;
  const labels = placed.map(
    (one): PlacedLabel => ({
      text: shortenText(one.entry.text, widthPx, true),
      bold: true,
      colour: labelColour(one.entry.markColour),
      x: one.x - leftPx,
      y: aboveY - (lines - one.line) * LINE_HEIGHT_PX,
      align: "left",
    }),
  );
  return { labels, lines };
}
