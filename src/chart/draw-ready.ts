import { formatSignedBytes } from "../analysis/format.ts";
import type { ChartMetric, ReadyChart } from "../model/ready-charts.ts";
import { EN } from "../words/en.ts";
import { nameMetric } from "../words/metric-names.ts";
import { say } from "../words/say.ts";
import { checkCategories } from "./category-limits.ts";
import type { DrawingOptions } from "./draw-anew.ts";
import { flameGraph } from "./kinds/flame-graph.ts";
import { heapSpaces } from "./kinds/heap-spaces.ts";
import { heapTimeline } from "./kinds/heap-timeline.ts";
import { lineDifference } from "./kinds/line-difference.ts";
import { metricBars } from "./kinds/metric-bars.ts";
import { metricDots } from "./kinds/metric-dots.ts";
import { metricGroups } from "./kinds/metric-groups.ts";
import { metricLine } from "./kinds/metric-line.ts";
import { pauseHistogram } from "./kinds/pause-histogram.ts";
import { peaks } from "./kinds/peaks.ts";
import { timeSpace } from "./kinds/time-space.ts";
import { type ChartWidth, TOTAL_WIDTH_PX } from "./layout/chart-frame.ts";
import { describeLeftOut } from "./left-out.ts";
import type { ChartName } from "./ready.ts";
import type { ChartKind, DrawnChart, SeriesColours } from "./types.ts";
import { withHouseConfig } from "./vega/author-spec.ts";
import { drawSpec } from "./vega/draw-spec.ts";
import { idPrefix, inlineSvg, svgDocument, tidySvg } from "./vega/svg-tidy.ts";

type ChartNamed<Name extends ChartName> = Extract<ReadyChart, { readonly chart: Name }>;

const KINDS: { readonly [Name in ChartName]: ChartKind<ChartNamed<Name>> } = {
  "heap-timeline": heapTimeline,
  "metric-bars": metricBars,
  "metric-line": metricLine,
  "time-space": timeSpace,
  "pause-histogram": pauseHistogram,
  "heap-spaces": heapSpaces,
  peaks,
  "metric-dots": metricDots,
  "metric-groups": metricGroups,
  "line-difference": lineDifference,
  "flame-graph": flameGraph,
};

function kindOf<Name extends ChartName>(chart: ChartNamed<Name>): ChartKind<ChartNamed<Name>> {
  return KINDS[chart.chart as Name];
}

/** Draws a ready chart at both widths. */
export async function drawReadyChart(given: ReadyChart, options: DrawingOptions): Promise<DrawnChart> {
  checkCategories(given, options);
  const chart = namedInWords(given);
  const kind = kindOf(chart);
  const colours = assignColours(kind.series(chart), options.colours);
  const wide = await drawAt(chart, "wide", colours, options.name);
  const narrow = await drawAt(chart, "narrow", colours, options.name);
  return {
    wide: wide.inline,
    narrow: narrow.inline,
    standalone: svgDocument(wide.tidy),
    spec: wide.spec,
    data: kind.data(chart),
    summary: kind.summarize(chart),
    notes: notesOf(chart),
    warnings: [],
  };
}

/** Sentences about what the chart does not draw: variants without a value, and lines that are not among the first. */
function notesOf(chart: ReadyChart): readonly string[] {
  const others = chart.chart === "line-difference" ? chart.others : undefined;
  return [
    ...(chart.leftOut === undefined ? [] : [describeLeftOut(chart.leftOut)]),
    ...(others === undefined
      ? []
      : [say("otherLinesDiffer", { n: others.lines, bytes: formatSignedBytes(others.bytes) })]),
  ];
}

async function drawAt(chart: ReadyChart, width: ChartWidth, colours: SeriesColours, name: string) {
  const drawing = kindOf(chart).draw(chart, width, colours);
  const spec = withHouseConfig(drawing.spec);
  const { svg } = await drawSpec(spec, (message) => new Error(`Vega rejects the chart ${chart.chart}: ${message}`));
  const tidy = tidySvg(svg, {
    prefix: idPrefix(name, width),
    minimumWidthPx: TOTAL_WIDTH_PX[width],
    heightPx: drawing.heightPx,
  });
  const { svg: inline, strayColours } = inlineSvg(tidy);
  if (strayColours.length > 0)
    throw new Error(`The chart ${chart.chart} has colours outside the palette: ${strayColours.join(", ")}`);
  return { spec, tidy, inline };
}

/** Copies the chart with the labels of built-in metrics translated to the language of the page. */
function namedInWords(chart: ReadyChart): ReadyChart {
  const named = <Metric extends ChartMetric>(metric: Metric): Metric => ({
    ...metric,
    label: nameMetric(metric.label),
  });
  if (chart.chart === "time-space") return { ...chart, time: named(chart.time), space: named(chart.space) };
  if (!("metric" in chart)) return chart;
  if (chart.chart !== "peaks") return { ...chart, metric: named(chart.metric) };
  const recordedLabel = chart.recordedLabel === EN.recorded ? say("recorded") : chart.recordedLabel;
  return { ...chart, metric: named(chart.metric), recordedLabel };
}

/** Assigns a colour index to each series: the report's colour if given, otherwise the first free colour. */
function assignColours(series: readonly string[], given: SeriesColours | undefined): SeriesColours {
  const colours = new Map<string, number>();
  const taken = new Set(given?.values() ?? []);
  let next = 0;
  for (const name of new Set(series)) {
    const fixed = given?.get(name);
    if (fixed === undefined) {
      while (taken.has(next)) next += 1;
      taken.add(next);
    }
    colours.set(name, fixed ?? next);
  }
  return colours;
}
