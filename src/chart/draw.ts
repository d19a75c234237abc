import { type Position, UserError } from "../errors.ts";
import type { ReadyChart } from "../model/ready-charts.ts";
import { drawAnew } from "./draw-anew.ts";
import { drawingKey, readDrawing } from "./drawing-cache.ts";
import { isReadyChart } from "./ready.ts";
import type { DrawnChart, DrawOptions, VegaLiteSpec } from "./types.ts";
import { inlineLocalData } from "./vega/local-data.ts";
import { checkSize } from "./vega/spec-size.ts";

/**
 * Draws a chart at the two widths of a page, or takes the drawing from the cache. The same chart gives the same bytes
 * on every machine.
 *
 * @param chart a ready chart, or the Vega-Lite specification of an author
 * @param draw draws a chart that is not in the cache: `drawAnew`, or `draw` of a `DrawingProcess`
 * @throws {UserError} `invalid-chart`, `remote-data`, `missing-data`, `invalid-data` for the specification of an
 * author; `invalid-chart` for a ready chart that no function of the cell library made
 */
export async function drawChart(
  chart: ReadyChart | VegaLiteSpec,
  options: DrawOptions,
  draw: typeof drawAnew = drawAnew,
): Promise<DrawnChart> {
  checkSize(chart, options.position);
  const subject = isReadyChart(chart)
    ? chart
    : inlineLocalData(chart, { folder: options.folder, position: options.position });
  const key = drawingKey(subject, options);
  const cached = readDrawing(options.cache.get(key));
  if (cached !== undefined) return cached;
  const { cache, folder: _, ...rest } = options;
  try {
    const drawn = await draw(subject, rest);
    cache.set(key, JSON.stringify(drawn));
    return drawn;
  } catch (error) {
    throw error instanceof UserError ? error : notDrawn(error, isReadyChart(subject), options.position);
  }
}

/** Wraps an unexpected exception of the drawing code: the chart has a mistake that no check finds. */
function notDrawn(cause: unknown, isReady: boolean, position: Position | undefined): UserError {
  const [reason = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
  return new UserError(`The chart cannot be drawn: ${reason}`, {
    code: "invalid-chart",
    position,
    hint: isReady
      ? "A ready chart is made by a function of the cell library, such as `heapTimeline()`, and passed on unchanged."
      : "Reference of the specification: https://vega.github.io/vega-lite/docs/",
    cause,
  });
}
