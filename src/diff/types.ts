import type { IntervalEstimate } from "../analysis/statistics.ts";
import type { Verdict } from "../model/claims.ts";
import type { Better, MetricSummary } from "../model/metrics.ts";
import type { CellState, ReportResults } from "../model/report-results.ts";
import type { Scalar } from "../model/values.ts";

type Params = Readonly<Record<string, Scalar>>;

/** One of the two compared sources (file, folder or git revision), with the results found in it. */
export interface DiffSide {
  /** Name of the source as the user wrote it: `HEAD~1`, `_site`. */
  readonly name: string;
  readonly reports: readonly ReportResults[];
}

/**
 * Outcome of comparing a metric.
 *
 * - `better`, `worse`: it differs, and the metric table says which direction is an improvement.
 * - `changed`: it differs, and neither direction is an improvement.
 * - `same`: equal exact values, or the same trials on both sides.
 * - `undecided`: no significant difference, bounds that overlap, or too few trials.
 * - `not-compared`: times of unlike machines or runtimes, or values in different units.
 */
export type MetricVerdict = "better" | "worse" | "changed" | "same" | "undecided" | "not-compared";

/** The value of a metric on one side. */
export type SideValue = Pick<MetricSummary, "value" | "low" | "high" | "confidence" | "mode"> & {
  readonly trials: number;
};

/** The comparison of one metric of one variant. */
export interface MetricDiff {
  readonly cell: string;
  readonly params: Params;
  /** Name of the region; empty for the unnamed region. */
  readonly region: string;
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly better: Better;
  readonly before: SideValue;
  readonly after: SideValue;
  /** `after / before` with its interval; null where `before` is 0 or the two are not compared. */
  readonly ratio: IntervalEstimate | null;
  /** `after − before` with its interval, in the metric's unit; null where the two are not compared. */
  readonly difference: IntervalEstimate | null;
  /** p-value of the Mann–Whitney test after Holm's correction over the whole diff; null where no test was made. */
  readonly correctedPValue: number | null;
  readonly verdict: MetricVerdict;
  /** Why the metric is undecided or not compared; null otherwise. */
  readonly reason: string | null;
}

/** A line whose allocations differ. Lines are matched by their text, so a moved line is still the same line. */
export interface LineDiff {
  readonly cell: string;
  readonly params: Params;
  readonly region: string;
  readonly file: string;
  /** Number of the line on each side, from 1; null if this side lacks the line. */
  readonly lineBefore: number | null;
  readonly lineAfter: number | null;
  /** Text of the line: from `after`, or from `before` if the line was removed. */
  readonly source: string;
  readonly by: "allocated" | "live";
  readonly beforeBytes: number;
  readonly afterBytes: number;
  readonly differenceBytes: number;
}

/** A claim whose verdict differs, or a claim that only one side makes; the verdict of the other side is null. */
export interface ClaimDiff {
  readonly cell: string;
  readonly sentence: string;
  readonly before: Verdict | null;
  readonly after: Verdict | null;
}

/**
 * A cell, variant or metric that only one side has. A missing cell has no `params`, a missing cell or variant no
 * `metric`.
 */
export interface OneSided {
  readonly side: "before" | "after";
  readonly cell: string;
  readonly params?: Params;
  readonly metric?: string;
}

/** A condition of the measurements that differs, such as the machine. */
export interface ConditionDiff {
  readonly name: "machine" | "runtime" | "heapbook" | "parameter" | "flags";
  /** Name of the parameter, or label of the cell, that the condition belongs to; empty for the whole report. */
  readonly of: string;
  readonly before: string;
  readonly after: string;
}

export interface CellStateDiff {
  readonly cell: string;
  readonly before: CellState;
  readonly after: CellState;
}

/** All differences of one report. */
export interface ReportDiff {
  readonly slug: string;
  readonly title: string;
  readonly conditions: readonly ConditionDiff[];
  readonly states: readonly CellStateDiff[];
  /** Compared metrics, in the order of the page. */
  readonly metrics: readonly MetricDiff[];
  /** Lines with the largest differences first. */
  readonly lines: readonly LineDiff[];
  readonly claims: readonly ClaimDiff[];
  readonly oneSided: readonly OneSided[];
}

/** All differences between two sides. */
export interface ResultsDiff {
  readonly before: string;
  readonly after: string;
  readonly reports: readonly ReportDiff[];
  /** Slugs of reports that only one side has. */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
  /** Number of p-values in the Holm correction. */
  readonly familySize: number;
  /**
   * Smallest number of trials on each side with which the tests can find a difference; null if there are enough trials,
   * or if no test was made.
   */
  readonly trialsNeeded: number | null;
}
