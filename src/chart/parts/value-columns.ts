/** Values of one metric in the table and in the sentence of a chart. */
import { greatest, least } from "d3-array";
import type { ChartMetric, ChartValue } from "../../model/ready-charts.ts";
import { capitalize, join, sentence, withAside, withColon } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { type DisplayUnit, formatIn, titleWithUnit } from "../layout/display-unit.ts";
import type { ChartData } from "../types.ts";

/** Columns of a metric, in the unit of the metric: the value, and unless `exact` both ends of its interval. */
export function valueColumns(key: string, metric: ChartMetric, exact: boolean): ChartData["columns"] {
  const unit = metric.unit === "count" || metric.unit === "ratio" ? "" : metric.unit;
  const title = titleWithUnit(metric.label, { name: unit });
  const value = { key, title, numeric: true };
  if (exact) return [value];
  return [
    value,
    { key: `${key}Low`, title: say("colIntervalFrom"), numeric: true },
    { key: `${key}High`, title: say("to"), numeric: true },
  ];
}

/** The cells of `valueColumns`, rounded to six digits after the point: for a time in ms, to a nanosecond. */
export function valueRow(key: string, value: ChartValue, exact: boolean): ChartData["rows"][number] {
  const round = (number: number): number => Number(number.toFixed(6));
  if (exact) return { [key]: round(value.value) };
  return { [key]: round(value.value), [`${key}Low`]: round(value.low), [`${key}High`]: round(value.high) };
}

/** A listener does not follow more numbers than this in a row. */
const MAXIMUM_SPOKEN = 6;

interface NamedValue {
  readonly name: string;
  readonly value: number;
}

/** A sentence with all values, or with the least and the greatest of more than six. */
export function summarizeValues(label: string, unit: DisplayUnit, rows: readonly NamedValue[]): string {
  const sayValue = ({ name, value }: NamedValue): string => `${name === "" ? "" : `${name} `}${formatIn(unit, value)}`;
  const head = capitalize(label);
  const lowest = least(rows, ({ value }) => value);
  const highest = greatest(rows, ({ value }) => value);
  if (lowest === undefined || highest === undefined) return sentence(withColon(head, say("nothingMeasuredHere")));
  if (rows.length <= MAXIMUM_SPOKEN) return sentence(withColon(head, join(rows.map(sayValue), "comma")));
  return say("ofVariants", {
    metric: head,
    n: rows.length,
    low: withAside(formatIn(unit, lowest.value), lowest.name),
    high: withAside(formatIn(unit, highest.value), highest.name),
  });
}
