/** A Vega-Lite specification, as written by an author or made by one of the charts here. */
export type VegaLiteSpec = Readonly<Record<string, unknown>>;

/** The data behind a chart, for the table under it. */
export interface ChartData {
  readonly columns: readonly { readonly key: string; readonly title: string; readonly numeric: boolean }[];
  readonly rows: readonly Readonly<Record<string, string | number | boolean | null>>[];
}

/** One chart, drawn. */
export interface DrawnChart {
  /** For the page: colours are `var(--token)`; at 720 px. */
  readonly wide: string;
  /** The same at 360 px; null where the specification cannot be narrowed, and `wide` is scaled. */
  readonly narrow: string | null;
  /** A file of its own: colours are hex values, fonts are named. */
  readonly standalone: string;
  /** The specification of the wide drawing, with its data, opens in any Vega-Lite editor. */
  readonly spec: VegaLiteSpec;
  readonly data: ChartData;
  /** A sentence made from the data, for a figure whose author wrote no `fig-alt`. */
  readonly summary: string;
}
