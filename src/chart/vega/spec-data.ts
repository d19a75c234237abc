import { formatNumber } from "../../analysis/format.ts";
import { isRecord, ownValue } from "../../analysis/own-value.ts";
import { capitalize, join, sentence } from "../../words/punctuation.ts";
import { say, sayList } from "../../words/say.ts";
import type { ChartData, VegaLiteSpec } from "../types.ts";

/** One row of a specification's data, by column. */
export type DataRow = Readonly<Record<string, unknown>>;

const CHILD_VIEWS = ["layer", "concat", "hconcat", "vconcat"] as const;

/** The views directly inside a view: its layers, its concatenated views, or the view that it facets or repeats. */
export function childViews(view: VegaLiteSpec): readonly VegaLiteSpec[] {
  const listed = CHILD_VIEWS.flatMap((key) => (Array.isArray(view[key]) ? view[key] : []));
  return [...listed, view["spec"]].filter(isRecord);
}

/**
 * Rows of a `data` property, inline or from a named dataset of `spec`. Undefined for inherited or generated data, and
 * for text.
 */
export function inlineRows(data: unknown, spec: VegaLiteSpec): readonly DataRow[] | undefined {
  if (!isRecord(data)) return undefined;
  const datasets = spec["datasets"];
  const named = typeof data["name"] === "string" && isRecord(datasets) ? datasets[data["name"]] : undefined;
  const values = data["values"] ?? named;
  if (!Array.isArray(values)) return undefined;
  // As in Vega-Lite, a plain value becomes a row with the column `data`.
  return values.map((value: unknown): DataRow => (isRecord(value) ? value : { data: value }));
}

function allRows(spec: VegaLiteSpec): readonly DataRow[] {
  const found: DataRow[] = [];
  const visit = (view: VegaLiteSpec): void => {
    // `push(...rows)` would fail: a call accepts fewer arguments than data may have rows.
    for (const row of inlineRows(view["data"], spec) ?? []) found.push(row);
    for (const child of childViews(view)) visit(child);
  };
  const own = inlineRows(spec["data"], spec);
  if (own !== undefined && own.length > 0) return own;
  visit(spec);
  return found;
}

/** Number of inline rows in all views of a specification. */
export function countRows(spec: VegaLiteSpec): number {
  return allRows(spec).length;
}

/**
 * The inline data of a specification as a table; columns are the keys of the rows, in order of appearance. Takes the
 * data of the top level, or if there are none, the data of its layers and other views, one after the other.
 */
export function chartData(spec: VegaLiteSpec): ChartData {
  const rows = allRows(spec);
  const known = new Set<string>();
  for (const row of rows) for (const key of Object.keys(row)) known.add(key);
  const keys = [...known];
  return {
    columns: keys.map((key) => ({
      key,
      title: key,
      numeric: rows.every((row) => ["undefined", "number"].includes(typeof (ownValue(row, key) ?? undefined))),
    })),
    rows: rows.map((row) => Object.fromEntries(keys.map((key) => [key, toCell(ownValue(row, key))]))),
  };
}

function toCell(value: unknown): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") return value;
  return JSON.stringify(value);
}

const MARK_NAMES = {
  arc: "pieChart",
  area: "areaChart",
  bar: "barChart",
  boxplot: "boxPlot",
  circle: "scatterPlot",
  errorband: "errorBands",
  errorbar: "errorBars",
  line: "lineChart",
  point: "scatterPlot",
  rect: "heatMap",
  square: "scatterPlot",
  tick: "stripPlot",
  trail: "lineChart",
} as const;

function nameMark(mark: string): string {
  return Object.hasOwn(MARK_NAMES, mark)
    ? say(MARK_NAMES[mark as keyof typeof MARK_NAMES])
    : say("otherChart", { mark });
}

/** Every mark that Vega-Lite knows. The last four have no entry in `MARK_NAMES`. */
export const KNOWN_MARKS: readonly string[] = [...Object.keys(MARK_NAMES), "geoshape", "image", "rule", "text"];

/** The type of a view's mark: `line` for `mark: line` and `mark: { type: line }`. */
export function markType(view: VegaLiteSpec): string | undefined {
  const mark = isRecord(view["mark"]) ? view["mark"]["type"] : view["mark"];
  return typeof mark === "string" ? mark : undefined;
}

/**
 * Finds the view that the chart's summary sentence describes: the first one with a mark and a position channel.
 * `encoding` includes inherited channels.
 */
export function mainView(
  view: VegaLiteSpec,
  inherited: DataRow = {},
): { readonly mark: string; readonly encoding: DataRow } | undefined {
  const encoding = { ...inherited, ...(isRecord(view["encoding"]) ? view["encoding"] : {}) };
  const mark = markType(view);
  if (mark !== undefined && (isRecord(encoding["x"]) || isRecord(encoding["y"]) || isRecord(encoding["theta"])))
    return { mark, encoding };
  for (const child of childViews(view)) {
    const found = mainView(child, encoding);
    if (found !== undefined) return found;
  }
  return undefined;
}

function titleOf(channel: unknown): string | undefined {
  if (!isRecord(channel)) return undefined;
  const axis = isRecord(channel["axis"]) ? channel["axis"]["title"] : undefined;
  const title = channel["title"] ?? axis;
  if (typeof title === "string" && title !== "") return title;
  const field = typeof channel["field"] === "string" ? channel["field"] : undefined;
  const aggregate = typeof channel["aggregate"] === "string" ? channel["aggregate"] : undefined;
  if (aggregate === undefined) return field;
  return field === undefined ? aggregate : say("aggregateOf", { aggregate, field });
}

/** Column of the drawn rows that holds a quantitative channel: `mean_heap` for `aggregate: mean` of `heap`. */
function drawnField({ field, type, aggregate, bin }: DataRow): string | undefined {
  if (bin !== undefined) return undefined;
  if (aggregate === "count") return "__count";
  if (typeof field !== "string") return undefined;
  if (typeof aggregate === "string") return `${aggregate}_${field.replace(/\\?[.[\]]/g, "_")}`;
  return type === "quantitative" ? field.replaceAll("\\", "") : undefined;
}

function rangeOf(channel: unknown, rows: readonly DataRow[]): string | undefined {
  if (!isRecord(channel)) return undefined;
  const name = drawnField(channel);
  if (name === undefined) return undefined;
  const values = rows
    .map((row) => row[name])
    .filter((value): value is number => typeof value === "number" && Number.isFinite(value));
  const [first] = values;
  if (first === undefined) return undefined;
  const low = values.reduce((a, b) => Math.min(a, b), first);
  const high = values.reduce((a, b) => Math.max(a, b), first);
  const title = titleOf(channel) ?? name;
  return low === high
    ? `${title} ${formatNumber(low)}`
    : say("rangeFrom", { title, low: formatNumber(low), high: formatNumber(high) });
}

/**
 * A sentence about an author's chart: `Line chart of heap against t, 60 points, heap from 20 to 92.`
 *
 * @param drawn rows that Vega drew, after all transforms; by default the rows of the specification
 */
export function summarizeSpec(spec: VegaLiteSpec, drawn?: readonly DataRow[]): string {
  const rows = drawn ?? allRows(spec);
  const points = say("points", { n: rows.length });
  const view = mainView(spec);
  if (view === undefined) return sentence(capitalize(rows.length === 0 ? say("chart") : say("chartOf", { points })));
  const { encoding, mark } = view;
  // In a horizontal bar chart, x shows the measured quantity.
  const isMeasure = (channel: unknown): boolean =>
    isRecord(channel) && (channel["type"] === "quantitative" || channel["aggregate"] !== undefined);
  const horizontal = isMeasure(encoding["x"]) && isRecord(encoding["y"]) && !isMeasure(encoding["y"]);
  const titles = [encoding["x"], encoding["y"] ?? encoding["theta"]].map(titleOf);
  const [x, y] = horizontal ? titles.reverse() : titles;
  const what = x !== undefined && y !== undefined ? say("against", { y, x }) : (y ?? x);
  const chart = what === undefined ? nameMark(mark) : say("chartSubject", { chart: nameMark(mark), what });
  const by = titleOf(encoding["color"] ?? encoding["stroke"] ?? encoding["fill"]);
  const ranges = [rangeOf(encoding["x"], rows), rangeOf(encoding["y"] ?? encoding["theta"], rows)].filter(
    (range) => range !== undefined,
  );
  const parts = [capitalize(by === undefined ? chart : say("chartBy", { chart, field: by }))];
  if (rows.length > 0 || drawn !== undefined) parts.push(points);
  // The sentence gives only the range of the measured quantity, which matters more than the range of positions.
  const [last] = ranges.slice(-1);
  if (last !== undefined) parts.push(last);
  return sentence(join(parts, "comma"));
}

/** Lists names as in a sentence, each in code font. */
export function listCode(names: readonly string[]): string {
  return sayList(names.map((name) => `\`${name}\``));
}
