import type { MetricSummary } from "../model/metrics.ts";
import type { ChartMetric, ChartValue, LeftOut, ReadyChart } from "../model/ready-charts.ts";
import type { ResultVariant } from "../model/result-module.ts";
import {
  type Measured,
  metricsOf,
  nameValue,
  parameter,
  parameterNames,
  type Result,
  unknownName,
  variantNames,
  variantsOf,
  withMetric,
  withoutMetric,
} from "./variants.ts";

type ChartNamed<Name extends ReadyChart["chart"]> = Extract<ReadyChart, { readonly chart: Name }>;

export interface MetricBarsOptions {
  /** Parameter that gives the colour. Default: a colour for each variant, for up to six variants. */
  readonly by?: string;
  /** Title of the axis instead of the metric's own label. */
  readonly label?: string;
}

export interface MetricLineOptions {
  /** Numeric parameter along the horizontal axis. */
  readonly x: string;
  /** Parameter that makes the lines. Default: all other parameters in which the variants differ. */
  readonly by?: string;
  /** Title of the axis instead of the parameter's name: `semi-space, MB`. */
  readonly label?: string;
  /** Whether the axis is logarithmic: 1, 2, 4, 8 … at equal distances. Default `false`. */
  readonly logarithmic?: boolean;
}

export interface TimeSpaceOptions {
  /** Metric along the vertical axis. Default `wallTime`. */
  readonly time?: string;
  /** Metric along the horizontal axis. Default `peakRss`. */
  readonly space?: string;
  /** Parameter that gives the colour. Default: one colour. */
  readonly by?: string;
}

export interface PeaksOptions {
  /** Peaks from another source, in bytes, by the name of the variant: `{ saved: 46_826_457 }`. */
  readonly recorded?: Readonly<Record<string, number>>;
  /** Label of the peaks in `recorded`, such as `recorded in 2021`. Default `recorded`. */
  readonly recordedLabel?: string;
  /** Region whose peaks are drawn. Default: the unnamed or only region. */
  readonly region?: string;
}

export interface SideBySideOptions {
  /** Parameter whose values stand side by side. Default `runtime`. */
  readonly by?: string;
  /** Title of the axis instead of the metric's own label. */
  readonly label?: string;
}

const MOST_COLOURS = 6;

/**
 * Used heap over time, garbage included, with a line for each variant: `chart(heapTimeline(walks))`.
 * The measured cell needs the probe `gc`.
 * @throws Error for a result without the probe `gc`
 */
export function heapTimeline(result: Result): ChartNamed<"heap-timeline"> {
  return { chart: "heap-timeline", ...collectedRuns(result, "heapTimeline") };
}

/**
 * Used heap over time by V8's spaces, stacked, with a panel for each variant: `chart(heapSpaces(walks))`.
 * The measured cell needs the probe `gc`.
 * @throws Error for a result without the probe `gc`
 */
export function heapSpaces(result: Result): ChartNamed<"heap-spaces"> {
  return { chart: "heap-spaces", ...collectedRuns(result, "heapSpaces") };
}

function collectedRuns(result: Result, chart: string): Pick<ChartNamed<"heap-timeline">, "runs" | "leftOut"> {
  const { variants, nameOf, leftOut } = collectedVariants(result, chart);
  const runs = variants.flatMap((variant) => {
    const { collections, regionHeaps } = variant;
    // Times count from the start of a region, so the chart draws each region separately.
    const regions = [...new Set([...regionHeaps, ...collections].map(({ region }) => region))];
    if (regions.length === 0) return [{ series: nameOf(variant), collections }];
    return regions.map((region) => {
      const parts = regions.length === 1 ? [nameOf(variant)] : [nameOf(variant), region];
      const [heap, ...others] = regionHeaps.filter((one) => one.region === region);
      return {
        series: parts.filter((part) => part !== "").join(", "),
        collections: collections.filter((collection) => collection.region === region),
        ...(heap === undefined || others.length > 0 ? {} : { heap }),
      };
    });
  });
  return { runs, ...leftOut };
}

/**
 * One metric as bars with intervals, a row for each variant: `chart(metricBars(walks, "peakLive"))`.
 * @throws Error for an unknown metric or parameter
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
  const leftOut = noteLeftOut(withoutMetric(variants, measured, metricId));
  return { chart: "metric-bars", metric: { ...metric, label: options.label ?? metric.label }, rows, ...leftOut };
}

/**
 * Peak live memory as bars, a row for each variant: `chart(peaks(walks, { recorded: { saved: 46_826_457 } }))`.
 * Brackets mark the lower and upper bound of a peak where the chart can show them apart. A note below the chart names
 * variants whose peak has no bounds. The measured cell needs the probe `peak`.
 * @throws Error for a result without peaks, and for an unknown variant in `recorded`
 */
export function peaks(result: Result, options: PeaksOptions = {}): ChartNamed<"peaks"> {
  const { recorded = {}, recordedLabel = "recorded", region } = options;
  const prefix = region === undefined ? "" : `${region}.`;
  const variants = variantsOf(result);
  const peakId = `${prefix}peakLive`;
  const measured = withMetric(variants, peakId);
  const nameOf = variantNames(variants);
  const seriesOf = ownColour(variants, nameOf);
  const rows = measured.map(({ variant, summary }) => {
    const name = nameOf(variant);
    const { mode, low, high } = summary;
    return {
      name,
      series: seriesOf(variant),
      bracket: mode === "bounds" ? { low, high } : null,
      recorded: recorded[name] ?? null,
      ...toValue(summary),
    };
  });
  for (const name of Object.keys(recorded)) {
    const names = new Set(variants.map(nameOf));
    if (!names.has(name)) throw new Error(unknownName("variant", name, names));
  }
  const leftOut = noteLeftOut(withoutMetric(variants, measured, peakId));
  return { chart: "peaks", metric: toMetric(measured), recordedLabel, rows, ...leftOut };
}

/**
 * One metric as points with intervals, a row for each variant: `chart(metricDots(sweep, "wallTime"))`. For many variants, and for
 * differences too small to see in bars from zero.
 * @throws Error for an unknown metric or parameter
 */
export function metricDots(
  result: Result,
  metricId: string,
  options: MetricBarsOptions = {},
): ChartNamed<"metric-dots"> {
  return { ...metricBars(result, metricId, options), chart: "metric-dots" };
}

/**
 * One metric side by side for the values of one parameter, with the change from the first value, in a block for each combination
 * of the other parameters. `chart(sideBySide(walks, "peakLive"))` compares runtimes, `{ by: "walks" }` another parameter.
 * @throws Error for an unknown metric or parameter
 */
export function sideBySide(
  result: Result,
  metricId: string,
  options: SideBySideOptions = {},
): ChartNamed<"metric-groups"> {
  const { by = "runtime" } = options;
  const variants = variantsOf(result);
  const measured = withMetric(variants, metricId);
  const groupOf = variantNames(variants, [by]);
  const rows = measured.map(({ variant, summary }) => {
    const value = parameter(variants, variant, by);
    const bounds = summary.mode === "bounds" ? { bounds: true } : {};
    return { group: groupOf(variant), side: nameValue(by, value), ...bounds, ...toValue(summary) };
  });
  const metric = toMetric(measured);
  return {
    chart: "metric-groups",
    metric: { ...metric, label: options.label ?? metric.label },
    side: by,
    rows,
    ...noteLeftOut(withoutMetric(variants, measured, metricId)),
  };
}

/**
 * One metric against a numeric parameter: `chart(metricLine(sweep, "pauseMax", { x: "semi", logarithmic: true }))`.
 * @throws Error for an unknown metric or parameter, and for an `x` whose values are not numbers
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
  const leftOut = noteLeftOut(withoutMetric(variants, measured, metricId));
  return { chart: "metric-line", metric: toMetric(measured), x: { label, logarithmic }, rows, ...leftOut };
}

/**
 * Time against space, a point for each variant, with a line through the variants that no other beats in both (the Pareto front):
 * `chart(timeSpace(sweep))`.
 * @throws Error for an unknown metric or parameter
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
  const leftOut = noteLeftOut([...withoutMetric(variants, times, time), ...withoutMetric(variants, spaces, space)]);
  return { chart: "time-space", time: toMetric(times), space: toMetric(spaces), rows, ...leftOut };
}

/**
 * Histogram of collection pauses, with a panel for each variant: `chart(pauseHistogram(walks))`.
 * The measured cell needs the probe `gc`.
 * @throws Error for a result without the probe `gc`
 */
export function pauseHistogram(result: Result): ChartNamed<"pause-histogram"> {
  const { variants, nameOf, leftOut } = collectedVariants(result, "pauseHistogram");
  const runs = variants.map((variant) => ({
    series: nameOf(variant),
    pauses: [
      ...variant.collections.map(({ kind, pauseMs }) => ({ kind, pauseMs })),
      ...variant.markingSteps.map(({ pauseMs }) => ({ kind: "incremental-marking" as const, pauseMs })),
    ],
  }));
  return { chart: "pause-histogram", runs, ...leftOut };
}

/**
 * The variants that ran under the probe `gc`, with or without collections, and those that did not.
 * @throws Error where no variant ran under the probe `gc`
 */
function collectedVariants(result: Result, chart: string) {
  const all = variantsOf(result);
  const nameOf = variantNames(all);
  const variants = all.filter(wasCollected);
  if (variants.length === 0)
    throw new Error(`${chart}: no collections were recorded. Add \`probes: [gc]\` to the measured cell.`);
  const others = all.filter((variant) => !wasCollected(variant));
  const left = others.map((variant): LeftOut => ({ name: nameOf(variant), why: "unmeasured", metric: "collections" }));
  return { variants, nameOf, leftOut: noteLeftOut(left) };
}

function wasCollected(variant: ResultVariant): boolean {
  const ids = [...metricsOf(variant).keys()];
  return variant.collections.length > 0 || ids.some((id) => id === "collections" || id.endsWith(".collections"));
}

function noteLeftOut(leftOut: readonly LeftOut[]): { readonly leftOut?: readonly LeftOut[] } {
  return leftOut.length === 0 ? {} : { leftOut };
}

function toMetric([first]: readonly Measured[]): ChartMetric {
  return { label: first?.summary.label ?? "", unit: first?.summary.unit ?? "" };
}

function toValue({ value, low, high }: MetricSummary): ChartValue {
  return { value, low, high };
}

function numberOf(variants: readonly ResultVariant[], variant: ResultVariant, name: string): number {
  const value = parameter(variants, variant, name);
  if (typeof value === "number") return value;
  throw new Error(
    `metricLine: the parameter \`${name}\` is ${JSON.stringify(value)}, not a number. Pass it as \`by\`, or use metricBars.`,
  );
}

function ownColour(
  variants: readonly ResultVariant[],
  nameOf: (variant: ResultVariant) => string,
): (variant: ResultVariant) => string {
  return variants.length > 1 && variants.length <= MOST_COLOURS ? nameOf : () => "";
}
