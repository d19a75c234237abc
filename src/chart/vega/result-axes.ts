import { isRecord } from "../../analysis/own-value.ts";
import type { ResultModule } from "../../model/result-module.ts";
import { nameMetric } from "../../words/metric-names.ts";
import { say } from "../../words/say.ts";
import { displayUnit, titleWithUnit } from "../layout/display-unit.ts";
import type { VegaLiteSpec } from "../types.ts";
import { escapeField } from "./data-check.ts";
import { childViews, type DataRow, inlineRows } from "./spec-data.ts";

/** What a column of a result measures. */
export interface ColumnMeaning {
  readonly label: string;
  /** `B`, `ms`, `count` or any other unit. */
  readonly unit: string;
}

/** Columns of collections and checkpoints. */
const RECORD_COLUMNS = {
  timeMs: { label: "timeSinceStart", unit: "ms" },
  pauseMs: { label: "pause", unit: "ms" },
  usedBeforeBytes: { label: "usedBefore", unit: "B" },
  usedAfterBytes: { label: "usedAfter", unit: "B" },
  liveBytes: { label: "live", unit: "B" },
} as const;

function namedColumns(): ReadonlyMap<string, ColumnMeaning> {
  const named = Object.entries(RECORD_COLUMNS).map(([column, { label, unit }]): [string, ColumnMeaning] => [
    column,
    { label: say(label), unit },
  ]);
  return new Map(named);
}

/** The meaning of each column of the rows that a `data: { result }` gives: metrics by id, or the columns of collections and checkpoints. */
export function columnMeanings({ variants }: ResultModule, rows: string): ReadonlyMap<string, ColumnMeaning> {
  if (rows === "collections" || rows === "checkpoints") return namedColumns();
  if (rows !== "variants" && rows !== "samples") return new Map();
  const meanings = new Map<string, ColumnMeaning>();
  const add = (column: string, { label, unit }: ColumnMeaning): void => {
    for (const ending of ["", "_low", "_high"]) meanings.set(`${column}${ending}`, { label: nameMetric(label), unit });
  };
  for (const variant of variants) {
    for (const [region, metrics] of Object.entries(variant.regions)) {
      for (const [id, summary] of Object.entries(metrics)) add(`${region}.${id}`, summary);
    }
    for (const [id, summary] of Object.entries(variant.metrics)) add(id, summary);
  }
  return meanings;
}

const AXES = ["x", "y"] as const;

interface AxisUse {
  readonly definition: DataRow;
  readonly meaning: ColumnMeaning;
}

/**
 * Gives the axes of metrics without a title of the author's the label of the metric and its unit. Bytes are drawn in a binary unit,
 * as in ready charts: the rows get one more column, in that unit. An axis that also has another field, a `datum`, a domain, values or
 * a format of the author's keeps bytes, and its title says so.
 */
export function labelResultAxes(spec: VegaLiteSpec, meanings: ReadonlyMap<string, ColumnMeaning>): VegaLiteSpec {
  if (meanings.size === 0) return spec;
  return AXES.reduce((labelled, axis) => labelAxis(labelled, axis, meanings), spec);
}

function labelAxis(spec: VegaLiteSpec, axis: "x" | "y", meanings: ReadonlyMap<string, ColumnMeaning>): VegaLiteSpec {
  const definitions = channelsOf(spec, axis);
  const uses = definitions.flatMap((definition): AxisUse[] => {
    const meaning = meanings.get(columnOf(definition) ?? "");
    return meaning === undefined ? [] : [{ definition, meaning }];
  });
  const [first] = uses;
  const isTitled = definitions.some((each) => "title" in each || (isRecord(each["axis"]) && "title" in each["axis"]));
  if (first === undefined || isTitled || definitions.some((each) => each["axis"] === null)) return spec;
  const { label, unit } = first.meaning;
  const rows = inlineRows(spec["data"], spec);
  const canConvert =
    unit === "B" &&
    rows !== undefined &&
    uses.length === definitions.length &&
    uses.every(isPlain) &&
    !("transform" in spec);
  if (!canConvert) {
    const plain = titleWithUnit(label, { name: unit === "B" ? "B" : displayUnit(unit, []).name });
    return mapChannels(spec, axis, (definition) => ({ ...definition, title: plain }));
  }
  const columns = [...new Set(uses.flatMap(({ definition }) => columnOf(definition) ?? []))];
  const values = columns.flatMap((column) =>
    rows.flatMap((row) => (typeof row[column] === "number" ? [row[column]] : [])),
  );
  const display = displayUnit(unit, values);
  const converted = (column: string): string => `${column}, ${display.name}`;
  const withColumns = rows.map((row) => ({
    ...row,
    ...Object.fromEntries(
      columns.flatMap((column) =>
        typeof row[column] === "number" ? [[converted(column), row[column] / display.divisor]] : [],
      ),
    ),
  }));
  const data = isRecord(spec["data"]) ? spec["data"] : {};
  return mapChannels({ ...spec, data: { ...data, values: withColumns } }, axis, (definition) => ({
    ...definition,
    field: escapeField(converted(columnOf(definition) ?? "")),
    title: titleWithUnit(label, display),
  }));
}

/** Whether only field, type and aggregate determine the axis of a channel. */
function isPlain({ definition, meaning }: AxisUse): boolean {
  const { scale, axis, bin } = definition;
  const own = [...Object.keys(isRecord(scale) ? scale : {}), ...Object.keys(isRecord(axis) ? axis : {})];
  return (
    meaning.unit === "B" && bin === undefined && !own.some((key) => /^(?:domain|values|format|labelExpr)/.test(key))
  );
}

function columnOf({ field }: DataRow): string | undefined {
  return typeof field === "string" ? field.replaceAll("\\", "") : undefined;
}

/** Channels that share an axis: `x` and `x2`, of all views with the data of the top level. */
function isOn(axis: "x" | "y", channel: string): boolean {
  return channel === axis || channel === `${axis}2`;
}

function channelsOf(view: VegaLiteSpec, axis: "x" | "y"): readonly DataRow[] {
  const encoding = isRecord(view["encoding"]) ? view["encoding"] : {};
  const own = Object.entries(encoding).flatMap(([channel, definition]) =>
    isOn(axis, channel) && isRecord(definition) ? [definition] : [],
  );
  return [...own, ...childViews(view).flatMap((child) => channelsOf(child, axis))];
}

/** The specification with every channel of an axis replaced by what `change` returns. */
function mapChannels(view: VegaLiteSpec, axis: "x" | "y", change: (definition: DataRow) => DataRow): VegaLiteSpec {
  const mapped: Record<string, unknown> = { ...view };
  const encoding = view["encoding"];
  if (isRecord(encoding)) {
    mapped["encoding"] = Object.fromEntries(
      Object.entries(encoding).map(([channel, definition]) => {
        if (!isOn(axis, channel) || !isRecord(definition)) return [channel, definition];
        const { title, ...changed } = change(definition) as Record<string, unknown>;
        // A second end has no axis of its own.
        return [channel, channel === axis ? { ...changed, title } : changed];
      }),
    );
  }
  for (const key of ["layer", "concat", "hconcat", "vconcat"] as const) {
    const children = view[key];
    if (Array.isArray(children))
      mapped[key] = children.map((child) => (isRecord(child) ? mapChannels(child, axis, change) : child));
  }
  if (isRecord(view["spec"])) mapped["spec"] = mapChannels(view["spec"], axis, change);
  return mapped;
}
