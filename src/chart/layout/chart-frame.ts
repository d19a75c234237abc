/** Drawings exist at two widths, so that a page never scales their text below 10.7 px, on a phone either. */
export type ChartWidth = "wide" | "narrow";
export const TOTAL_WIDTH_PX: Readonly<Record<ChartWidth, number>> = { wide: 720, narrow: 360 };

/** Room around a plot for axes and labels, px. */
export interface Padding {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Sizes of a drawing with one plot. */
export interface ChartFrame {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly padding: Padding;
  readonly plotWidthPx: number;
  readonly plotHeightPx: number;
}

/** The frame of a drawing: its plot is what the padding leaves of width and height. */
export function createFrame(width: ChartWidth, heightPx: number, padding: Padding): ChartFrame {
  const widthPx = TOTAL_WIDTH_PX[width];
  return {
    widthPx,
    heightPx,
    padding,
    plotWidthPx: widthPx - padding.left - padding.right,
    plotHeightPx: heightPx - padding.top - padding.bottom,
  };
}
