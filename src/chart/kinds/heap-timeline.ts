import { greatest, max } from "d3-array";
import type { CollectedRun, ReadyChart } from "../../model/ready-charts.ts";
import { capitalize, join } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { type ChartFrame, type ChartWidth, createFrame } from "../layout/chart-frame.ts";
import { type DisplayUnit, displayUnit, formatIn, inUnit, titleWithUnit } from "../layout/display-unit.ts";
import { boxAround, type Point, segmentsOf } from "../layout/geometry.ts";
import { type LabelRequest, type PlacedLabel, placeLabels } from "../layout/label-placement.ts";
import { spotsAlong, spotsAround } from "../layout/label-spots.ts";
import { type ChartScale, linearScale, pixelScale, pointScale } from "../layout/scale.ts";
import { labelWidth, shortenText } from "../layout/text-metrics.ts";
import { fitTicks, leftPadding } from "../layout/ticks.ts";
import { plotDrawing } from "../parts/chart-specs.ts";
import { collectionLanes, LANE_NAMES_PX, LANES_PX, laneNames } from "../parts/collection-lanes.ts";
import { colourEncoding, xAxis, yAxis } from "../parts/encodings.ts";
import { collectionColumns, heapAxisTitle, heapScale, peakText } from "../parts/heap-axis.ts";
import { type HeapMoment, hasTimes, heapMoments, highestMoment } from "../parts/heap-moments.ts";
import { textLayers } from "../parts/text-layers.ts";
import { thinMoments } from "../parts/thin-moments.ts";
import { INK, INK_2, labelColour, PAPER, seriesColour } from "../theme.ts";
import type { ChartData, ChartDrawing, ChartKind, SeriesColours } from "../types.ts";

type HeapTimeline = Extract<ReadyChart, { readonly chart: "heap-timeline" }>;

/** A point of a line; `x` is a place on the x axis, the used heap is in the display unit. */
interface TimelinePoint {
  readonly series: string;
  readonly x: number;
  readonly heap: number;
}

/** A run of a cell, with its moments and the points that draw them. */
interface TimelineRun {
  readonly run: CollectedRun;
  readonly moments: readonly HeapMoment[];
  readonly points: readonly TimelinePoint[];
}

/** Most full collections marked by hollow points; more points would hide the line. */
const MAXIMUM_MARKED_COMPACTIONS = 30;

const largestBytes = (runs: readonly CollectedRun[]): number =>
  max(runs, (run) => highestMoment(heapMoments(run, false))?.usedBytes ?? 0) ?? 0;

function draw(chart: HeapTimeline, width: ChartWidth, colours: SeriesColours): ChartDrawing {
  const timed = hasTimes(chart.runs);
  const unit = displayUnit("B", [largestBytes(chart.runs)]);
  const runs = chart.runs.map((run): TimelineRun => {
    const moments = heapMoments(run, timed);
    const points = moments.map(({ x, usedBytes }) => ({ series: run.series, x, heap: inUnit(unit, usedBytes) }));
    return { run, moments, points };
  });
  const layout = layOut(runs, timed, width);
  const { frame, xScale, yScale, lanesPx } = layout;
  const lines = runs.map(({ points }) => thinMoments(points, frame.plotWidthPx));
  const peak = greatest(
    runs.flatMap(({ points }) => points),
    ({ heap }) => heap,
  );
  const compactions = runs.flatMap(compactionsOf);
  const marked = compactions.length <= MAXIMUM_MARKED_COMPACTIONS ? compactions.map(({ point }) => point) : [];
  const labels = placeAll({ runs, layout, lines, peak, compactions, marked, unit, colours });

  const bareX = xAxis("x", xScale, heapAxisTitle(timed), frame);
  const x = { ...bareX, axis: { ...(bareX["axis"] as object), offset: lanesPx } };
  const y = yAxis("heap", yScale, titleWithUnit(say("axisUsedHeap"), unit), frame);
  const color = colourEncoding(
    runs.map(({ run }) => run.series),
    colours,
  );
  const hasLanes = lanesPx > 0;
  return plotDrawing(frame, lines.flat(), [
    { mark: { type: "line", interpolate: "linear" }, encoding: { x, y, color, order: null } },
    {
      data: { values: marked },
      mark: { type: "point", size: 26, filled: false, fill: PAPER, strokeWidth: 1.25 },
      encoding: { x, y, stroke: color },
    },
    {
      data: { values: peak === undefined ? [] : [peak] },
      mark: { type: "point", size: 48, stroke: PAPER },
      encoding: { x, y, fill: color },
    },
    ...(hasLanes ? collectionLanes({ runs: chart.runs, timed, xScale, plot: frame }, x, color) : []),
    ...textLayers(hasLanes ? [...labels, ...laneNames(frame.plotHeightPx)] : labels),
  ]);
}

interface TimelineLayout {
  readonly frame: ChartFrame;
  readonly xScale: ChartScale;
  readonly yScale: ChartScale;
  /** Height of the rows below the plot that mark collections, px; 0 without collections. */
  readonly lanesPx: number;
  /** Largest width of a run name, px; longer names are shortened. */
  readonly nameRoom: number;
}

/** Computes frame and scales. Names of runs stand to the right of a wide plot, and inside a narrow one. */
function layOut(runs: readonly TimelineRun[], timed: boolean, width: ChartWidth): TimelineLayout {
  const wide = width === "wide";
  const heaps = runs.flatMap(({ points }) => points.map(({ heap }) => heap));
  const yScale = linearScale(heaps, { zero: true, maximumTicks: 6, nice: true });
  const names = runs.map(({ run }) => run.series).filter((name) => name !== "");
  const lanesPx = runs.every(({ run }) => run.collections.length === 0) ? 0 : LANES_PX;
  const nameRoom = wide ? Math.min(150, max(names, (name) => labelWidth(name, true)) ?? 0) : 110;
  const padding = {
    left: Math.max(lanesPx === 0 ? 0 : LANE_NAMES_PX, leftPadding(yScale.ticks)),
    top: 30,
    right: wide && names.length > 0 ? Math.ceil(nameRoom) + 12 : 14,
    bottom: 44 + lanesPx,
  };
  const frame = createFrame(width, (wide ? 332 : 300) + lanesPx, padding);
  const moments = runs.flatMap((run) => run.moments);
  const room = { lengthPx: frame.plotWidthPx, beyondPx: padding.right, maximumTicks: wide ? 9 : 5 };
  const xScale = fitTicks(room, (maximumTicks) => heapScale(moments, timed, maximumTicks));
  return { frame, xScale, yScale, lanesPx, nameRoom };
}

interface Compaction {
  /** The point at the beginning of the collection. */
  readonly point: TimelinePoint;
  readonly freedBytes: number;
}

/** Full collections (mark-compact) of a run. */
function compactionsOf({ run, moments, points }: TimelineRun): readonly Compaction[] {
  return points.flatMap((point, index) => {
    const moment = moments[index];
    const collection = moment?.event === "before" ? run.collections[moment.collection ?? -1] : undefined;
    if (collection?.kind !== "mark-compact") return [];
    return [{ point, freedBytes: collection.usedBeforeBytes - collection.usedAfterBytes }];
  });
}

interface LabelledTimeline {
  readonly runs: readonly TimelineRun[];
  readonly layout: TimelineLayout;
  readonly lines: readonly (readonly TimelinePoint[])[];
  readonly peak: TimelinePoint | undefined;
  readonly compactions: readonly Compaction[];
  readonly marked: readonly TimelinePoint[];
  readonly unit: DisplayUnit;
  readonly colours: SeriesColours;
}

/**
 * Places the labels, the most important first: the peak, names of runs, the largest full collection, runs without
 * collections.
 */
function placeAll(timeline: LabelledTimeline): readonly PlacedLabel[] {
  const { runs, layout, peak, compactions, marked, unit, colours } = timeline;
  const { frame, xScale, yScale, nameRoom } = layout;
  const place = pointScale(xScale, yScale, frame);
  const pointOf = ({ x, heap }: TimelinePoint): Point => place(x, heap);
  const lines = timeline.lines.map((line) => line.map(pointOf));
  const largest = greatest(compactions, ({ freedBytes }) => freedBytes);
  const requests = [
    ...(peak === undefined ? [] : [peakLabel(formatIn(unit, peak.heap * unit.divisor), pointOf(peak))]),
    ...runs.flatMap(({ run }, index) => nameLabel(run.series, lines[index] ?? [], nameRoom, colours)),
    ...(largest === undefined ? [] : [compactionLabel(pointOf(largest.point))]),
    ...noCollectionsLabel(runs, frame, yScale),
  ];
  return placeLabels(requests, {
    bounds: { left: 0, top: -14, right: frame.plotWidthPx + frame.padding.right, bottom: frame.plotHeightPx },
    boxes: [...(peak === undefined ? [] : [peak]), ...marked].map((point) => boxAround(pointOf(point), 4)),
    segments: lines.flatMap(segmentsOf),
  });
}

function peakLabel(value: string, at: Point): LabelRequest {
  const spots = [
    { x: at.x - 8, y: at.y - 7, align: "right" as const },
    { x: at.x + 8, y: at.y - 7, align: "left" as const },
    ...spotsAround(at, 9),
  ];
  return { text: say("peakOf", { value }), bold: true, colour: INK, spots, near: [at] };
}

function nameLabel(
  series: string,
  line: readonly Point[],
  nameRoom: number,
  colours: SeriesColours,
): readonly LabelRequest[] {
  if (series === "" || line.length === 0) return [];
  const colour = labelColour(seriesColour(colours.get(series) ?? 0));
  return [{ text: shortenText(series, nameRoom, true), bold: true, colour, spots: spotsAlong(line), near: line }];
}

function compactionLabel(at: Point): LabelRequest {
  return { text: "mark-compact", bold: false, colour: INK_2, spots: spotsAround(at, 9) };
}

/** Label that names the runs without collections; stands between two grid lines near the middle of the plot. */
function noCollectionsLabel(
  runs: readonly TimelineRun[],
  { plotWidthPx, plotHeightPx }: ChartFrame,
  yScale: ChartScale,
): readonly LabelRequest[] {
  const without = runs.filter(({ run }) => run.collections.length === 0);
  if (without.length === 0) return [];
  const names = without.map(({ run }) => run.series).filter((name) => name !== "");
  const text = names.length === 0 ? say("noCollections") : say("noCollectionsOf", { names: join(names, "list") });
  const x = plotWidthPx / 2;
  const grid = yScale.ticks.map(pixelScale(yScale, [plotHeightPx, 0]));
  const fromMiddle = (y: number): number => Math.abs(y - plotHeightPx / 2);
  const gaps = grid.slice(1).map((y, index) => (y + (grid[index] ?? y)) / 2);
  const spots = gaps
    .sort((a, b) => fromMiddle(a) - fromMiddle(b))
    .map((y) => ({ x, y: Math.round(y), align: "center" as const }));
  const near = [{ x, y: plotHeightPx / 2 }];
  return [{ text: shortenText(text, plotWidthPx - 8), bold: false, colour: INK_2, spots, near }];
}

/** Table rows: one for each collection, and one for each end of the region if known. */
function rowsOf({ collections, heap }: CollectedRun): ChartData["rows"] {
  const rows = collections.map((collection, index) => ({
    collection: index + 1,
    kind: collection.kind,
    timeMs: collection.timeMs === null ? null : Number(collection.timeMs.toFixed(3)),
    pauseMs: Number(collection.pauseMs.toFixed(3)),
    usedBeforeBytes: collection.usedBeforeBytes,
    usedAfterBytes: collection.usedAfterBytes,
  }));
  if (heap === undefined) return rows;
  const none = { collection: null, kind: "", timeMs: 0, pauseMs: null, usedBeforeBytes: null, usedAfterBytes: null };
  const endMs = Number(heap.endMs.toFixed(3));
  return [
    { ...none, kind: say("kindStart"), usedAfterBytes: heap.start.usedBytes },
    ...rows,
    { ...none, kind: say("kindEnd"), timeMs: endMs, usedBeforeBytes: heap.end.usedBytes },
  ];
}

function data(chart: HeapTimeline): ChartData {
  const several = chart.runs.some((run) => run.series !== "");
  return {
    columns: [
      ...collectionColumns(several),
      { key: "pauseMs", title: say("colPause"), numeric: true },
      { key: "usedBeforeBytes", title: say("colUsedBefore"), numeric: true },
      { key: "usedAfterBytes", title: say("colUsedAfter"), numeric: true },
    ],
    rows: chart.runs.flatMap((run) =>
      rowsOf(run).map((row) => ({ ...(several ? { series: run.series } : {}), ...row })),
    ),
  };
}

function summarize(chart: HeapTimeline): string {
  const unit = displayUnit("B", [largestBytes(chart.runs)]);
  const timed = hasTimes(chart.runs);
  const parts = chart.runs.map((run) => {
    const name = run.series === "" ? say("theHeap") : run.series;
    const highest = highestMoment(heapMoments(run, hasTimes([run])));
    if (highest === undefined) return say("neverCollected", { name });
    const collections = say("collections", { n: run.collections.length });
    return peakText(run, highest.x, { name, value: formatIn(unit, highest.usedBytes), inside: collections });
  });
  const said = { parts: join(parts, "semicolon") || say("nothingMeasuredHere") };
  return capitalize(say(timed ? "usedOverTime" : "usedOverCollections", said));
}

/**
 * Chart of used heap over time, garbage included: one line for each run, through the moments before and after each
 * collection.
 */
export const heapTimeline: ChartKind<HeapTimeline> = {
  draw,
  data,
  summarize,
  series: (chart) => chart.runs.map((run) => run.series),
};
