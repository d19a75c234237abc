import { group, max, median, min } from "d3-array";
import type { CollectionKind } from "../../model/collections.ts";
import type { ReadyChart } from "../../model/ready-charts.ts";

type PauseHistogram = Extract<ReadyChart, { readonly chart: "pause-histogram" }>;
export type PauseRun = PauseHistogram["runs"][number];

/**
 * One piece of a stacked bar: the pauses of one kind in one bin. A bin reaches from a power of two to the next, in ms.
 */
export interface PauseBin {
  readonly kind: CollectionKind;
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
  /** Pauses of the piece as a percentage of all pauses of the run. */
  readonly share: number;
  /** Sum of the shares of the pieces below in the same bar, in per cent. */
  readonly base: number;
}

/**
 * Exponent of the first bin: it begins at 2^-10 ms, about 1 µs, and includes shorter pauses, which V8's clock does not
 * resolve.
 */
const SHORTEST_EXPONENT = -10;
/** Least number of bins; with fewer, one bar would be as wide as the plot. */
const LEAST_BINS = 4;

/** Kinds of collection in the order of the stack: the most frequent kind is at the base. */
export const KINDS: readonly CollectionKind[] = [
  "scavenge",
  "minor-mark-sweep",
  "mark-compact",
  "incremental-marking",
  "weak-callbacks",
  "other",
];

const exponentOf = (pauseMs: number): number =>
  Math.max(SHORTEST_EXPONENT, Math.floor(Math.log2(Math.max(pauseMs, 2 ** SHORTEST_EXPONENT))));

/**
 * The range of the bins, as exponents of two, in ms: begin of the first bin and end of the last; at least four bins.
 */
export function binRange(runs: readonly PauseRun[]): { readonly first: number; readonly last: number } {
  const exponents = runs.flatMap((run) => run.pauses.map((pause) => exponentOf(pause.pauseMs)));
  const first = min(exponents) ?? 0;
  const last = (max(exponents) ?? 0) + 1;
  const missing = Math.max(0, LEAST_BINS - (last - first));
  return { first: first - Math.floor(missing / 2), last: last + Math.ceil(missing / 2) };
}

/** Divides the pauses of one run into pieces of bars, in order of bin and then of kind; empty pieces are left out. */
export function binPauses(run: PauseRun): readonly PauseBin[] {
  const percent = 100 / Math.max(1, run.pauses.length);
  const bins = group(
    run.pauses,
    ({ pauseMs }) => exponentOf(pauseMs),
    ({ kind }) => kind,
  );
  return [...bins]
    .sort(([a], [b]) => a - b)
    .flatMap(([exponent, byKind]) => {
      let base = 0;
      return KINDS.filter((kind) => byKind.has(kind)).map((kind): PauseBin => {
        const count = byKind.get(kind)?.length ?? 0;
        const piece = { kind, fromMs: 2 ** exponent, toMs: 2 ** (exponent + 1), count, share: count * percent, base };
        base += piece.share;
        return piece;
      });
    });
}

/** Median length of the pauses, ms; undefined without pauses. */
export function medianPause(run: PauseRun): number | undefined {
  return median(run.pauses, ({ pauseMs }) => pauseMs);
}
