import type {
  ChartMetric,
  ChartValue,
  MetricSummary,
  ReadyChart,
  ResultModule,
  ResultVariant,
  Scalar,
} from "../protocol.ts";

/** A result as `import walks from "result:walks"` gives it, or variants of one that `select` chose. */
type Result = ResultModule | readonly ResultVariant[];
type ChartNamed<Name extends ReadyChart["chart"]> = Extract<ReadyChart, { readonly chart: Name }>;

export interface MetricBarsOptions {
  /** The parameter that gives the colour; by default each variant has its own, as far as there are six. */
  readonly by?: string;
  /** Title of the axis instead of the metric's own label. */
  readonly label?: string;
}

export interface MetricLineOptions {
  /** The numeric parameter along the axis. */
  readonly x: string;
  /** The parameter that makes the lines; by default all others that differ do. */
  readonly by?: string;
  /** Title of the axis instead of the parameter's name: `semi-space, MB`. */
  readonly label?: string;
  /** Whether the axis is logarithmic: 1, 2, 4, 8 … stand equally far apart. Default `false`. */
  readonly logarithmic?: boolean;
}

export interface TimeSpaceOptions {
  /** Metric along the upright axis. Default `wallTime`. */
  readonly time?: string;
  /** Metric along the other. Default `peakRss`. */
  readonly space?: string;
  /** The parameter that gives the colour. */
  readonly by?: string;
}

const MOST_COLOURS = 6;

/**
 * Used heap over time, garbage included, a line for each variant: `chart(heapTimeline(walks))`.
 * The cell measured needs the probe `gc`.
 */
export function heapTimeline(result: Result): ChartNamed<"heap-timeline"> {
  const variants = collectedVariants(result, "heapTimeline");
  const nameOf = variantNames(variants);
  const runs = variants.flatMap((variant) => {
    const regions = [...new Set(variant.collections.map((collection) => collection.region))];
    // Times count from the start of a region, so regions are runs of their own.
    if (regions.length < 2) return [{ series: nameOf(variant), collections: variant.collections }];
    return regions.map((region) => ({
      series: [nameOf(variant), region].filter((part) => part !== "").join(", "),
      collections: variant.collections.filter((collection) => collection.region === region),
    }));
  });
  return { chart: "heap-timeline", runs };
}

/**
 * One metric as bars, a row for each variant, with its interval: `chart(metricBars(walks, "peakLive"))`.
 * @throws Error for a metric or a parameter that the result does not have.
 */
export function metricBars(
  result: Result,
  metricId: string,
  options: MetricBarsOptions = {},
): ChartNamed<"metric-bars"> {
  const variants = variantsOf(result);
  const measured = withMetric(variants, metricId);
  const nameOf = variantNames(variants);
  const seriesOf = options.by === undefined ? ownColour(variants, nameOf) : parameterNames(variants, options.by);
  const rows = measured.map(({ variant, summary }) => ({
    name: nameOf(variant),
    series: seriesOf(variant),
    ...toValue(summary),
  }));
  const metric = toMetric(measured);
  return { chart: "metric-bars", metric: { ...metric, label: options.label ?? metric.label }, rows };
}

/** The peak live memory of each variant as bars: `chart(peaks(walks))`. The cell measured needs the probe `peak`. */
export function peaks(result: Result): ChartNamed<"metric-bars"> {
  return metricBars(result, "peakLive");
}

/**
 * One metric against a numeric parameter: `chart(metricLine(sweep, "pauseMax", { x: "semi", logarithmic: true }))`.
 * @throws Error for a metric or a parameter that the result does not have, and for an `x` that is not a number.
 */
export function metricLine(result: Result, metricId: string, options: MetricLineOptions): ChartNamed<"metric-line"> {
  const { x, by, label = x, logarithmic = false } = options;
  const variants = variantsOf(result);
  const measured = withMetric(variants, metricId);
  const seriesOf = by === undefined ? variantNames(variants, [x]) : parameterNames(variants, by);
  const rows = measured.map(({ variant, summary }) => ({
    x: numberOf(variants, variant, x),
    series: seriesOf(variant),
    ...toValue(summary),
  }));
  return { chart: "metric-line", metric: toMetric(measured), x: { label, logarithmic }, rows };
}

/**
 * What each variant pays in time and in space, and which no other beats in both: `chart(timeSpace(sweep))`.
 * @throws Error for a metric or a parameter that the result does not have.
 */
export function timeSpace(result: Result, options: TimeSpaceOptions = {}): ChartNamed<"time-space"> {
  const { time = "wallTime", space = "peakRss", by } = options;
  const variants = variantsOf(result);
  const times = withMetric(variants, time);
  const spaces = withMetric(variants, space);
  const nameOf = variantNames(variants);
  const seriesOf = by === undefined ? () => "" : parameterNames(variants, by);
  const rows = times.flatMap(({ variant, summary }) => {
    const other = spaces.find((one) => one.variant === variant)?.summary;
    return other === undefined
      ? []
      : [{ name: nameOf(variant), series: seriesOf(variant), time: toValue(summary), space: toValue(other) }];
  });
  return { chart: "time-space", time: toMetric(times), space: toMetric(spaces), rows };
}

/**
 * How long collections stopped the program, a panel for each variant: `chart(pauseHistogram(walks))`.
 * The cell measured needs the probe `gc`.
 */
export function pauseHistogram(result: Result): ChartNamed<"pause-histogram"> {
  const variants = collectedVariants(result, "pauseHistogram");
  const nameOf = variantNames(variants);
  const runs = variants.map((variant) => ({
    series: nameOf(variant),
    pauses: variant.collections.map(({ kind, pauseMs }) => ({ kind, pauseMs })),
  }));
  return { chart: "pause-histogram", runs };
}

function variantsOf(result: Result): readonly ResultVariant[] {
  return "variants" in result ? result.variants : result;
}

/** A program without a collection is a finding; a cell that did not look for any is a mistake. */
function collectedVariants(result: Result, chart: string): readonly ResultVariant[] {
  const variants = variantsOf(result);
  const looked = variants.some((variant) => variant.collections.length > 0 || metricsOf(variant).has("collections"));
  if (!looked) throw new Error(`${chart}: no collections were recorded; add \`probes: [gc]\` to the cell measured`);
  return variants;
}

/** Metrics by the names they are asked for: `peakLive`, and `load.peakLive` in the region `load`. */
function metricsOf(variant: ResultVariant): ReadonlyMap<string, MetricSummary> {
  const named = Object.entries(variant.regions).flatMap(([region, metrics]) =>
    Object.entries(metrics).map(([id, summary]): [string, MetricSummary] => [
      region === "" ? id : `${region}.${id}`,
      summary,
    ]),
  );
  return new Map([...named, ...Object.entries(variant.metrics)]);
}

interface Measured {
  readonly variant: ResultVariant;
  readonly summary: MetricSummary;
}

function withMetric(variants: readonly ResultVariant[], id: string): readonly Measured[] {
  const measured = variants.flatMap((variant): readonly Measured[] => {
    const summary = metricsOf(variant).get(id);
    return summary === undefined ? [] : [{ variant, summary }];
  });
  if (measured.length === 0)
    throw unknown("metric", id, new Set(variants.flatMap((variant) => [...metricsOf(variant).keys()])));
  return measured;
}

function toMetric([first]: readonly Measured[]): ChartMetric {
  return { label: first?.summary.label ?? "", unit: first?.summary.unit ?? "" };
}

function toValue({ value, low, high }: MetricSummary): ChartValue {
  return { value, low, high };
}

function parameter(variants: readonly ResultVariant[], variant: ResultVariant, name: string): Scalar {
  const value = variant.params[name];
  if (value === undefined)
    throw unknown("parameter", name, new Set(variants.flatMap((one) => Object.keys(one.params))));
  return value;
}

function numberOf(variants: readonly ResultVariant[], variant: ResultVariant, name: string): number {
  const value = parameter(variants, variant, name);
  if (typeof value === "number") return value;
  throw new Error(
    `metricLine: the parameter "${name}" is not a number but ${JSON.stringify(value)}; give it as \`by\`, or draw metricBars`,
  );
}

/** A word speaks for itself, `16` does not. */
function nameValue(name: string, value: Scalar): string {
  return typeof value === "string" ? value : `${name} = ${value}`;
}

function parameterNames(variants: readonly ResultVariant[], name: string): (variant: ResultVariant) => string {
  return (variant) => nameValue(name, parameter(variants, variant, name));
}

/** Names variants by the parameters in which they differ: `saved`, or `walks = saved, semi = 16` where several do. */
function variantNames(
  variants: readonly ResultVariant[],
  except: readonly string[] = [],
): (variant: ResultVariant) => string {
  const names = [...new Set(variants.flatMap((variant) => Object.keys(variant.params)))];
  const differing = names.filter(
    (name) => !except.includes(name) && new Set(variants.map((variant) => variant.params[name])).size > 1,
  );
  const [only] = differing;
  return (variant) => {
    const given = differing.flatMap((name): [string, Scalar][] => {
      const value = variant.params[name];
      return value === undefined ? [] : [[name, value]];
    });
    if (only !== undefined && differing.length === 1)
      return given.map(([name, value]) => nameValue(name, value)).join("");
    return given.map(([name, value]) => `${name} = ${value}`).join(", ");
  };
}

function ownColour(
  variants: readonly ResultVariant[],
  nameOf: (variant: ResultVariant) => string,
): (variant: ResultVariant) => string {
  return variants.length > 1 && variants.length <= MOST_COLOURS ? nameOf : () => "";
}

function unknown(what: string, name: string, known: ReadonlySet<string>): Error {
  const there = [...known];
  if (there.length === 0) return new Error(`there is no ${what} "${name}": the result has none`);
  const nearest = there.reduce((best, one) => (editDistance(name, one) < editDistance(name, best) ? one : best));
  return new Error(`there is no ${what} "${name}"; did you mean "${nearest}"? There are: ${there.join(", ")}`);
}

/** Levenshtein's distance, a row at a time; nothing is imported into a measured process. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
