import { isMap, isScalar, isSeq, type ParsedNode, parseDocument } from "yaml";
import { isRecord } from "../../analysis/own-value.ts";
import { didYouMean, type Position, UserError } from "../../errors.ts";
import type { MetricSummary } from "../../model/metrics.ts";
import type { ResultModule, ResultVariant } from "../../model/result-module.ts";
import type { VegaLiteSpec } from "../types.ts";
import { type ColumnMeaning, columnMeanings, labelResultAxes } from "./result-axes.ts";
import { type DataRow, listCode } from "./spec-data.ts";
import { checkSize } from "./spec-size.ts";

/**
 * Parses the specification in a `vega-lite` cell: YAML, or JSON, which is valid YAML.
 *
 * @param position of the first line of `text`
 * @throws {UserError} `invalid-chart` at the line of a syntax error
 */
export function parseSpec(text: string, position: Position): VegaLiteSpec {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const before = text.slice(0, error.pos[0]).split("\n");
    throw new UserError(`The chart is not valid YAML: ${firstLine(error.message)}`, {
      code: "invalid-chart",
      position: { file: position.file, line: position.line + before.length - 1 },
      hint: "A vega-lite cell holds one Vega-Lite specification, in YAML or JSON.",
      cause: error,
    });
  }
  const spec: unknown = isMap(document.contents) ? document.toJS() : undefined;
  if (!isRecord(spec)) {
    throw new UserError(
      "The chart is not a Vega-Lite specification: a specification is a mapping of properties to values.",
      {
        code: "invalid-chart",
        position,
        hint: "Begin with `data: { result: label }`, `mark: bar` and `encoding:`.",
      },
    );
  }
  checkSize(spec, position);
  return spec;
}

/**
 * The line of a property in the text of a specification, from 0. For a property inside an alias, the line of the
 * nearest enclosing property.
 * @param path from the top: `["encoding", "x", "feild"]`
 */
export function lineOfProperty(text: string, path: readonly (string | number)[]): number {
  let node: ParsedNode | null = parseDocument(text, { prettyErrors: false }).contents;
  let offset = 0;
  for (const step of path) {
    if (isMap<ParsedNode, ParsedNode | null>(node)) {
      const pair: { key: ParsedNode; value: ParsedNode | null } | undefined = node.items.find(
        ({ key }) => isScalar(key) && String(key.value) === step,
      );
      if (pair === undefined) break;
      offset = pair.key.range[0];
      node = pair.value;
    } else if (isSeq<ParsedNode>(node)) node = node.items[Number(step)] ?? null;
    else break;
  }
  return text.slice(0, offset).split("\n").length - 1;
}

function firstLine(message: string): string {
  return message.split("\n")[0] ?? message;
}

/** Copies a specification with every `data: { result }` replaced by the result of `visit`. */
function mapResultData(value: unknown, visit: (data: DataRow, label: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapResultData(item, visit));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === "values" || key === "datasets") return [key, inner];
      if (key === "data" && isRecord(inner) && "result" in inner) return [key, visit(inner, String(inner["result"]))];
      return [key, mapResultData(inner, visit)];
    }),
  );
}

/** Labels of all cells whose results a specification draws, without duplicates, in order of appearance. */
export function resultLabels(spec: VegaLiteSpec): readonly string[] {
  const labels = new Set<string>();
  mapResultData(spec, (data, label) => {
    labels.add(label);
    return data;
  });
  return [...labels];
}

/**
 * Replaces every `data: { result: label, rows?: … }` by rows. Each row has the parameters of its variant. Values have
 * the units of the metrics: bytes and ms. An axis of a metric without a title gets the label and unit of the metric
 * (`labelResultAxes`).
 *
 * - `rows: variants` (default): a row for each variant; the columns of a metric are `id`, `id_low` and `id_high`, in a
 *   named region `region.id` and so on
 * - `rows: samples`: a row for each trial
 * - `rows: collections`, `rows: checkpoints`: a row for each collection or checkpoint
 * - otherwise `rows` is the name of a table that the cell displays
 *
 * @throws {UserError} `unknown-result` for a label without a result, `unknown-rows` for unknown `rows`
 */
export function resolveResultData(
  spec: VegaLiteSpec,
  results: (label: string) => ResultModule | undefined,
  position: Position,
): VegaLiteSpec {
  const parameters = new Set<string>();
  const meanings = new Map<string, ColumnMeaning>();
  const resolved = mapResultData(spec, (data, label) => {
    const { result: _, rows = "variants", ...rest } = data;
    const found = results(label);
    if (found === undefined) {
      throw new UserError(`The chart draws the result of \`${label}\`, but no cell with this label has a result.`, {
        code: "unknown-result",
        position,
        hint: "`data: { result: … }` needs the label of a cell that runs.",
        exitCode: 1,
      });
    }
    for (const variant of found.variants) for (const name of Object.keys(variant.params)) parameters.add(name);
    for (const [column, meaning] of columnMeanings(found, String(rows))) meanings.set(column, meaning);
    return { ...rest, values: rowsOf(found, String(rows), position) };
  });
  return labelResultAxes(keepMatrixOrder(resolved, parameters) as VegaLiteSpec, meanings);
}

const COLOUR_CHANNELS = ["color", "fill", "stroke"];

/**
 * Gives a channel with a matrix parameter the order of the matrix, so that a variant has the same colour throughout a
 * report. Vega-Lite would sort the values by name. An author's own `sort` or `scale` takes precedence.
 */
function keepMatrixOrder(value: unknown, parameters: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => keepMatrixOrder(item, parameters));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === "values" || key === "datasets") return [key, inner];
      const isColour = COLOUR_CHANNELS.includes(key) && isRecord(inner) && parameters.has(String(inner["field"]));
      if (isColour && !("sort" in inner) && !("scale" in inner) && inner["type"] !== "quantitative")
        return [key, { ...inner, sort: null }];
      return [key, keepMatrixOrder(inner, parameters)];
    }),
  );
}

const ROW_KINDS: Readonly<Record<string, (variant: ResultVariant) => readonly DataRow[]>> = {
  variants: (variant) => [variantRow(variant)],
  samples: sampleRows,
  collections: (variant) =>
    variant.collections.map(({ spacesBeforeBytes: _, spacesAfterBytes: __, ...collection }, index) => ({
      number: index + 1,
      ...collection,
    })),
  checkpoints: (variant) => variant.checkpoints.map((checkpoint, index) => ({ number: index + 1, ...checkpoint })),
};

function rowsOf(result: ResultModule, rows: string, position: Position): readonly DataRow[] {
  const tables = new Set(result.variants.flatMap((variant) => Object.keys(variant.tables)));
  const kind = Object.hasOwn(ROW_KINDS, rows) ? ROW_KINDS[rows] : undefined;
  if (kind === undefined && !tables.has(rows)) {
    const known = [...Object.keys(ROW_KINDS), ...tables];
    throw new UserError(`Unknown rows \`${rows}\` of the result of \`${result.label}\`.`, {
      code: "unknown-rows",
      position,
      hint: `${didYouMean(rows, known, "rows")}${tables.size === 0 ? "" : ` Its tables: ${listCode([...tables])}.`}`,
      exitCode: 1,
    });
  }
  const rowsOfVariant = kind ?? ((variant: ResultVariant) => variant.tables[rows] ?? []);
  return result.variants.flatMap((variant) => rowsOfVariant(variant).map((row) => ({ ...variant.params, ...row })));
}

/** Metrics by column name: `id` for the unnamed or only region, `region.id` for named regions. */
function columnsOf(variant: ResultVariant): readonly (readonly [string, MetricSummary])[] {
  const named = Object.entries(variant.regions)
    .filter(([region]) => region !== "")
    .flatMap(([region, metrics]) =>
      Object.entries(metrics).map(([id, summary]) => [`${region}.${id}`, summary] as const),
    );
  return [...Object.entries(variant.metrics), ...named];
}

function variantRow(variant: ResultVariant): DataRow {
  return Object.fromEntries(
    columnsOf(variant).flatMap(([column, { value, low, high }]) => [
      [column, value],
      [`${column}_low`, low],
      [`${column}_high`, high],
    ]),
  );
}

/** Makes one row for each trial. Later rows lack the metrics of probes with fewer trials. */
function sampleRows(variant: ResultVariant): readonly DataRow[] {
  const columns = columnsOf(variant);
  const trials = columns.reduce((most, [, { samples }]) => Math.max(most, samples.length), 0);
  return Array.from({ length: trials }, (_, index) => {
    const readings = columns.flatMap(([column, { samples }]) =>
      samples[index] === undefined ? [] : [[column, samples[index]] as const],
    );
    return { trial: index + 1, ...Object.fromEntries(readings) };
  });
}
