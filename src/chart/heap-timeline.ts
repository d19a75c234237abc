import type { Collection, ReadyChart } from "../harness/protocol.ts";
import { formatNumber } from "../results/format.ts";
import { collectionLanes, LANE_NAMES_PX, LANES_PX, laneNames } from "./collection-lanes.ts";
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
} from "./frame.ts";
import { collectionEnds, fillTimes, hasTimes, thinMoments } from "./heap-moments.ts";
import { type LabelRequest, type Point, placeLabels, segmentsOf, spotsAlong, spotsAround } from "./labels.ts";
import { linearScale, project } from "./scale.ts";
import { labelWidth, shortenText } from "./text-metrics.ts";
import { INK, INK_2, labelColour, PAPER, seriesColour } from "./theme.ts";
import type { ChartData } from "./types.ts";
import { countOf, type DisplayUnit, displayUnit, formatIn, inUnit, titleWithUnit } from "./units.ts";

type HeapTimeline = Extract<ReadyChart, { readonly chart: "heap-timeline" }>;
type Run = HeapTimeline["runs"][number];

interface Moment {
  readonly series: string;
  readonly x: number;
  readonly heap: number;
}

/** The used heap falls at a collection and grows until the next: both ends of each collection, joined. */
function momentsOf(run: Run, timed: boolean, unit: DisplayUnit): readonly Moment[] {
  const ends = collectionEnds(run, timed);
  return run.collections.flatMap((collection, index): Moment[] => {
    const [start, end] = ends[index] ?? [0, 0];
    return [
      { series: run.series, x: start, heap: inUnit(unit, collection.usedBeforeBytes) },
      { series: run.series, x: end, heap: inUnit(unit, collection.usedAfterBytes) },
    ];
  });
}

function largestBytes(runs: readonly Run[]): number {
  const sizes = runs.flatMap((run) => run.collections.flatMap((one) => [one.usedBeforeBytes, one.usedAfterBytes]));
  return sizes.reduce((found, size) => Math.max(found, size), 0);
}

const fallOf = (collection: Collection): number => collection.usedBeforeBytes - collection.usedAfterBytes;

/** More hollow points than this hide the line they stand on. */
const MOST_MARKED_COMPACTIONS = 30;

function draw(chart: HeapTimeline, width: ChartWidth, colours: SeriesColours): ChartDrawing {
  const wide = width === "wide";
  const timed = hasTimes(chart.runs);
  const unit = displayUnit("B", [largestBytes(chart.runs)]);
  const runs = chart.runs.map((run) => ({
    series: run.series,
    collections: run.collections,
    moments: momentsOf(run, timed, unit),
  }));
  const all = runs.flatMap((run) => run.moments);
  const colourOf = (series: string): string => seriesColour(colours.get(series) ?? 0);

  const yScale = linearScale(
    all.map((moment) => moment.heap),
    { zero: true, maximumTicks: 6, nice: true },
  );
  const names = distinct(runs.map((run) => run.series)).filter((name) => name !== "");
  const lanesPx = all.length === 0 ? 0 : LANES_PX;
  const nameRoom = wide ? Math.min(150, Math.max(0, ...names.map((name) => labelWidth(name, true)))) : 110;
  const padding = {
    left: Math.max(lanesPx === 0 ? 0 : LANE_NAMES_PX, leftPadding(yScale.ticks)),
    top: 30,
    right: wide && names.length > 0 ? Math.ceil(nameRoom) + 12 : 14,
    bottom: 44 + lanesPx,
  };
  const frame = createFrame(width, (wide ? 332 : 300) + lanesPx, padding);
  const times = timed ? all.map((moment) => moment.x) : [1, ...all.map((moment) => moment.x)];
  const xScale = fitTicks(frame.plotWidthPx, frame.padding.right, wide ? 9 : 5, (maximumTicks) => {
    const scale = linearScale(times, { zero: timed, maximumTicks, nice: false });
    return timed ? scale : { ...scale, ticks: scale.ticks.filter((tick) => Number.isInteger(tick)) };
  });

  const pointOf = (moment: Moment): Point => ({
    x: project(xScale, frame.plotWidthPx, moment.x),
    y: frame.plotHeightPx - project(yScale, frame.plotHeightPx, moment.heap),
  });
  const drawn = runs.map((run) => thinMoments(run.moments, frame.plotWidthPx));
  const lines = drawn.map((moments) => moments.map(pointOf));
  const peak = all.length === 0 ? undefined : all.reduce((a, b) => (b.heap > a.heap ? b : a));
  const compactions = runs.flatMap((run) =>
    run.collections.flatMap((collection, index) => {
      const moment = run.moments[2 * index];
      return collection.kind === "mark-compact" && moment !== undefined ? [{ moment, fall: fallOf(collection) }] : [];
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

  const xBare = xAxis("x", xScale, timed ? "time since start, ms" : "collection", frame);
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

function data(chart: HeapTimeline): ChartData {
  const several = chart.runs.some((run) => run.series !== "");
  return {
    columns: [
      ...(several ? [{ key: "series", title: "series", numeric: false }] : []),
      { key: "collection", title: "collection", numeric: true },
      { key: "kind", title: "kind", numeric: false },
      { key: "timeMs", title: "time since start, ms", numeric: true },
      { key: "pauseMs", title: "pause, ms", numeric: true },
      { key: "usedBeforeBytes", title: "used before, B", numeric: true },
      { key: "usedAfterBytes", title: "used after, B", numeric: true },
    ],
    rows: chart.runs.flatMap((run) =>
      run.collections.map((collection, index) => ({
        ...(several ? { series: run.series } : {}),
        collection: index + 1,
        kind: collection.kind,
        timeMs: collection.timeMs === null ? null : Number(collection.timeMs.toFixed(3)),
        pauseMs: Number(collection.pauseMs.toFixed(3)),
        usedBeforeBytes: collection.usedBeforeBytes,
        usedAfterBytes: collection.usedAfterBytes,
      })),
    ),
  };
}

function summarize(chart: HeapTimeline): string {
  const unit = displayUnit("B", [largestBytes(chart.runs)]);
  const timed = hasTimes(chart.runs);
  const parts = chart.runs.map((run) => {
    const name = run.series === "" ? "the heap" : run.series;
    if (run.collections.length === 0) return `${name} was never collected`;
    const times = fillTimes(run.collections);
    const top = run.collections.reduce(
      (best, one, index) => (one.usedBeforeBytes > (run.collections[best]?.usedBeforeBytes ?? 0) ? index : best),
      0,
    );
    const when = timed ? ` after ${formatNumber(Math.round(times[top] ?? 0))}\u00a0ms` : "";
    const peak = largestBytes([run]);
    return `${name} peaks at ${formatIn(unit, peak)}${when} (${countOf(run.collections.length, "collection")})`;
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
