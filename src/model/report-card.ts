/** What the index of a site shows of one report; every text is plain. */
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
  /** One number, with the label of its metric; without a label where the author wrote it. */
  readonly keyFigure: { readonly label: string | null; readonly value: string } | null;
  /** `line`: used bytes at collections, in their order. `bars`: one value for each variant. */
  readonly sparkline: { readonly kind: "line" | "bars"; readonly values: readonly number[] } | null;
}

/** Where a page stands in its site: links from the page, relative to it. */
export interface SitePlace {
  /** Of the site; null where the project gives none, and each page says "Reports" in its own language. */
  readonly title: string | null;
  /** The index. */
  readonly href: string;
  /** The reports before and after this one, in the order of the site. */
  readonly neighbours: readonly { readonly rel: "prev" | "next"; readonly title: string; readonly href: string }[];
}
