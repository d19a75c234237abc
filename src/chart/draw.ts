import { UserError } from "../errors.ts";
import type { ReadyChart } from "../model/ready-charts.ts";
import { drawingKey, readDrawing } from "./drawing-cache.ts";
import { isReadyChart } from "./ready.ts";
import type { DrawnChart, DrawOptions, VegaLiteSpec } from "./types.ts";
import { inlineLocalData } from "./vega/local-data.ts";

/**
 * Draws a chart at the two widths of a page, or takes the drawing from the cache. The same chart gives the same bytes on every
 * machine.
 *
 * @param chart a ready chart, or the Vega-Lite specification of an author
 * @throws {UserError} `invalid-chart`, `remote-data`, `missing-data`, `invalid-data` for the specification of an author
 */
export async function drawChart(chart: ReadyChart | VegaLiteSpec, options: DrawOptions): Promise<DrawnChart> {
  const subject = isReadyChart(chart)
    ? chart
    : inlineLocalData(chart, { folder: options.folder, position: options.position });
  const key = drawingKey(subject, options);
  const cached = readDrawing(options.cache.get(key));
  if (cached !== undefined) return cached;
  const drawn = await drawChecked(subject, options);
  options.cache.set(key, JSON.stringify(drawn));
  return drawn;
}

/** Draws a chart; an exception of what draws it means that the chart has a mistake which the checks do not know. */
async function drawChecked(subject: ReadyChart | VegaLiteSpec, options: DrawOptions): Promise<DrawnChart> {
  try {
    return await drawAnew(subject, options);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const [reason = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    throw new UserError(`The chart cannot be drawn: ${reason}`, {
      code: "invalid-chart",
      position: options.position,
      hint: isReadyChart(subject)
        ? "A ready chart is made by a function of the cell library, such as `heapTimeline()`, and passed on unchanged."
        : "Reference of the specification: https://vega.github.io/vega-lite/docs/",
      cause,
    });
  }
}

/** Loads the code that draws only now: a page of cached drawings needs neither Vega nor the kinds of chart. */
async function drawAnew(subject: ReadyChart | VegaLiteSpec, options: DrawOptions): Promise<DrawnChart> {
  if (isReadyChart(subject)) {
    const { drawReadyChart } = await import("./draw-ready.ts");
    return drawReadyChart(subject, options);
  }
  const { drawAuthorChart } = await import("./vega/draw-author.ts");
  return drawAuthorChart(subject, options);
}
