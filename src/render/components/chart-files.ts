import type { DrawnChart } from "../../chart/types.ts";
import type { RenderedFile } from "../renderer.ts";
import { formatCsv } from "../text/csv.ts";

/** Folder of picture files, next to the rendered report. */
export const FIGURES_FOLDER = "figures";

/**
 * The files of a chart: drawing (SVG), data (CSV) and Vega-Lite specification (JSON).
 * @param file name of the files without extension
 */
export function chartFiles(chart: DrawnChart, file: string): readonly RenderedFile[] {
  return [
    svgFile(chart, file),
    { path: `${FIGURES_FOLDER}/${file}.csv`, contents: formatCsv(chart.data) },
    { path: `${FIGURES_FOLDER}/${file}.vl.json`, contents: `${JSON.stringify(chart.spec, undefined, 2)}\n` },
  ];
}

/** The drawing of a chart as a standalone SVG file. @param file name of the file without extension */
export function svgFile(chart: DrawnChart, file: string): RenderedFile {
  const contents = chart.standalone.endsWith("\n") ? chart.standalone : `${chart.standalone}\n`;
  return { path: `${FIGURES_FOLDER}/${file}.svg`, contents };
}
