import { UserError } from "../../errors.ts";
import type { DrawingOptions } from "../draw-anew.ts";
import { type ChartWidth, TOTAL_WIDTH_PX } from "../layout/chart-frame.ts";
import type { DrawnChart, VegaLiteSpec } from "../types.ts";
import { resizeSpec } from "./author-spec.ts";
import { drawSpec } from "./draw-spec.ts";
import { checkSpec } from "./spec-check.ts";
import { chartData, summarizeSpec } from "./spec-data.ts";
import { idPrefix, inlineSvg, svgDocument, type TidyDrawing, tidySvg } from "./svg-tidy.ts";

/**
 * Draws an author's specification, whose data are inline, at the widths that it allows.
 *
 * @throws {UserError} `invalid-chart` if the specification has a mistake
 */
export async function drawAuthorChart(spec: VegaLiteSpec, options: DrawingOptions): Promise<DrawnChart> {
  checkSpec(spec, options.position);
  const reject = (message: string): UserError =>
    new UserError(`Vega-Lite rejects the chart: ${message}`, {
      code: "invalid-chart",
      position: options.position,
      hint: "Reference of the specification: https://vega.github.io/vega-lite/docs/",
    });
  const drawAt = async (sized: VegaLiteSpec, width: ChartWidth): Promise<TidyDrawing> =>
    tidySvg(await drawSpec(sized, reject), {
      prefix: idPrefix(options.name, width),
      minimumWidthPx: TOTAL_WIDTH_PX[width],
    });
  const sized = resizeSpec(spec);
  const wide = await drawAt(sized.wide, "wide");
  return {
    wide: inlineSvg(wide).svg,
    narrow: sized.narrow === null ? null : inlineSvg(await drawAt(sized.narrow, "narrow")).svg,
    standalone: svgDocument(wide),
    spec: sized.wide,
    data: chartData(spec),
    summary: summarizeSpec(spec),
  };
}
