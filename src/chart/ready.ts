import type { ReadyChart } from "../model/ready-charts.ts";
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
import type { ChartDrawing, ChartKind, ChartWidth, SeriesColours } from "./layout/frame.ts";
import type { ChartData } from "./types.ts";

type ChartName = ReadyChart["chart"];
type ChartNamed<Name extends ChartName> = Extract<ReadyChart, { readonly chart: Name }>;

/** Every chart that Heapbook draws from results. */
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

/** Whether what a cell gave to `chart()` is one of ours rather than a Vega-Lite specification. */
export function isReadyChart(value: object): value is ReadyChart {
  return "chart" in value && typeof value.chart === "string" && Object.hasOwn(KINDS, value.chart);
}

/** The specification and the height of one drawing; `colours` that the report gave win over the order of appearance. */
export function drawReady(chart: ReadyChart, width: ChartWidth, colours: SeriesColours | undefined): ChartDrawing {
  const kind = kindOf(chart);
  return kind.draw(chart, width, assignColours(kind.series(chart), colours));
}

export function readyData(chart: ReadyChart): ChartData {
  return kindOf(chart).data(chart);
}

export function summarizeReady(chart: ReadyChart): string {
  return kindOf(chart).summarize(chart);
}

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
