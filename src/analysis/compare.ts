import type { Better, MetricSummary } from "../model/metrics.ts";
import type { ResultModule, ResultVariant } from "../model/result-module.ts";
import type { Scalar } from "../model/values.ts";
import { BINARY_OPERATIONS } from "./binary-operations.ts";
import { combineMedians, medianOperand, ratioOfMedians } from "./combined-medians.ts";
import { widen } from "./order-statistics.ts";
import { hodgesLehmann, holm, mannWhitney, smallestP, superiority } from "./rank-test.ts";
import type { IntervalEstimate } from "./statistics.ts";

// Part of the bundle of cells that call `compare()`: may import only modules of this folder that import no package.

type Params = Readonly<Record<string, Scalar>>;

export interface CompareOptions {
  /**
   * Parameters of the base variant; default: those of the first variant. Where only some parameters are given, each variant is
   * compared with the variant that has these and otherwise the same parameters: `{ runtime: "node@20" }` compares at equal sizes.
   */
  readonly base?: Params;
  /** Name of the `measure()` region. Required where a variant has several. */
  readonly region?: string;
  /** Significance level: a difference is found where the corrected p-value is below it. Default 0.05. */
  readonly significance?: number;
}

/** Comparison of one variant with its base. */
export interface Comparison {
  readonly params: Params;
  readonly base: Params;
  readonly label: string;
  readonly unit: string;
  readonly better: Better;
  readonly value: number;
  readonly baseValue: number;
  /** `value / baseValue` with its confidence interval (`combineMedians()`); undefined where the base is 0. */
  readonly ratio: IntervalEstimate | undefined;
  /**
   * Hodges–Lehmann shift from the base to the variant, in the metric's unit; its interval is widened by the systematic
   * errors of both. For exact values and bounds it is the plain difference.
   */
  readonly shift: IntervalEstimate;
  /** Probability, 0…1, that a trial of the variant is above a trial of the base. */
  readonly superiority: number;
  /**
   * Two-sided p-value of the Mann–Whitney test, for a difference larger than the systematic errors of both. Undefined
   * for exact values and for single trials.
   */
  readonly p: number | undefined;
  /** The p-value after Holm's correction over all comparisons of the call. */
  readonly correctedP: number | undefined;
  /** `equal`: equal exact values. `undecided`: no significant difference, or bounds that overlap. */
  readonly verdict: "lower" | "higher" | "equal" | "undecided";
  /** Number of trials of the variant and of the base. */
  readonly trials: readonly [number, number];
  /** Whether there are so few trials that the test cannot find even the largest difference. */
  readonly tooFewTrials: boolean;
}

/**
 * Compares every other variant of a result with its base in one metric: effect sizes, then significance. Exact values
 * are compared for equality. Peaks are compared by their bounds: bounds that do not overlap differ for certain. Other
 * values are compared by Mann–Whitney tests with Holm's correction over all comparisons of the call.
 *
 * @param metricId `peakLive`, `wallTime`, or a metric of the cell's own
 * @returns one comparison for each variant that has a base, in the order of the variants
 * @throws Error where the metric, region or base is unknown, with the available names
 */
export function compareVariants(
  result: ResultModule | readonly ResultVariant[],
  metricId: string,
  options: CompareOptions = {},
): Comparison[] {
  const variants = "variants" in result ? result.variants : result;
  const [first] = variants;
  if (first === undefined) throw new Error("compare: the result has no variants");
  const base = options.base ?? first.params;
  if (!variants.some((variant) => has(variant.params, base))) {
    const available = variants.map((variant) => JSON.stringify(variant.params)).join(", ");
    throw new Error(`compare: unknown base ${JSON.stringify(base)}. Available: ${available}`);
  }
  const pairs = variants.flatMap((variant) => {
    if (has(variant.params, base)) return [];
    const partner = variants.find((other) => has(other.params, { ...variant.params, ...base }));
    return partner === undefined ? [] : [{ variant, partner }];
  });
  if (pairs.length === 0) throw new Error("compare: nothing to compare: the base is the only variant");
  const compared = pairs.map(({ variant, partner }) => ({
    params: variant.params,
    summary: summaryOf(variant, metricId, options.region),
    base: partner.params,
    baseSummary: summaryOf(partner, metricId, options.region),
  }));
  return compareSummaries(compared, options.significance);
}

/** A metric of one variant, and the metric that it is compared with. */
export interface SummaryPair {
  readonly params: Params;
  readonly summary: MetricSummary;
  /** Parameters of the variant that `baseSummary` belongs to. */
  readonly base: Params;
  readonly baseSummary: MetricSummary;
}

/**
 * Compares pairs of metrics as `compareVariants()` does, with Holm's correction over all pairs.
 *
 * @param significance a difference is found where the corrected p-value is below it
 * @returns one comparison for each pair, in their order
 * @throws Error where the two metrics of a pair have different units
 */
export function compareSummaries(pairs: readonly SummaryPair[], significance = 0.05): Comparison[] {
  return decide(pairs.map(comparePair), significance);
}

/** A comparison whose p-value is not yet corrected for the number of comparisons. */
type Uncorrected = Omit<Comparison, "correctedP" | "verdict" | "tooFewTrials">;

function comparePair({ params, summary, base, baseSummary }: SummaryPair): Uncorrected {
  const { label, unit, better, value, samples } = summary;
  if (unit !== baseSummary.unit) {
    throw new Error(`compare: "${label}" is in ${unit} in one variant and in ${baseSummary.unit} in another`);
  }
  const [a, b] = [samples, baseSummary.samples];
  const testable = !(hasBounds(summary) && hasBounds(baseSummary)) && a.length > 1 && b.length > 1;
  const systematicError = (summary.systematicError ?? 0) + (baseSummary.systematicError ?? 0);
  const { intervals: _intervals, ...difference } = combineMedians(
    medianOperand(summary),
    medianOperand(baseSummary),
    BINARY_OPERATIONS.difference,
  );
  return {
    params,
    base,
    label,
    unit,
    better,
    value,
    baseValue: baseSummary.value,
    ratio: ratioOfMedians(medianOperand(summary), medianOperand(baseSummary)),
    shift: testable ? widen(hodgesLehmann(a, b), systematicError) : difference,
    superiority: superiority(a, b),
    p: testable ? testBeyond(a, b, systematicError) : undefined,
    trials: [a.length, b.length],
  };
}

/**
 * The p-value for a difference larger than the systematic error: a Mann–Whitney test after moving the samples that far
 * towards each other. Returns 1 if the samples then differ in the other direction or not at all, because the systematic
 * error alone may explain the difference.
 */
function testBeyond(a: readonly number[], b: readonly number[], systematicError: number): number {
  const sign = Math.sign(superiority(a, b) - 0.5);
  const moved = a.map((sample) => sample - sign * systematicError);
  return Math.sign(superiority(moved, b) - 0.5) === sign ? mannWhitney(moved, b).p : 1;
}

function decide(compared: readonly Uncorrected[], significance: number): Comparison[] {
  const ps = compared.flatMap(({ p }) => p ?? []);
  const corrected = holm(ps);
  let tested = 0;
  return compared.map((one) => {
    if (one.p === undefined) {
      const isCertain = one.shift.confidence === 1;
      const verdict = isCertain ? directionOf(one.shift) : "undecided";
      return { ...one, correctedP: undefined, verdict, tooFewTrials: !isCertain };
    }
    const correctedP = corrected[tested++] ?? one.p;
    const verdict = correctedP < significance ? direction(one.superiority - 0.5) : "undecided";
    // Holm multiplies at least the smallest p-value by the number of tests.
    const tooFewTrials = verdict === "undecided" && ps.length * smallestP(...one.trials) >= significance;
    return { ...one, correctedP, verdict, tooFewTrials };
  });
}

/** Whether the comparison needs no test, because the value is exact or has bounds. */
function hasBounds({ mode }: MetricSummary): boolean {
  return mode !== "distribution";
}

/** The verdict for a difference that is known by its bounds. */
function directionOf({ low, high }: IntervalEstimate): Comparison["verdict"] {
  return low < 0 && high > 0 ? "undecided" : low === high ? direction(low) : direction(low + high);
}

function direction(difference: number): "lower" | "higher" | "equal" {
  return difference === 0 ? "equal" : difference < 0 ? "lower" : "higher";
}

function summaryOf(variant: ResultVariant, metricId: string, region: string | undefined): MetricSummary {
  const metrics = region === undefined ? variant.metrics : variant.regions[region];
  const where = region === undefined ? "" : ` in the region "${region}"`;
  if (metrics === undefined) {
    throw new Error(`compare: unknown region "${region}". Available: ${Object.keys(variant.regions).join(", ")}`);
  }
  const summary = Object.hasOwn(metrics, metricId) ? metrics[metricId] : undefined;
  if (summary !== undefined) return summary;
  if (/^peak(?:Live|Low|High)$/.test(metricId) && Object.hasOwn(metrics, "endLive")) {
    throw new Error(
      `compare: the peak of ${JSON.stringify(variant.params)}${where} is not bound, because the search for it ended early. ` +
        "Give the cell more time or heap, or compare the other variants (`select()`).",
    );
  }
  const known = Object.keys(metrics);
  const regions = Object.keys(variant.regions).filter((name) => variant.regions[name]?.[metricId] !== undefined);
  const hint =
    region === undefined && regions.length > 0
      ? `. It is a metric of the regions ${regions.join(", ")}: add \`{ region: "${regions[0]}" }\``
      : known.length > 0
        ? `. Available: ${known.join(", ")}`
        : "";
  throw new Error(`compare: ${JSON.stringify(variant.params)} has no metric "${metricId}"${where}${hint}`);
}

function has(params: Params, wanted: Params): boolean {
  return Object.entries(wanted).every(([name, value]) => params[name] === value);
}
