import type { CollectionKind } from "../../model/collections.ts";
import type { ReadyChart } from "../../model/ready-charts.ts";

type PauseHistogram = Extract<ReadyChart, { readonly chart: "pause-histogram" }>;
export type PauseRun = PauseHistogram["runs"][number];

/** One piece of a stacked bar: the pauses of one kind whose length lies in one doubling. */
export interface PauseBin {
  readonly kind: CollectionKind;
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
  /** Share of the run's pauses, per cent, and the share of the kinds below it in the stack. */
  readonly share: number;
  readonly base: number;
}

/** Shorter pauses than a microsecond are below what V8's clock tells; they count in the first bin. */
const SHORTEST_EXPONENT = -10;
/** In the order they are stacked, the most frequent at the base. */
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

/** The exponents of two that bound all pauses: bins are doublings, since pauses spread over orders of magnitude. */
export function binRange(runs: readonly PauseRun[]): { readonly first: number; readonly last: number } {
  const exponents = runs.flatMap((run) => run.pauses.map((pause) => exponentOf(pause.pauseMs)));
  const first = exponents.reduce((a, b) => Math.min(a, b), exponents[0] ?? 0);
  const last = exponents.reduce((a, b) => Math.max(a, b), exponents[0] ?? 0) + 1;
  // Four doublings at least: one bar as wide as the plot says nothing.
  const missing = Math.max(0, 4 - (last - first));
  return { first: first - Math.floor(missing / 2), last: last + Math.ceil(missing / 2) };
}

/** The bins of one run that hold a pause, in order of length and then of kind. */
export function binPauses(run: PauseRun): readonly PauseBin[] {
  const counts = new Map<number, Map<CollectionKind, number>>();
  for (const { kind, pauseMs } of run.pauses) {
    const exponent = exponentOf(pauseMs);
    const bin = counts.get(exponent) ?? new Map<CollectionKind, number>();
    counts.set(exponent, bin.set(kind, (bin.get(kind) ?? 0) + 1));
  }
  const percent = 100 / Math.max(1, run.pauses.length);
  return [...counts.entries()]
    .sort(([a], [b]) => a - b)
    .flatMap(([exponent, bin]) => {
      let base = 0;
      return KINDS.filter((kind) => bin.has(kind)).map((kind): PauseBin => {
        const count = bin.get(kind) ?? 0;
        const piece = { kind, fromMs: 2 ** exponent, toMs: 2 ** (exponent + 1), count, share: count * percent, base };
        base += piece.share;
        return piece;
      });
    });
}

/** Median length in ms, or undefined for a run without a pause. */
export function medianPause(run: PauseRun): number | undefined {
  const sorted = run.pauses.map((pause) => pause.pauseMs).sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}
