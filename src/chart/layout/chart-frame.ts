/** The two widths at which each chart is drawn, so that a page never scales text below 10.7 px, not even on a phone. */
export type ChartWidth = "wide" | "narrow";
export const TOTAL_WIDTH_PX: Readonly<Record<ChartWidth, number>> = { wide: 720, narrow: 360 };

/** Room around a plot for axes and labels, px. */
export interface Padding {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Sizes of a drawing with one plot, px. */
export interface ChartFrame {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly padding: Padding;
  readonly plotWidthPx: number;
  readonly plotHeightPx: number;
}

/** Computes the frame of a drawing: the plot is the area inside the padding. */
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
