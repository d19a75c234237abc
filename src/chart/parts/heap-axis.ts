/** The x axis of charts of the heap, and the words and columns for places on it. */
import { formatNumber } from "../../analysis/format.ts";
import type { CollectedRun } from "../../model/ready-charts.ts";
import { type ChartScale, linearScale } from "../layout/scale.ts";
import type { ChartData } from "../types.ts";
import { type HeapMoment, hasTimes } from "./heap-moments.ts";

/** The scale of the axis: time from 0 on, or the numbers of collections where `timed` is false. */
export function heapScale(moments: readonly HeapMoment[], timed: boolean, maximumTicks: number): ChartScale {
  const scale = linearScale([timed ? 0 : 1, ...moments.map(({ x }) => x)], { zero: timed, maximumTicks, nice: false });
  if (timed) return scale;
  const numbers = new Set(moments.flatMap(({ x, collection }) => (collection === undefined ? [] : [x])));
  return { ...scale, ticks: scale.ticks.filter((tick) => numbers.has(tick)) };
}

/** Title of the axis. */
export const heapAxisTitle = (timed: boolean): string => (timed ? "time since start, ms" : "collection");

/** First columns of the table. @param several whether there are several series, which then have a column */
export function collectionColumns(several: boolean): ChartData["columns"] {
  return [
    ...(several ? [{ key: "series", title: "series", numeric: false }] : []),
    { key: "collection", title: "collection", numeric: true },
    { key: "kind", title: "kind", numeric: false },
    { key: "timeMs", title: "time since start, ms", numeric: true },
  ];
}

/** The time of a moment, for a sentence: ` after 12 ms`; empty where the run has no times. */
export function momentText(run: CollectedRun, x: number): string {
  return hasTimes([run]) ? ` after ${formatNumber(Math.round(x))}\u00a0ms` : "";
}
