/** Summary of one report that the index of a site shows. All texts are plain text, not Markdown or HTML. */
export interface ReportCard {
  /** Path of the page in the site, `2026/week9`. */
  readonly slug: string;
  readonly lang: string;
  readonly title: string;
  readonly subtitle: string | null;
  readonly authors: readonly string[];
  /** ISO date. */
  readonly date: string | null;
  /** ISO date of the first measurement; null for a report that measured nothing. */
  readonly measured?: string | null;
  readonly keywords: readonly string[];
  readonly abstract: string | null;
  /** The report's most important number. `label`: label of its metric; null where the author wrote the number. */
  readonly keyFigure: { readonly label: string | null; readonly value: string } | null;
  /** `line`: used bytes at each collection, in order. `bars`: one value for each variant. */
  readonly sparkline: { readonly kind: "line" | "bars"; readonly values: readonly number[] } | null;
}

/** Position of a page in its site. All links are relative to the page. */
export interface SitePlace {
  /** Title of the site; null if the project sets none (each page then says "Reports" in its own language). */
  readonly title: string | null;
  /** Link to the index of the site. */
  readonly href: string;
  /** The reports before and after this one, in the order of the site. */
  readonly neighbours: readonly { readonly rel: "prev" | "next"; readonly title: string; readonly href: string }[];
}
