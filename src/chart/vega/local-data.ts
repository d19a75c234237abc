import { extname, resolve } from "node:path";
import { csvParseRows, tsvParseRows } from "d3-dsv";
import { isRecord } from "../../analysis/own-value.ts";
import { type Position, UserError } from "../../errors.ts";
import { readRegularText } from "../../files.ts";
import type { VegaLiteSpec } from "../types.ts";

export interface LocalDataOptions {
  /** Absolute path of the report's folder, to which `data.url` is relative. */
  readonly folder: string | undefined;
  readonly position: Position | undefined;
}

/**
 * Replaces every `data: { url }` in a specification by the rows of the file at this path. The cache key of the drawing,
 * the published specification and the table below the figure then include the data.
 *
 * @throws {UserError} `remote-data` for an address on the network, `missing-data` for an unreadable file,
 * `invalid-data` for a file of another format than its name says.
 */
export function inlineLocalData(spec: VegaLiteSpec, options: LocalDataOptions): VegaLiteSpec {
  const visit = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return key === "values" ? value : value.map((item) => visit(item, ""));
    if (!isRecord(value) || key === "datasets" || key === "values") return value;
    if (key === "data" && typeof value["url"] === "string") return loadData(value, value["url"], options);
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, visit(inner, name)]));
  };
  return visit(spec, "") as VegaLiteSpec;
}

function loadData(
  data: Readonly<Record<string, unknown>>,
  url: string,
  { folder, position }: LocalDataOptions,
): unknown {
  if (/^(?:[a-z][a-z0-9+.-]+:|\/\/)/i.test(url)) {
    throw new UserError(`The chart loads its data from ${url}, but reports are drawn without network access.`, {
      code: "remote-data",
      position,
      hint: "Save the file in the report's folder and use its name: `data: { url: name.csv }`.",
    });
  }
  const path = resolve(folder ?? ".", url);
  const format = isRecord(data["format"]) ? data["format"] : {};
  const { type: declared, ...rest } = format;
  const type = typeof declared === "string" ? declared : extname(url).slice(1).toLowerCase();
  const text = readText(path, url, position);
  const { url: _, format: __, ...kept } = data;
  const withFormat = (values: unknown, form: Record<string, unknown>): unknown => ({
    ...kept,
    values,
    ...(Object.keys(form).length === 0 ? {} : { format: form }),
  });
  if (type === "csv" || type === "tsv") return withFormat(parseRows(text, type), rest);
  if (type === "json" || type === "topojson" || type === "geojson") {
    return withFormat(parseJson(text, url, position), type === "topojson" ? format : rest);
  }
  throw new UserError(`Unknown format of the chart's data file ${url}. Available: csv, tsv, json, topojson, geojson.`, {
    code: "invalid-data",
    position,
    hint: "Name the format: `format: { type: csv }`.",
  });
}

function readText(path: string, url: string, position: Position | undefined): string {
  try {
    return readRegularText(path).replace(/^\ufeff/, "");
  } catch (cause) {
    throw new UserError(`The chart's data file ${url} cannot be read.`, {
      code: "missing-data",
      position,
      hint: `Expected at ${path}.`,
      cause,
    });
  }
}

function parseJson(text: string, url: string, position: Position | undefined): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const detail = cause instanceof Error ? `: ${cause.message}` : "";
    throw new UserError(`The chart's data file ${url} is not valid JSON${detail}.`, {
      code: "invalid-data",
      position,
      cause,
    });
  }
}

/**
 * Parses CSV or TSV to one object per row; keys are the names in the header. A column is numeric if all its values are
 * numbers; an empty field is null.
 */
function parseRows(text: string, type: "csv" | "tsv"): readonly Readonly<Record<string, string | number | null>>[] {
  // d3's `parse` is not used: its object literals would lose a column named `__proto__`.
  const [names = [], ...rows] = type === "csv" ? csvParseRows(text) : tsvParseRows(text);
  const isNumber = (field: string | undefined): boolean =>
    field === undefined || field === "" || (field.trim() !== "" && Number.isFinite(Number(field)));
  const numeric = names.map((_, index) => rows.every((row) => isNumber(row[index])));
  const read = (index: number, field: string | undefined): string | number | null => {
    if (field === undefined || field === "") return null;
    return numeric[index] === true ? Number(field) : field;
  };
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, read(index, row[index])])));
}
