import type { Position } from "../errors.ts";
import type { TextCache } from "../model/text-cache.ts";
import type { ChartWidth } from "./layout/chart-frame.ts";

/** A Vega-Lite specification, written by an author or made by a kind of ready chart. */
export type VegaLiteSpec = Readonly<Record<string, unknown>>;

/** The data of a chart, for the table below the figure: one cell for each column in each row. */
export interface ChartData {
  readonly columns: readonly { readonly key: string; readonly title: string; readonly numeric: boolean }[];
  readonly rows: readonly Readonly<Record<string, string | number | boolean | null>>[];
}

/** Index of each series' colour in the palette. */
export type SeriesColours = ReadonlyMap<string, number>;

/** A ready chart at one width, for Vega to draw. */
export interface ChartDrawing {
  readonly spec: VegaLiteSpec;
  readonly heightPx: number;
}

/** The operations of one kind of ready chart. */
export interface ChartKind<Chart> {
  readonly draw: (chart: Chart, width: ChartWidth, colours: SeriesColours) => ChartDrawing;
  readonly data: (chart: Chart) => ChartData;
  /** One sentence, for screen readers. */
  readonly summarize: (chart: Chart) => string;
  /** Names of the series in the order they appear. */
  readonly series: (chart: Chart) => readonly string[];
}

/** A drawn chart. */
export interface DrawnChart {
  /** SVG for the page, 720 px wide; colours are `var(--token)`. */
  readonly wide: string;
  /** The same at 360 px; null where the specification has a fixed width, so that the page scales `wide`. */
  readonly narrow: string | null;
  /** SVG for a file: colours are hex values, fonts are named. */
  readonly standalone: string;
  /** Specification of the wide drawing, data included, for any Vega-Lite editor. */
  readonly spec: VegaLiteSpec;
  readonly data: ChartData;
  /** One sentence about the data, for screen readers, where the author gives no `fig-alt`. */
  readonly summary: string;
  /** Sentences for the page about what the drawing does not show: aggregated rows, marks outside the axes. */
  readonly notes: readonly string[];
  /** Sentences for the author about a drawing that may mislead, each with what to do. */
  readonly warnings: readonly string[];
  /** Undefined for ready charts, and for drawings that the browser need not repeat. */
  readonly interactive?: InteractiveChart | undefined;
}

/** An author's chart for Vega in the browser. */
export interface InteractiveChart {
  /** Whether the author's specification has selections, inputs or tooltips. */
  readonly isAsked: boolean;
  /** Specification of Vega: JSON, with data. */
  readonly spec: Readonly<Record<string, unknown>>;
}

export interface DrawOptions {
  /** Prefix of every id in the drawing; unique on the page. */
  readonly name: string;
  readonly cache: TextCache;
  /** Folder of the report: an author's `data.url` is relative to it. */
  readonly folder?: string | undefined;
  /** Colours that series have throughout the report; other series get the free colours in the order they appear. */
  readonly colours?: SeriesColours | undefined;
  /** Language of the report (BCP 47), in whose style numbers are written; English by default. */
  readonly lang?: string | undefined;
  /** Position of the cell, for errors. */
  readonly position?: Position | undefined;
}
