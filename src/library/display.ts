import { inspect } from "node:util";
import type { Better } from "../model/metrics.ts";
import type { ReadyChart } from "../model/ready-charts.ts";
import type { MimeBundle } from "../model/values.ts";
import { currentTrial } from "./current-trial.ts";

/** Objects with this method say themselves how they are shown (the convention of Deno's Jupyter kernel). */
const JUPYTER_DISPLAY: unique symbol = Symbol.for("Jupyter.display");

export type Row = Readonly<Record<string, unknown>>;
/** A Vega-Lite specification. */
export type ChartSpec = Readonly<Record<string, unknown>>;

function show(data: MimeBundle, name?: string): void {
  const trial = currentTrial();
  if (trial === undefined) {
    process.stdout.write(`${inspect(data)}\n`);
    return;
  }
  // How much was printed so far tells the parent where this output stands between the lines of stdout.
  const stdoutBytes = process.stdout.bytesWritten;
  const stderrBytes = process.stderr.bytesWritten;
  trial.send({ type: "display", data, stdoutBytes, stderrBytes, ...(name === undefined ? {} : { name }) });
}

/**
 * Shows a value in the report: text as it is, an object as `util.inspect` prints it, an object with a
 * `Symbol.for("Jupyter.display")` method as that method says. With `{ raw: true }` the value is a bundle of
 * representations by MIME type, as in IPython: `display({ "text/html": "<b>bold</b>" }, { raw: true })`.
 */
export function display(value: unknown, options: { readonly raw?: boolean } = {}): void {
  if (options.raw === true) show(value as MimeBundle);
  else if (typeof value === "string") show({ "text/plain": value });
  else if (typeof value === "object" && value !== null && JUPYTER_DISPLAY in value) {
    show((value as { [JUPYTER_DISPLAY](): MimeBundle })[JUPYTER_DISPLAY]());
  } else show({ "text/plain": inspect(value) });
}

/** Data that `display` shows in a form of its own. */
export type Displayable<Data> = Data & { readonly [JUPYTER_DISPLAY]: () => MimeBundle };

/** The data, shown as what the MIME type says. */
export function displayable<Data extends object>(type: string, data: Data): Displayable<Data> {
  // Not enumerable: it is no part of the data.
  return Object.defineProperty(data, JUPYTER_DISPLAY, { value: () => ({ [type]: data }) }) as Displayable<Data>;
}

/**
 * Shows rows as a table. The rows are part of the cell's result, under `name` (`table` where none is given), for other
 * cells and for `vega-lite` cells.
 */
export function table(
  rows: Iterable<Row>,
  options: { readonly name?: string; readonly columns?: readonly string[] } = {},
): void {
  const name = options.name ?? "table";
  const columns = options.columns === undefined ? {} : { columns: options.columns };
  show({ "application/vnd.heapbook.table+json": { name, rows: [...rows], ...columns } }, name);
}

/** Shows a chart: a Vega-Lite specification, or one of the ready charts of this library. */
export function chart(spec: ChartSpec | ReadyChart): void {
  const ready = typeof (spec as { chart?: unknown }).chart === "string";
  show({ [ready ? "application/vnd.heapbook.chart+json" : "application/vnd.vegalite.v5+json"]: spec });
}

/** Shows Markdown as part of the report's text. */
export function markdown(text: string): void {
  show({ "text/markdown": text });
}

export interface MetricOptions {
  /** `B`, `ms`, `count`, `%`, `ratio`, or one of your own. Default `count`. */
  readonly unit?: string;
  /** Which direction is an improvement. Default `neither`. */
  readonly better?: Better;
}

/** Reports a number of the cell's own as a metric, with the statistics, tables and charts of the others. */
export function metric(name: string, value: number, options: MetricOptions = {}): void {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new TypeError(`metric("${name}"): the value must be a finite number, not ${String(value)}`);
  }
  const { unit = "count", better = "neither" } = options;
  currentTrial()?.send({ type: "metric", reading: { id: name, region: "", value, unit, better } });
}
