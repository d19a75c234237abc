import type { LineTable, Listing } from "../../model/line-views.ts";
import type { MimeBundle } from "../../model/values.ts";
import { readLineTables } from "./line-table.ts";
import { readListing } from "./listing.ts";
import { readTable, type Table } from "./table.ts";

/** A displayed value in the richest form, among the forms of its MIME bundle, that a report can show. */
export type Displayed =
  | { readonly kind: "table"; readonly table: Table }
  | { readonly kind: "lines"; readonly tables: readonly LineTable[] }
  | { readonly kind: "listing"; readonly listing: Listing }
  | { readonly kind: "html"; readonly source: string }
  | { readonly kind: "markdown"; readonly source: string }
  | { readonly kind: "image"; readonly type: string; readonly bytes: Uint8Array }
  | { readonly kind: "text"; readonly text: string }
  /** A value of which a report can show no form; `types` are its MIME types. */
  | { readonly kind: "unknown"; readonly types: readonly string[] };

const CHART = "application/vnd.heapbook.chart+json";
const VEGA_LITE = /^application\/vnd\.vegalite\.v\d+\+json$/;
const TABLE = "application/vnd.heapbook.table+json";
const LINES = "application/vnd.heapbook.lines+json";
const LISTING = "application/vnd.heapbook.listing+json";
const JSON_TYPE = /^application\/(?:.+\+)?json$/;

/** The chart in a MIME bundle: a ready chart or a Vega-Lite specification; undefined for a bundle without a chart. */
export function chartOf(data: MimeBundle): object | undefined {
  const type = Object.keys(data).find((each) => each === CHART || VEGA_LITE.test(each));
  const chart = type === undefined ? undefined : data[type];
  return typeof chart === "object" && chart !== null ? chart : undefined;
}

/** Whether a MIME bundle contains a chart. The pipeline draws charts before a format renders the report. */
export function isChart(data: MimeBundle): boolean {
  return chartOf(data) !== undefined;
}

/**
 * Reads a MIME bundle without a chart. Of the forms that it has, takes the first in this order: table, lines, listing,
 * HTML, Markdown, image, JSON, text.
 */
export function readMimeBundle(data: MimeBundle): Displayed {
  const table = readTable(data[TABLE]);
  if (table !== undefined) return { kind: "table", table };
  const tables = readLineTables(data[LINES]);
  if (tables !== undefined) return { kind: "lines", tables };
  const listing = readListing(data[LISTING]);
  if (listing !== undefined) return { kind: "listing", listing };
  for (const type of ["text/html", "text/markdown"] as const) {
    if (type in data) return { kind: type === "text/html" ? "html" : "markdown", source: readText(data[type]) };
  }
  if ("image/svg+xml" in data) {
    return { kind: "image", type: "image/svg+xml", bytes: Buffer.from(readText(data["image/svg+xml"]), "utf8") };
  }
  for (const type of ["image/png", "image/jpeg", "image/gif", "image/webp"]) {
    if (type in data) return { kind: "image", type, bytes: Buffer.from(readText(data[type]), "base64") };
  }
  const json = Object.keys(data).find((type) => JSON_TYPE.test(type) && type !== TABLE);
  if (json === "application/json" || (json !== undefined && !("text/plain" in data))) {
    return { kind: "text", text: JSON.stringify(data[json], undefined, 2) ?? "" };
  }
  if ("text/plain" in data) return { kind: "text", text: readText(data["text/plain"]) };
  return { kind: "unknown", types: Object.keys(data) };
}

/** Reads a text of a MIME bundle, which in Jupyter may be a list of lines. */
function readText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(String).join("");
  return JSON.stringify(value, undefined, 2) ?? "";
}
