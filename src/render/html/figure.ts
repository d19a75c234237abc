import type { DrawnChart } from "../../chart/types.ts";
import { say } from "../../words/say.ts";
import { FIGURES_FOLDER } from "../components/chart-files.ts";
import { describeRest, makeTable } from "../components/table.ts";
import { renderTableHtml } from "./table.ts";
import { fillTemplate, html } from "./template.ts";

/** Most rows of a chart's data that the page shows; the CSV file has every row. */
const MOST_DATA_ROWS = 8;

/** One picture of a figure, with its data. */
export interface Panel {
  /** Names of the variants that the picture shows; undefined if the figure has only one picture. */
  readonly heading: string | undefined;
  /** HTML of the picture. */
  readonly content: string;
  /** HTML of the disclosure (`<details>`) with the data; undefined for images. */
  readonly data: string | undefined;
}

export interface FigureDetails {
  /** Label of the figure, and its name such as `Figure 1`; both undefined for a figure without a number. */
  readonly label: string | undefined;
  readonly name: string | undefined;
  /** Caption as HTML. */
  readonly caption: string | undefined;
}

/** Renders a figure: its pictures, its caption, and the data of its charts, in this order. */
export function renderFigure(panels: readonly Panel[], { label, name, caption }: FigureDetails): string {
  return fillTemplate("figure", {
    id: label ?? null,
    name: name ?? null,
    caption: caption === undefined ? null : html(caption),
    panels: panels.map(({ heading, content, data }) => ({
      heading: heading ?? null,
      content: html(content),
      data: data === undefined ? null : html(data),
    })),
  });
}

/**
 * Renders a chart as a panel: a wide and a narrow drawing, of which the style sheet shows one, and the data in a
 * disclosure.
 *
 * @param file name of the chart's files without extension, unique in the report
 * @param alt text alternative of the drawing
 * @param options `hasFiles`: whether the chart's files exist next to the page, so that the disclosure links them
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
    notes: chart.notes,
    live: chart.interactive === undefined ? null : html(jsonOf(chart.interactive.spec)),
  });
  const table = makeTable(chart.data.columns, chart.data.rows, MOST_DATA_ROWS);
  const rest = describeRest(table);
  const data = fillTemplate("figure-data", {
    heading: heading ?? null,
    hasFiles,
    title: say("data"),
    folder: FIGURES_FOLDER,
    name: file,
    table: html(renderTableHtml({ ...table, total: table.rows.length })),
    more:
      rest === undefined
        ? null
        : hasFiles
          ? say("firstRowsFile", { rows: rest, file: `${file}.csv` })
          : say("firstRows", { rows: rest }),
  });
  return { heading, content, data };
}

/**
 * Serializes JSON for a `<script>` element. The JSON must not contain `</script`, which ends the element, nor `<!--`,
 * after which the element may not end.
 */
function jsonOf(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/**
 * Prefixes the ids of an SVG and the references to them. Vega numbers the clip paths of every drawing from 1, so on one
 * page a reference would find the clip path of another drawing.
 */
export function prefixIds(svg: string, prefix: string): string {
  return svg.replace(/(\sid="|url\(#|\s(?:xlink:)?href="#)(?=[^"\s)])/g, `$1${prefix}-`);
}
