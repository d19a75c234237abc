import { UserError } from "../../errors.ts";
import type { DrawingOptions } from "../draw-anew.ts";
import { type ChartWidth, TOTAL_WIDTH_PX } from "../layout/chart-frame.ts";
import type { DrawnChart, VegaLiteSpec } from "../types.ts";
import { resizeSpec } from "./author-spec.ts";
import { describeDrawing, findDrawingMistake } from "./describe-drawing.ts";
import { drawSpec, type SpecDrawing } from "./draw-spec.ts";
import { makeInteractive } from "./interactive.ts";
import { checkSpec } from "./spec-check.ts";
import { chartData } from "./spec-data.ts";
import { idPrefix, inlineSvg, svgDocument, type TidyDrawing, tidySvg } from "./svg-tidy.ts";
import { thinRows } from "./thin-rows.ts";

/**
 * Draws an author's specification at both widths, or at its own width if this is fixed. Its data must be inline.
 *
 * @throws {UserError} `invalid-chart` if the specification has a mistake
 */
export async function drawAuthorChart(spec: VegaLiteSpec, options: DrawingOptions): Promise<DrawnChart> {
  checkSpec(spec, options.position);
  const { position } = options;
  const reject = (message: string): UserError =>
    new UserError(`Vega-Lite rejects the chart: ${message}`, {
      code: "invalid-chart",
      position,
      hint: "Reference of the specification: https://vega.github.io/vega-lite/docs/",
    });
  const tidyAt = ({ svg }: SpecDrawing, width: ChartWidth): TidyDrawing =>
    tidySvg(svg, { prefix: idPrefix(options.name, width), minimumWidthPx: TOTAL_WIDTH_PX[width] });
  const thinned = thinRows(spec);
  const sized = resizeSpec(thinned.spec);
  const drawing = await drawSpec(sized.wide, reject);
  const mistake = findDrawingMistake(spec, drawing);
  if (mistake !== undefined)
    throw new UserError(mistake.message, { code: "invalid-chart", position, hint: mistake.hint });
  const { summary, notes, warnings } = describeDrawing(thinned.spec, drawing);
  const wide = tidyAt(drawing, "wide");
  return {
    wide: inlineSvg(wide).svg,
    narrow: sized.narrow === null ? null : inlineSvg(tidyAt(await drawSpec(sized.narrow, reject), "narrow")).svg,
    standalone: svgDocument(wide),
    spec: sized.wide,
    data: chartData(spec),
    summary: [summary, thinned.note].filter((part) => part !== undefined).join(" "),
    notes: [...(thinned.note === undefined ? [] : [thinned.note]), ...notes],
    warnings,
    interactive: await makeInteractive(sized.wide, reject),
  };
}
