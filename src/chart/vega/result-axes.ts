import { isRecord } from "../../analysis/own-value.ts";
import type { ResultModule } from "../../model/result-module.ts";
import { nameMetric } from "../../words/metric-names.ts";
import { say } from "../../words/say.ts";
import { displayUnit, titleWithUnit } from "../layout/display-unit.ts";
import type { VegaLiteSpec } from "../types.ts";
import { escapeField } from "./data-check.ts";
import { childViews, type DataRow, inlineRows } from "./spec-data.ts";

/** Label and unit of a result's column. */
export interface ColumnMeaning {
  readonly label: string;
  /** Unit of the values: `B`, `ms`, `count` or any other. */
  readonly unit: string;
}

/** Label key and unit of each column in rows of collections and checkpoints. */
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

/**
 * Maps each column of `data: { result, rows }` to its label and unit. Columns are metrics by id, or the columns of
 * collections and checkpoints.
 */
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
 * Titles the axes of metrics with label and unit where the author gives no title. Bytes are shown in a binary unit, as
 * in ready charts: an added column has the values in this unit. An axis keeps bytes if it shows another field or a
 * `datum`, or has the author's own domain, values or format.
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

/** Whether the channel shows bytes, and nothing but field, type and aggregate determines its axis. */
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

/** Whether a channel belongs to an axis: `x` and `x2` belong to `x`. */
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

/** Copies the specification with every channel of an axis replaced by the result of `change`. */
function mapChannels(view: VegaLiteSpec, axis: "x" | "y", change: (definition: DataRow) => DataRow): VegaLiteSpec {
  const mapped: Record<string, unknown> = { ...view };
  const encoding = view["encoding"];
  if (isRecord(encoding)) {
    mapped["encoding"] = Object.fromEntries(
      Object.entries(encoding).map(([channel, definition]) => {
        if (!isOn(axis, channel) || !isRecord(definition)) return [channel, definition];
        const { title, ...changed } = change(definition) as Record<string, unknown>;
        // `x2` and `y2` share the axis of `x` and `y`, and must have no title.
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
