import { isRecord, ownValue } from "../../analysis/own-value.ts";
import { nearest } from "../../errors.ts";
import type { VegaLiteSpec } from "../types.ts";
import { loadPropertyTable, type PropertyShape, type PropertyTable } from "./property-table.ts";

/** A property of a specification that Vega-Lite does not know, and therefore ignores. */
export interface UnknownProperty {
  /** Path from the top of the specification: `["encoding", "x", "feild"]`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint: string;
}

/** Largest number of properties reported for one specification. */
const MOST_REPORTED = 8;
/** Largest number of names listed in a hint. */
const MOST_LISTED = 24;

let loaded: PropertyTable | undefined;

/**
 * Finds properties that Vega-Lite ignores, such as `feild`, at any level of a specification, by Vega-Lite's JSON
 * schema. Data values are not searched. Heapbook's own `data: { result, rows }` is accepted.
 */
export function findUnknownProperties(spec: VegaLiteSpec): readonly UnknownProperty[] {
  loaded ??= loadPropertyTable();
  const found: UnknownProperty[] = [];
  search(spec, [0], [], loaded, found);
  return found;
}

function search(
  value: unknown,
  shapes: readonly number[],
  path: UnknownProperty["path"],
  table: PropertyTable,
  found: UnknownProperty[],
): void {
  if (found.length >= MOST_REPORTED || isData(path)) return;
  if (Array.isArray(value)) {
    const items = expand(shapes, table).flatMap(({ i = [] }) => i);
    if (items.length === 0) return;
    for (const [index, item] of value.entries()) search(item, items, [...path, index], table, found);
    return;
  }
  if (!isRecord(value)) return;
  const alternatives = expand(shapes, table).filter(({ p, r, o }) => p !== undefined || r !== undefined || o === 1);
  if (alternatives.length === 0 || alternatives.some(({ o }) => o === 1)) return;
  for (const [name, inner] of Object.entries(value)) {
    const within = alternatives.flatMap(({ p = {}, r }) => {
      const known = ownValue(p, name) as readonly number[] | undefined;
      return known === undefined ? (r === undefined ? [] : [r]) : [known];
    });
    if (within.length > 0) search(inner, within.flat(), [...path, name], table, found);
    else if (!isOwn(path, name)) found.push(report(path, name, alternatives));
    if (found.length >= MOST_REPORTED) return;
  }
}

/** The shapes with these indexes, and all their alternatives. */
function expand(shapes: readonly number[], table: PropertyTable): readonly PropertyShape[] {
  const seen = new Set<number>();
  const waiting = [...shapes];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    waiting.push(...(table[index]?.a ?? []));
  }
  return [...seen].flatMap((index) => table[index] ?? []);
}

/** Whether a path leads to rows of data, whose property names the author chooses. */
function isData(path: UnknownProperty["path"]): boolean {
  return path[0] === "datasets" || (path.at(-1) === "values" && path.at(-2) === "data");
}

/**
 * Whether a property is allowed although the schema lacks it: Heapbook's data, and references to signals, which
 * Vega-Lite passes on to Vega.
 */
function isOwn(path: UnknownProperty["path"], name: string): boolean {
  return (path.at(-1) === "data" && ["result", "rows"].includes(name)) || name === "signal";
}

function report(path: UnknownProperty["path"], name: string, alternatives: readonly PropertyShape[]): UnknownProperty {
  const known = [...new Set(alternatives.flatMap(({ p = {} }) => Object.keys(p)))].sort();
  const near = nearest(name, known);
  const place = path.length === 0 ? "at the top of the specification" : `in \`${shownPath(path)}\``;
  const hint =
    near !== undefined
      ? `Did you mean \`${near}\`?`
      : known.length <= MOST_LISTED
        ? `Known there: ${known.join(", ")}.`
        : "Reference of the specification: https://vega.github.io/vega-lite/docs/";
  return { path: [...path, name], message: `Vega-Lite knows no property \`${name}\` ${place}, and ignores it.`, hint };
}

/** Writes a path as in code: `layer[1].encoding.x`. */
function shownPath(path: UnknownProperty["path"]): string {
  return path.map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`)).join("");
}
