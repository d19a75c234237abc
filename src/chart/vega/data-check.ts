/** Checks the values drawn by a channel for mistakes from which Vega draws an empty or false plot without an error. */
import { formatNumber } from "../../analysis/format.ts";
import { isRecord } from "../../analysis/own-value.ts";
import { MOST_PLOTS, MOST_SERIES, SERIES_HINT } from "../category-limits.ts";
import { CATEGORIES_HINT, MOST_CATEGORIES } from "./bounded-lists.ts";
import type { DataRow } from "./spec-data.ts";
import { utcTime } from "./utc.ts";

/** A mistake in a channel: what is wrong, and how to mend it. */
export interface ChannelMistake {
  readonly message: string;
  readonly hint: string;
}

/** A channel that draws a field, and the properties of its view that the checks need. */
export interface DrawnChannel {
  readonly channel: string;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly mark: string | undefined;
}

const FROM_ZERO: ReadonlySet<string> = new Set(["bar", "area"]);
/** Aggregates that accept values of any type, because they only count. */
const COUNTS: ReadonlySet<unknown> = new Set(["count", "valid", "missing", "distinct"]);

/** Whether Vega-Lite would read the column's name as a path, because it contains a dot or a bracket. */
function needsEscape(field: string): boolean {
  return /(?<!\\)[.[\]]/.test(field);
}

/** Escapes a column's name so that Vega-Lite does not read it as a path: `a\\.b`. */
export function escapeField(field: string): string {
  return field.replace(/[.[\]]/g, "\\$&");
}

/**
 * The mistake of a field that names the column `a.b`, which Vega-Lite reads as `b` inside `a`; undefined if there is no
 * such column, or a column `a`.
 * @param fields names of the data's columns
 */
export function findPathMistake(field: string, fields: ReadonlySet<string>): ChannelMistake | undefined {
  const [head = ""] = field.split(/[.[]/);
  if (!needsEscape(field) || !fields.has(field) || fields.has(head)) return undefined;
  return {
    message: `The field \`${field}\` has a dot or a bracket in its name, which Vega-Lite reads as a path to a value inside \`${head}\`.`,
    hint: `Write \`field: '${escapeField(field)}'\` (in JSON and in code \`"${escapeField(field).replaceAll("\\", "\\\\")}"\`), or rename the column.`,
  };
}

/**
 * Finds the first mistake in the values of a channel (also bars on a logarithmic axis, and too many values); undefined
 * if there is none.
 * @param rows data of the view; empty if unknown
 */
export function findValueMistake(drawn: DrawnChannel, rows: readonly DataRow[]): ChannelMistake | undefined {
  const { field, type, aggregate } = drawn.definition;
  const isLogarithmic = isRecord(drawn.definition["scale"]) && drawn.definition["scale"]["type"] === "log";
  if (isLogarithmic && drawn.mark !== undefined && FROM_ZERO.has(drawn.mark) && /^[xy]$/.test(drawn.channel)) {
    return {
      message: `The mark \`${drawn.mark}\` begins at zero, which the logarithmic axis \`${drawn.channel}\` does not have.`,
      hint: "Use `mark: point`, or a linear axis; `scale: { type: symlog }` has a zero.",
    };
  }
  if (typeof field !== "string" || COUNTS.has(aggregate)) return undefined;
  const name = field.replaceAll("\\", "");
  const crowded = findCrowdedChannel(drawn, name, rows);
  if (crowded !== undefined) return crowded;
  for (const [index, row] of rows.entries()) {
    const value = row[name];
    if (value === null || value === undefined) continue;
    const where = `\`${name}\` of row ${index + 1} (channel \`${drawn.channel}\`)`;
    const found =
      type === "quantitative"
        ? findNumberMistake(value, where, isLogarithmic)
        : type === "temporal"
          ? findDateMistake(value, where)
          : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Channels that make a mark, a colour or a plot for each value, with the most values that are drawn. */
const MOST_VALUES: Readonly<Record<string, number>> = {
  ...{ x: MOST_CATEGORIES, y: MOST_CATEGORIES, xOffset: MOST_CATEGORIES, yOffset: MOST_CATEGORIES },
  ...{ color: MOST_SERIES, fill: MOST_SERIES, stroke: MOST_SERIES, shape: MOST_SERIES, strokeDash: MOST_SERIES },
  ...{ size: MOST_SERIES, opacity: MOST_SERIES, fillOpacity: MOST_SERIES, strokeOpacity: MOST_SERIES },
  ...{ strokeWidth: MOST_SERIES, angle: MOST_SERIES, detail: MOST_SERIES },
  ...{ row: MOST_PLOTS, column: MOST_PLOTS, facet: MOST_PLOTS },
};
/** Channels whose fields have no order and no scale, whatever their type. */
const GROUPS = /^(?:detail|row|column|facet)$/;

/**
 * Finds a channel with a place, a colour or a plot for each of more values than a reader can distinguish. Vega takes
 * minutes to draw such a channel.
 */
function findCrowdedChannel(
  { channel, definition }: DrawnChannel,
  name: string,
  rows: readonly DataRow[],
): ChannelMistake | undefined {
  const { type, aggregate, bin, timeUnit } = definition;
  const most = MOST_VALUES[channel];
  const isDiscrete = type === "nominal" || type === "ordinal" || GROUPS.test(channel);
  const isAsWritten = aggregate === undefined && timeUnit === undefined && (bin === undefined || bin === false);
  if (!isDiscrete || !isAsWritten || most === undefined || rows.length <= most) return undefined;
  const { size } = new Set(rows.map((row) => row[name]));
  if (size <= most) return undefined;
  const isAxis = most === MOST_CATEGORIES;
  return {
    message: `The ${isAxis ? "axis" : "channel"} \`${channel}\`${isAxis ? ` of type ${type}` : ""} has ${formatNumber(size)} different values of \`${name}\`. The most is ${formatNumber(most)}.`,
    hint: isAxis ? CATEGORIES_HINT : SERIES_HINT,
  };
}

function findNumberMistake(value: unknown, where: string, isLogarithmic: boolean): ChannelMistake | undefined {
  if (typeof value === "string") {
    const isNumeral = value.trim() !== "" && Number.isFinite(Number(value));
    return {
      message: `${where} is the text ${JSON.stringify(value)}, where the chart needs a number.`,
      hint: isNumeral
        ? "Make it a number: `Number(text)`; in YAML and JSON without quotes."
        : "Use `type: nominal` or `type: ordinal` for texts, and null for a missing number.",
    };
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    return {
      message: `${where} is ${value}, which has no place on an axis.`,
      hint: "Use null for a missing number, or remove the row.",
    };
  }
  if (isLogarithmic && typeof value === "number" && value <= 0) {
    return {
      message: `${where} is ${value}, which has no place on a logarithmic axis.`,
      hint: "Remove such rows (`transform: [{ filter: … }]`), or use a linear axis; `scale: { type: symlog }` has a zero.",
    };
  }
  return undefined;
}

function findDateMistake(value: unknown, where: string): ChannelMistake | undefined {
  if (typeof value !== "string" || utcTime(value) !== undefined) return undefined;
  return {
    message: `${where} is the text ${JSON.stringify(value)}, which is not a date.`,
    hint: "Write dates as 2026-11-29 or 2026-11-29T18:00Z, or say how to read them: `data: { format: { parse: { day: \"utc:'%d.%m.%Y'\" } } }`.",
  };
}
