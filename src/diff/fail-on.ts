import type { MetricDiff, ResultsDiff } from "./types.ts";

/** What makes `heapbook diff --fail-on` exit with 1. */
export interface FailOn {
  /** Metrics that are worse by more than this share of their value before, 0.05 for 5 %; undefined: worse metrics do not fail. */
  readonly worse: number | undefined;
  /** Whether a claim that held fails where it does not hold any more, or is gone. */
  readonly claims: boolean;
}

/** Reads `worse`, `worse:5%`, `claims`, or several with commas; undefined for anything else. */
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

/** Metrics, claims and cells for which a diff fails, as texts; a cell that fails now counts always. */
export interface Failing {
  readonly metrics: readonly MetricDiff[];
  readonly claims: number;
  readonly cells: readonly string[];
}

/** Finds what makes a diff fail. A change from 0 is larger than every share. */
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

/** The share by which a metric changed; of bounds the least that is certain. */
function shareOf({ ratio, before, after }: MetricDiff): number {
  if (ratio === null) return Number.POSITIVE_INFINITY;
  const isBounded = before.mode === "bounds" || after.mode === "bounds";
  const ends = isBounded ? [ratio.low, ratio.high] : [ratio.value];
  return Math.min(...ends.map((end) => Math.abs(end - 1)));
}
