import { inLanguage } from "../language.ts";
import type { ReadyChart } from "../model/ready-charts.ts";
import { isReadyChart } from "./ready.ts";
import type { DrawnChart, DrawOptions, VegaLiteSpec } from "./types.ts";

/** Everything, besides the chart, that changes a drawing. */
export type DrawingOptions = Omit<DrawOptions, "cache" | "folder">;

/**
 * Draws a chart whose data are inline, without the cache. Imports the drawing code only now, because a page of cached
 * drawings does not need it.
 */
export async function drawAnew(chart: ReadyChart | VegaLiteSpec, options: DrawingOptions): Promise<DrawnChart> {
  const [drawn, { compactSvg }] = await Promise.all([
    inLanguage(options.lang ?? "en", () => draw(chart, options)),
    import("./vega/compact-svg.ts"),
  ]);
  return { ...drawn, wide: compactSvg(drawn.wide), narrow: drawn.narrow === null ? null : compactSvg(drawn.narrow) };
}

async function draw(chart: ReadyChart | VegaLiteSpec, options: DrawingOptions): Promise<DrawnChart> {
  if (isReadyChart(chart)) {
    const { drawReadyChart } = await import("./draw-ready.ts");
    return drawReadyChart(chart, options);
  }
  const { drawAuthorChart } = await import("./vega/draw-author.ts");
  return drawAuthorChart(chart, options);
}
