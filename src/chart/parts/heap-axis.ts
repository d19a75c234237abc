/** The x axis of charts of the heap, with its texts and its columns of the table. */
import { formatNumber } from "../../analysis/format.ts";
import type { CollectedRun } from "../../model/ready-charts.ts";
import { say } from "../../words/say.ts";
import { type ChartScale, linearScale } from "../layout/scale.ts";
import type { ChartData } from "../types.ts";
import { type HeapMoment, hasTimes } from "./heap-moments.ts";

/** The scale of the x axis: time in ms from 0, or the number of the collection if `timed` is false. */
export function heapScale(moments: readonly HeapMoment[], timed: boolean, maximumTicks: number): ChartScale {
  const scale = linearScale([timed ? 0 : 1, ...moments.map(({ x }) => x)], { zero: timed, maximumTicks, nice: false });
  if (timed) return scale;
  const numbers = new Set(moments.flatMap(({ x, collection }) => (collection === undefined ? [] : [x])));
  return { ...scale, ticks: scale.ticks.filter((tick) => numbers.has(tick)) };
}

/** Title of the x axis. */
export const heapAxisTitle = (timed: boolean): string => say(timed ? "axisTime" : "axisCollection");

/**
 * First columns of the table.
 * @param several whether there are several series; if so, the series has a column
 */
export function collectionColumns(several: boolean): ChartData["columns"] {
  return [
    ...(several ? [{ key: "series", title: say("colSeries"), numeric: false }] : []),
    { key: "collection", title: say("axisCollection"), numeric: true },
    { key: "kind", title: say("kind"), numeric: false },
    { key: "timeMs", title: say("axisTime"), numeric: true },
  ];
}

/**
 * Describes the highest moment of a run: `the heap peaks at 3 MiB after 12 ms (…)`. Without the time if the run has no
 * times.
 */
export function peakText(
  run: CollectedRun,
  x: number,
  words: { readonly name: string; readonly value: string; readonly inside: string },
): string {
  if (!hasTimes([run])) return say("peaksAt", words);
  return say("peaksAtAfter", { ...words, time: `${formatNumber(Math.round(x))}\u00a0ms` });
}
