import { inspect } from "node:util";
import type { Better } from "../model/metrics.ts";
import type { ReadyChart } from "../model/ready-charts.ts";
import type { MimeBundle } from "../model/values.ts";
import { currentTrial } from "./measuring/current-trial.ts";

/** Key of the method by which an object defines how it is shown (the convention of Deno's Jupyter kernel). */
const JUPYTER_DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/** One row of a table, by column. */
export type Row = Readonly<Record<string, unknown>>;
/** A Vega-Lite specification. */
export type ChartSpec = Readonly<Record<string, unknown>>;

/** Sends a MIME bundle to the parent as an output. @param name name of the table in the cell's result, for a table */
export function show(data: MimeBundle, name?: string): void {
  const trial = currentTrial();
  if (trial === undefined) {
    process.stdout.write(`${inspect(data)}\n`);
    return;
  }
  // The numbers of bytes printed so far tell the parent where this output belongs among the lines of stdout and stderr.
  const stdoutBytes = process.stdout.bytesWritten;
  const stderrBytes = process.stderr.bytesWritten;
  trial.send({ type: "display", data, stdoutBytes, stderrBytes, ...(name === undefined ? {} : { name }) });
}

/**
 * Shows a value in the report: a string as it is, an object with a `Symbol.for("Jupyter.display")` method as the MIME bundle that
 * the method returns, and any other value as `util.inspect` prints it. With `{ raw: true }` the value is a MIME bundle itself, as
 * in IPython: `display({ "text/html": "<b>bold</b>" }, { raw: true })`.
 */
export function display(value: unknown, options: { readonly raw?: boolean } = {}): void {
  if (options.raw === true) show(value as MimeBundle);
  else if (typeof value === "string") show({ "text/plain": value });
  else if (typeof value === "object" && value !== null && JUPYTER_DISPLAY in value) {
    show((value as { [JUPYTER_DISPLAY](): MimeBundle })[JUPYTER_DISPLAY]());
  } else show({ "text/plain": inspect(value) });
}

/** Data that `display()` shows under a MIME type of their own. */
export type Displayable<Data> = Data & { readonly [JUPYTER_DISPLAY]: () => MimeBundle };

/** Adds a method to data by which `display()` shows the data under this MIME type. Changes and returns `data`. */
export function displayable<Data extends object>(type: string, data: Data): Displayable<Data> {
  // Not enumerable, because the method is not part of the data.
  return Object.defineProperty(data, JUPYTER_DISPLAY, { value: () => ({ [type]: data }) }) as Displayable<Data>;
}

/**
 * Shows a chart: a Vega-Lite specification, or a ready chart of this library.
 * @throws TypeError if the chart contains NaN, Infinity or a BigInt, which no axis can show
 */
export function chart(spec: ChartSpec | ReadyChart): void {
  checkNumbers(spec, "");
  const ready = typeof (spec as { chart?: unknown }).chart === "string";
  show({ [ready ? "application/vnd.heapbook.chart+json" : "application/vnd.vegalite.v5+json"]: spec });
}

/**
 * Throws a TypeError for NaN, Infinity and BigInt, which JSON cannot hold.
 * @param path path to `value` within the chart
 */
function checkNumbers(value: unknown, path: string): void {
  if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) {
    const mend = typeof value === "bigint" ? "Use Number(value)." : "Use null for a missing number.";
    throw new TypeError(`chart(): ${path} is ${typeof value === "bigint" ? "a BigInt" : value}. ${mend}`);
  }
  if (typeof value !== "object" || value === null) return;
  const isList = Array.isArray(value);
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === "string") continue;
    checkNumbers(inner, isList ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`);
  }
}

/** Shows Markdown as part of the report's text. */
export function markdown(text: string): void {
  show({ "text/markdown": text });
}

export interface MetricOptions {
  /** `B`, `ms`, `count`, `%`, `ratio`, or any other unit. Default `count`. */
  readonly unit?: string;
  /** Which direction is an improvement. Default `neither`. */
  readonly better?: Better;
}

/**
 * Reports a number as a metric of the cell's own, with the statistics, tables and charts of built-in metrics.
 * @throws TypeError for a value that is not a finite number
 */
export function metric(name: string, value: number, options: MetricOptions = {}): void {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new TypeError(`metric("${name}"): the value must be a finite number, not ${String(value)}`);
  }
  const { unit = "count", better = "neither" } = options;
  currentTrial()?.send({ type: "metric", reading: { id: name, region: "", value, unit, better } });
}
