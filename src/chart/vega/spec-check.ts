import { isRecord } from "../../analysis/own-value.ts";
import { didYouMean, type Position, UserError } from "../../errors.ts";
import type { VegaLiteSpec } from "../types.ts";
import { findPathMistake, findValueMistake } from "./data-check.ts";
import { childViews, type DataRow, inlineRows, KNOWN_MARKS, markType } from "./spec-data.ts";

const TYPES: readonly string[] = ["quantitative", "temporal", "ordinal", "nominal", "geojson"];
const VIEWS = ["mark", "layer", "facet", "hconcat", "vconcat", "concat", "repeat"] as const;

function invalid(message: string, hint: string, position: Position | undefined): UserError {
  return new UserError(message, { code: "invalid-chart", position, hint });
}

/**
 * Checks for mistakes from which Vega-Lite draws an empty or false plot without an error: no mark, an unknown mark or
 * type, a field that no row has, text or NaN where a channel needs numbers, zero on a logarithmic axis. Fields and
 * values are not checked after a transform or in a repeated view, because the rows are not known there.
 *
 * @param fieldsOf fields of data that is not in the specification; by default unknown
 * @throws {UserError} `invalid-chart`
 */
export function checkSpec(
  spec: VegaLiteSpec,
  position: Position | undefined,
  fieldsOf: FieldsOfData = () => undefined,
): void {
  if (!VIEWS.some((key) => key in spec)) {
    throw invalid(
      "The chart has no `mark`, so there is nothing to draw.",
      "Add one, such as `mark: line`, or `layer`, `concat`, `facet`, `repeat`.",
      position,
    );
  }
  const outside = ["result", "rows"].find((key) => key in spec);
  if (outside !== undefined) {
    const hint = "Write `data: { result: label, rows: samples }`.";
    throw invalid(`\`${outside}\` stands beside \`data\`, and is a key of \`data\`.`, hint, position);
  }
  checkView(spec, { spec, position, rows: undefined, fields: undefined, known: undefined, fieldsOf, encoding: {} });
}

/** Fields that the rows of a result will have, as far as they are known before its cell runs. */
export interface KnownFields {
  readonly fields: ReadonlySet<string>;
  /** Whether the rows can have no other fields. */
  readonly isComplete: boolean;
  /** Why a field that the rows lack is missing, and what to do; undefined for fields of no such reason. */
  whyMissing(field: string): { readonly message: string; readonly hint: string } | undefined;
}

/** Gives the fields of a `data` property that names a result; undefined if unknown. */
export type FieldsOfData = (data: unknown) => KnownFields | undefined;

interface Context {
  readonly spec: VegaLiteSpec;
  readonly position: Position | undefined;
  /** Data of the view; undefined if not known. */
  readonly rows: readonly DataRow[] | undefined;
  /** Encoding inherited from the outer views. */
  readonly encoding: DataRow;
  /** Names of the data's fields; undefined if not known. */
  readonly fields: ReadonlySet<string> | undefined;
  /** Fields of a result that is not there yet; undefined if not known. */
  readonly known: KnownFields | undefined;
  readonly fieldsOf: FieldsOfData;
}

function checkView(view: VegaLiteSpec, outer: Context): void {
  const mark = markType(view);
  if (mark !== undefined && !KNOWN_MARKS.includes(mark)) {
    throw invalid(`Unknown mark \`${mark}\`.`, didYouMean(mark, KNOWN_MARKS, "marks"), outer.position);
  }
  const own = isRecord(view["encoding"]) ? view["encoding"] : {};
  const rows = rowsOf(view, outer);
  const fields = rows === outer.rows ? outer.fields : rows && new Set(rows.flatMap((row) => Object.keys(row)));
  const known = isTransformed(view) ? undefined : "data" in view ? outer.fieldsOf(view["data"]) : outer.known;
  const context = { ...outer, rows, fields, known, encoding: { ...outer.encoding, ...own } };
  for (const [channel, definition] of Object.entries(own)) checkChannel(channel, definition, context);
  if (mark !== undefined) checkValues(mark, context);
  for (const child of childViews(view)) checkView(child, context);
}

/** Whether the rows that a view draws may have fields that its data lacks. */
function isTransformed(view: VegaLiteSpec): boolean {
  return "transform" in view || "repeat" in view;
}

function rowsOf(view: VegaLiteSpec, outer: Context): readonly DataRow[] | undefined {
  if (isTransformed(view)) return undefined;
  if (!("data" in view)) return outer.rows;
  const rows = inlineRows(view["data"], outer.spec);
  return rows === undefined || rows.length === 0 ? undefined : rows;
}

function checkChannel(channel: string, definition: unknown, context: Context): void {
  const { known, position } = context;
  const fields = context.fields ?? (known?.isComplete === true ? known.fields : undefined);
  for (const one of Array.isArray(definition) ? definition : [definition]) {
    if (!isRecord(one)) continue;
    const { field, type } = one;
    if (typeof type === "string" && !TYPES.includes(type)) {
      throw invalid(`Unknown type \`${type}\` (channel \`${channel}\`).`, didYouMean(type, TYPES, "types"), position);
    }
    if (typeof field !== "string") continue;
    const missing = known?.whyMissing(field);
    if (missing !== undefined) throw invalid(missing.message, missing.hint, position);
    if (fields === undefined) continue;
    const path = findPathMistake(field, fields);
    if (path !== undefined) throw invalid(path.message, path.hint, position);
    if (isKnown(field, fields)) continue;
    throw invalid(
      `The data of the chart has no field \`${field}\` (channel \`${channel}\`).`,
      didYouMean(field, fields, "fields"),
      position,
    );
  }
}

/** Checks the values of every channel of a view; channels that are lists are skipped. */
function checkValues(mark: string, { rows, encoding, position }: Context): void {
  for (const [channel, definition] of Object.entries(encoding)) {
    if (!isRecord(definition)) continue;
    const mistake = findValueMistake({ channel, definition, mark }, rows ?? []);
    if (mistake !== undefined) throw invalid(mistake.message, mistake.hint, position);
  }
}

/**
 * Whether a field exists. `a.b` and `a[0]` mean a value inside column `a`; `a\\.b` is a column with a dot in its name.
 */
function isKnown(field: string, fields: ReadonlySet<string>): boolean {
  const [head = ""] = field.split(/(?<!\\)[.[]/);
  return fields.has(field) || fields.has(head.replaceAll("\\", ""));
}
