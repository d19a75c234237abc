import type { Collection } from "../../model/collections.ts";
import type { CollectedRun, ReadyChart } from "../../model/ready-charts.ts";
import {
  type ChartDrawing,
  type ChartKind,
  type ChartWidth,
  capitalize,
  colourEncoding,
  createFrame,
  distinct,
  fitTicks,
  framedSpec,
  leftPadding,
  type SeriesColours,
  textLayers,
  xAxis,
  yAxis,
} from "../layout/frame.ts";
import { type LabelRequest, type Point, placeLabels, segmentsOf, spotsAlong, spotsAround } from "../layout/labels.ts";
import { linearScale, project } from "../layout/scale.ts";
import { labelWidth, shortenText } from "../layout/text-metrics.ts";
import { countOf, displayUnit, formatIn, inUnit, titleWithUnit } from "../layout/units.ts";
import { collectionLanes, LANE_NAMES_PX, LANES_PX, laneNames } from "../parts/collection-lanes.ts";
import {
  collectionColumns,
  hasTimes,
  heapAxisTitle,
  heapMoments,
  heapScale,
  highestMoment,
  momentText,
  thinMoments,
} from "../parts/heap-moments.ts";
import { INK, INK_2, labelColour, PAPER, seriesColour } from "../theme.ts";
import type { ChartData } from "../types.ts";

type HeapTimeline = Extract<ReadyChart, { readonly chart: "heap-timeline" }>;

interface Moment {
  readonly series: string;
  readonly x: number;
  readonly heap: number;
}

function largestBytes(runs: readonly CollectedRun[]): number {
  const sizes = runs.flatMap((run) => heapMoments(run, false).map(({ usedBytes }) => usedBytes));
  return sizes.reduce((found, size) => Math.max(found, size), 0);
}

const fallOf = (collection: Collection): number => collection.usedBeforeBytes - collection.usedAfterBytes;

/** More hollow points than this hide the line they stand on. */
const MOST_MARKED_COMPACTIONS = 30;

function draw(chart: HeapTimeline, width: ChartWidth, colours: SeriesColours): ChartDrawing {
  const wide = width === "wide";
  const timed = hasTimes(chart.runs);
  const unit = displayUnit("B", [largestBytes(chart.runs)]);
  const runs = chart.runs.map((run) => {
    const { series, collections } = run;
    const ends = heapMoments(run, timed);
    const moments = ends.map((end): Moment => ({ series, x: end.x, heap: inUnit(unit, end.usedBytes) }));
    return { series, collections, ends, moments };
  });
  const all = runs.flatMap((run) => run.moments);
  const colourOf = (series: string): string => seriesColour(colours.get(series) ?? 0);

  const yScale = linearScale(
    all.map((moment) => moment.heap),
    { zero: true, maximumTicks: 6, nice: true },
  );
  const names = distinct(runs.map((run) => run.series)).filter((name) => name !== "");
  const lanesPx = runs.every((run) => run.collections.length === 0) ? 0 : LANES_PX;
  const nameRoom = wide ? Math.min(150, Math.max(0, ...names.map((name) => labelWidth(name, true)))) : 110;
  const padding = {
    left: Math.max(lanesPx === 0 ? 0 : LANE_NAMES_PX, leftPadding(yScale.ticks)),
    top: 30,
    right: wide && names.length > 0 ? Math.ceil(nameRoom) + 12 : 14,
    bottom: 44 + lanesPx,
  };
  const frame = createFrame(width, (wide ? 332 : 300) + lanesPx, padding);
  const ends = runs.flatMap((run) => run.ends);
  const xScale = fitTicks(frame.plotWidthPx, frame.padding.right, wide ? 9 : 5, (maximumTicks) =>
    heapScale(ends, timed, maximumTicks),
  );

  const pointOf = (moment: Moment): Point => ({
    x: project(xScale, frame.plotWidthPx, moment.x),
    y: frame.plotHeightPx - project(yScale, frame.plotHeightPx, moment.heap),
  });
  const drawn = runs.map((run) => thinMoments(run.moments, frame.plotWidthPx));
  const lines = drawn.map((moments) => moments.map(pointOf));
  const peak = all.length === 0 ? undefined : all.reduce((a, b) => (b.heap > a.heap ? b : a));
  const compactions = runs.flatMap((run) =>
    run.moments.flatMap((moment, index) => {
      const end = run.ends[index];
      const collection = end?.event === "before" ? run.collections[end.collection ?? -1] : undefined;
      return collection?.kind === "mark-compact" ? [{ moment, fall: fallOf(collection) }] : [];
    }),
  );
  const deepest = compactions.length === 0 ? undefined : compactions.reduce((a, b) => (b.fall > a.fall ? b : a));
  const marked = compactions.length <= MOST_MARKED_COMPACTIONS ? compactions.map(({ moment }) => moment) : [];

  const requests: LabelRequest[] = [];
  if (peak !== undefined) {
    const at = pointOf(peak);
    const spots = [
      { x: at.x - 8, y: at.y - 7, align: "right" as const },
      { x: at.x + 8, y: at.y - 7, align: "left" as const },
      ...spotsAround(at, 9),
    ];
    requests.push({
      text: `peak ${formatIn(unit, peak.heap * unit.divisor)}`,
      bold: true,
      colour: INK,
      spots,
      near: [at],
    });
  }
  for (const [index, run] of runs.entries()) {
    const line = lines[index];
    if (run.series === "" || line === undefined || line.length === 0) continue;
    const text = shortenText(run.series, nameRoom, true);
    requests.push({ text, bold: true, colour: labelColour(colourOf(run.series)), spots: spotsAlong(line), near: line });
  }
  if (deepest !== undefined) {
    const at = pointOf(deepest.moment);
    requests.push({ text: "mark-compact", bold: false, colour: INK_2, spots: spotsAround(at, 9) });
  }
  const silent = runs.filter((run) => run.collections.length === 0);
  if (silent.length > 0) {
    const who = silent.map((run) => run.series).filter((name) => name !== "");
    const text = shortenText(
      who.length === 0 ? "no collections" : `no collections: ${who.join(", ")}`,
      frame.plotWidthPx - 8,
    );
    const centre = { x: frame.plotWidthPx / 2, y: frame.plotHeightPx / 2 };
    requests.push({
      text,
      bold: false,
      colour: INK_2,
      spots: [0.5, 0.3, 0.7, 0.85, 0.12].map((share) => ({
        ...centre,
        y: frame.plotHeightPx * share,
        align: "center" as const,
      })),
      near: [centre],
    });
  }
  const dot = peak === undefined ? [] : [peak];
  const labels = placeLabels(requests, {
    bounds: { left: 0, top: -14, right: frame.plotWidthPx + padding.right, bottom: frame.plotHeightPx },
    boxes: [...dot, ...marked]
      .map(pointOf)
      .map(({ x, y }) => ({ left: x - 4, right: x + 4, top: y - 4, bottom: y + 4 })),
    segments: lines.flatMap(segmentsOf),
  });

  const xBare = xAxis("x", xScale, heapAxisTitle(timed), frame);
  const x = { ...xBare, axis: { ...(xBare["axis"] as object), offset: lanesPx } };
  const y = yAxis("heap", yScale, titleWithUnit("used heap", unit), frame);
  const color = colourEncoding(distinct(runs.map((run) => run.series)), colours);
  const plot = { plotWidthPx: frame.plotWidthPx, plotHeightPx: frame.plotHeightPx };
  const layer = [
    { mark: { type: "line", interpolate: "linear" }, encoding: { x, y, color, order: null } },
    {
      data: { values: marked },
      mark: { type: "point", size: 26, filled: false, fill: PAPER, strokeWidth: 1.25 },
      encoding: { x, y, stroke: color },
    },
    { data: { values: dot }, mark: { type: "point", size: 48, stroke: PAPER }, encoding: { x, y, fill: color } },
    ...(lanesPx === 0 ? [] : collectionLanes({ runs: chart.runs, timed, xScale, ...plot }, x, color)),
    ...textLayers(lanesPx === 0 ? labels : [...labels, ...laneNames(frame.plotHeightPx)]),
  ];
  return { spec: framedSpec(frame, drawn.flat(), layer), heightPx: frame.heightPx };
}

/** A row for each collection, between the two ends of the region where these are known. */
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
    { ...none, kind: "start", usedAfterBytes: heap.start.usedBytes },
    ...rows,
    { ...none, kind: "end", timeMs: endMs, usedBeforeBytes: heap.end.usedBytes },
  ];
}

function data(chart: HeapTimeline): ChartData {
  const several = chart.runs.some((run) => run.series !== "");
  return {
    columns: [
      ...collectionColumns(several),
      { key: "pauseMs", title: "pause, ms", numeric: true },
      { key: "usedBeforeBytes", title: "used before, B", numeric: true },
      { key: "usedAfterBytes", title: "used after, B", numeric: true },
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
    const name = run.series === "" ? "the heap" : run.series;
    const top = highestMoment(heapMoments(run, hasTimes([run])));
    if (top === undefined) return `${name} was never collected`;
    return `${name} peaks at ${formatIn(unit, top.usedBytes)}${momentText(run, top.x)} (${countOf(run.collections.length, "collection")})`;
  });
  return `Used heap over ${timed ? "time" : "collections"}: ${parts.join("; ") || capitalize("nothing measured")}.`;
}

/** Used heap of each run from collection to collection, garbage included. */
export const heapTimeline: ChartKind<HeapTimeline> = {
  draw,
  data,
  summarize,
  series: (chart) => chart.runs.map((run) => run.series),
};
