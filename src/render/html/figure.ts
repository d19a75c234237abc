import type { DrawnChart } from "../../chart/types.ts";
import type { RenderedFile } from "../renderer.ts";
import { fillTemplate, html } from "./template.ts";
import { formatCsv } from "../text/csv.ts";
import { describeRest, makeTable, renderTable } from "../components/table.ts";

/** Folder of the files of charts, beside the page. */
export const FIGURES_FOLDER = "figures";

/** Rows of a chart's data that the page shows; the CSV has them all. */
const MOST_DATA_ROWS = 12;

/** One picture of a figure. */
export interface Panel {
  /** Which variant it is of, where the figure has several. */
  readonly heading: string | undefined;
  /** HTML of the picture. */
  readonly content: string;
  /** HTML of the disclosure with its data, for charts. */
  readonly data: string | undefined;
}

export interface FigureDetails {
  /** Undefined for a figure that is not numbered. */
  readonly label: string | undefined;
  readonly number: string | undefined;
  /** HTML. */
  readonly caption: string | undefined;
}

export function renderFigure(panels: readonly Panel[], { label, number, caption }: FigureDetails): string {
  return fillTemplate("figure", {
    id: label ?? null,
    number: number ?? null,
    caption: caption === undefined ? null : html(caption),
    panels: panels.map(({ heading, content, data }) => ({
      heading: heading ?? null,
      content: html(content),
      data: data === undefined ? null : html(data),
    })),
  });
}

/**
 * A chart as a panel: its two drawings, of which the width of the column chooses one, and its data in a disclosure.
 *
 * @param file name of its files without ending, unique in the report
 * @param alt what a reader who does not see it is told
 * @param options `hasFiles`: whether its files stand beside the page, to be linked
 */
export function renderChart(
  chart: DrawnChart,
  file: string,
  alt: string,
  heading: string | undefined,
  { hasFiles = true }: { readonly hasFiles?: boolean } = {},
): Panel {
  const content = fillTemplate("chart", {
    alt,
    wide: html(prefixIds(chart.wide, `${file}-w`)),
    narrow: chart.narrow === null ? null : html(prefixIds(chart.narrow, `${file}-n`)),
  });
  const table = makeTable(chart.data.columns, chart.data.rows, MOST_DATA_ROWS);
  const rest = describeRest(table);
  const data = fillTemplate("figure-data", {
    heading: heading ?? null,
    hasFiles,
    folder: FIGURES_FOLDER,
    name: file,
    table: html(renderTable({ ...table, total: table.rows.length })),
    more: rest === undefined ? null : `The first ${rest}${hasFiles ? `; ${file}.csv has them all` : ""}.`,
  });
  return { heading, content, data };
}

/** The files that a chart's disclosure links. */
export function chartFiles(chart: DrawnChart, file: string): readonly RenderedFile[] {
  return [
    standaloneSvg(chart, file),
    { path: `${FIGURES_FOLDER}/${file}.csv`, contents: formatCsv(chart.data) },
    { path: `${FIGURES_FOLDER}/${file}.vl.json`, contents: `${JSON.stringify(chart.spec, undefined, 2)}\n` },
  ];
}

/** The drawing as a file of its own. */
export function standaloneSvg(chart: DrawnChart, file: string): RenderedFile {
  const contents = chart.standalone.endsWith("\n") ? chart.standalone : `${chart.standalone}\n`;
  return { path: `${FIGURES_FOLDER}/${file}.svg`, contents };
}

/**
 * Gives the ids of a drawing a prefix. Every drawing of Vega counts its clip paths from 1, and on one page a reference
 * would find the first of that name, which has another size.
 */
export function prefixIds(svg: string, prefix: string): string {
  return svg.replace(/(\sid="|url\(#|\s(?:xlink:)?href="#)(?=[^"\s)])/g, `$1${prefix}-`);
}
