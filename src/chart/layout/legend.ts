import { labelColour } from "../theme.ts";
import type { PlacedLabel } from "./labels.ts";
import { LINE_HEIGHT_PX, labelWidth, shortenText } from "./text-metrics.ts";

/** A name in the colour of the marks it names. */
export interface LegendWord {
  readonly text: string;
  readonly markColour: string;
}

export interface LegendRequest {
  /** Room from the left edge of the drawing to the right end of the lines. */
  readonly widthPx: number;
  /** The plot begins this far from the left edge of the drawing. */
  readonly leftPx: number;
  /** Middle of the line of text below the legend, px from the top of the plot. */
  readonly aboveY: number;
}

const WORD_GAP_PX = 14;

/** Names that found no room beside what they name, in lines above the plot, from the left edge of the drawing. */
export function wordLines(
  words: readonly LegendWord[],
  { widthPx, leftPx, aboveY }: LegendRequest,
): { readonly labels: readonly PlacedLabel[]; readonly lines: number } {
  const rows: { word: LegendWord; x: number; line: number }[] = [];
  let x = 0;
  let line = 0;
  for (const word of words) {
    const width = Math.min(widthPx, labelWidth(word.text, true));
    if (x > 0 && x + width > widthPx) [x, line] = [0, line + 1];
    rows.push({ word, x, line });
    x += width + WORD_GAP_PX;
  }
  const lines = words.length === 0 ? 0 : line + 1;
  const labels = rows.map(
    (row): PlacedLabel => ({
      text: shortenText(row.word.text, widthPx, true),
      bold: true,
      colour: labelColour(row.word.markColour),
      x: row.x - leftPx,
      y: aboveY - (lines - row.line) * LINE_HEIGHT_PX,
      align: "left",
    }),
  );
  return { labels, lines };
}
