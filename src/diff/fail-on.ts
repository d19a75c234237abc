import type { MetricDiff, ResultsDiff } from "./types.ts";

/** Conditions under which `heapbook diff --fail-on` exits with 1. */
export interface FailOn {
  /** Least relative change of a worse metric that fails, 0.05 for 5 %; undefined: worse metrics do not fail. */
  readonly worse: number | undefined;
  /** Whether the diff fails for a claim that held before and now does not hold or is gone. */
  readonly claims: boolean;
}

/**
 * Parses the value of `--fail-on`: `worse`, `worse:5%`, `claims`, or several separated by commas; undefined for
 * anything else.
 */
export function parseFailOn(text: string): FailOn | undefined {
  let failOn: FailOn = { worse: undefined, claims: false };
  for (const part of text.split(",").map((each) => each.trim())) {
    const [, percent] = /^worse(?::(\d+(?:\.\d+)?)\s*%?)?$/.exec(part) ?? [];
    if (part === "claims") failOn = { ...failOn, claims: true };
    else if (part.startsWith("worse") && (part === "worse" || percent !== undefined)) {
      failOn = { ...failOn, worse: Number(percent ?? 0) / 100 };
    } else return undefined;
  }
  return failOn;
}

/**
 * Metrics, number of claims and labels of cells for which a diff fails. A cell that fails only now is always listed.
 */
export interface Failing {
  readonly metrics: readonly MetricDiff[];
  readonly claims: number;
  readonly cells: readonly string[];
}

/** Finds the metrics, claims and cells for which a diff fails. A change from 0 counts as larger than any share. */
export function findFailing({ reports }: ResultsDiff, { worse, claims }: FailOn): Failing {
  return {
    metrics: reports.flatMap((report) =>
      worse === undefined
        ? []
        : report.metrics.filter((metric) => metric.verdict === "worse" && shareOf(metric) > worse),
    ),
    claims: claims
      ? reports.flatMap((report) =>
          report.claims.filter((claim) => claim.before === "holds" && claim.after !== "holds"),
        ).length
      : 0,
    cells: reports.flatMap(({ states }) =>
      states.filter(({ before, after }) => before === "completed" && after !== "completed").map(({ cell }) => cell),
    ),
  };
}

/**
 * The relative change of a metric, 0.05 for 5 %. For bounds, the smallest change that the bounds allow; Infinity
 * without a ratio.
 */
function shareOf({ ratio, before, after }: MetricDiff): number {
  if (ratio === null) return Number.POSITIVE_INFINITY;
  const isBounded = before.mode === "bounds" || after.mode === "bounds";
  const ends = isBounded ? [ratio.low, ratio.high] : [ratio.value];
  return Math.min(...ends.map((end) => Math.abs(end - 1)));
}
