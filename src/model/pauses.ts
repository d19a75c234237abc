/**
 * Metrics of pauses. The measured process computes them; its parent computes them again after adding the pauses that
 * only V8's trace reports.
 */

/**
 * A quantile by nearest rank: the smallest value that is not exceeded by at least this share of the values. 0 for no
 * values.
 * @param share 0 to 1
 */
export function nearestRank(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** Sum, median, 95th percentile and longest of a region's pauses, in ms. */
export interface PauseMetrics {
  readonly pauseTotal: number;
  readonly pauseP50: number;
  readonly pauseP95: number;
  readonly pauseMax: number;
}

/** Computes the pause metrics of a region. @param pausesMs pauses of the main thread in ms, in any order */
export function pauseMetrics(pausesMs: readonly number[]): PauseMetrics {
  return {
    pauseTotal: pausesMs.reduce((sum, pause) => sum + pause, 0),
    pauseP50: nearestRank(pausesMs, 0.5),
    pauseP95: nearestRank(pausesMs, 0.95),
    pauseMax: nearestRank(pausesMs, 1),
  };
}
