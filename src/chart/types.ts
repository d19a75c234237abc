import type { Position } from "../errors.ts";
import type { TextCache } from "../model/text-cache.ts";
import type { ChartWidth } from "./layout/chart-frame.ts";

/** A Vega-Lite specification, written by an author or made by a kind of ready chart. */
export type VegaLiteSpec = Readonly<Record<string, unknown>>;

/** Data of a chart, for the table below the figure. Each row has one cell for each column. */
export interface ChartData {
  readonly columns: readonly { readonly key: string; readonly title: string; readonly numeric: boolean }[];
  readonly rows: readonly Readonly<Record<string, string | number | boolean | null>>[];
}

/** Index into the palette for each series name. */
export type SeriesColours = ReadonlyMap<string, number>;

/** The Vega-Lite specification of a ready chart at one width. */
export interface ChartDrawing {
  readonly spec: VegaLiteSpec;
  readonly heightPx: number;
}

/** The functions that make one kind of ready chart. */
export interface ChartKind<Chart> {
  readonly draw: (chart: Chart, width: ChartWidth, colours: SeriesColours) => ChartDrawing;
  readonly data: (chart: Chart) => ChartData;
  /** Describes the chart in one sentence, for screen readers. */
  readonly summarize: (chart: Chart) => string;
  /** Names of the series in the order they appear. */
  readonly series: (chart: Chart) => readonly string[];
}

/** A chart after drawing: SVG at each width, data, and texts. */
export interface DrawnChart {
  /** SVG for the page, 720 px wide; its colours are CSS variables, `var(--token)`. */
  readonly wide: string;
  /** SVG at 360 px; null if the specification has a fixed width, in which case the page scales `wide`. */
  readonly narrow: string | null;
  /** SVG for a file of its own: colours are hex values, and fonts are named. */
  readonly standalone: string;
  /** Vega-Lite specification of the wide drawing, including the data. */
  readonly spec: VegaLiteSpec;
  readonly data: ChartData;
  /** One sentence about the data, for screen readers; used if the author gives no `fig-alt`. */
  readonly summary: string;
  /** Sentences on the page about anything the drawing leaves out: aggregated rows, marks outside the axes. */
  readonly notes: readonly string[];
  /** Warnings for the author about a drawing that may mislead, each with a remedy. */
  readonly warnings: readonly string[];
  /** The interactive form of an author's chart, for Vega in the browser; undefined for ready charts. */
  readonly interactive?: InteractiveChart | undefined;
}

/** An author's chart, prepared for Vega in the browser. */
export interface InteractiveChart {
  /** Whether the author's specification itself has selections, inputs or tooltips. */
  readonly isAsked: boolean;
  /** Vega specification as JSON, including the data. */
  readonly spec: Readonly<Record<string, unknown>>;
}

export interface DrawOptions {
  /** Name of the drawing, unique on the page; every id in the drawing begins with it. */
  readonly name: string;
  readonly cache: TextCache;
  /** Absolute path of the report's folder; an author's `data.url` is relative to it. */
  readonly folder?: string | undefined;
  /**
   * Colours of series that are fixed throughout the report; other series get the free colours in the order they appear.
   */
  readonly colours?: SeriesColours | undefined;
  /** Language of the report (BCP 47), which sets the style of numbers; English by default. */
  readonly lang?: string | undefined;
  /** Position of the cell in report.md, for error messages. */
  readonly position?: Position | undefined;
}
