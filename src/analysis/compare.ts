import type { Better, MetricSummary } from "../model/metrics.ts";
import type { ResultModule, ResultVariant } from "../model/result-module.ts";
import type { Scalar } from "../model/values.ts";
import { ratioOfMedians, type Side } from "./bootstrap.ts";
import { hodgesLehmann, holm, mannWhitney, smallestP, superiority } from "./rank-test.ts";
import type { Estimate } from "./statistics.ts";

// Bundled into cells that compare: imports nothing but its neighbours without dependencies.

type Params = Readonly<Record<string, Scalar>>;

export interface CompareOptions {
  /**
   * Parameters of the variant to compare with; by default those of the first. Given only some of them, each variant is
   * compared with the one that has these and its own others: `{ runtime: "node@20" }` compares at equal sizes.
   */
  readonly base?: Params;
  /** Name of the `measure()` region, where there are several. */
  readonly region?: string;
  /** A difference counts as one when its corrected p is below this. Default 0.05. */
  readonly significance?: number;
}

/** How one variant differs from the one it is compared with. */
export interface Comparison {
  readonly params: Params;
  readonly base: Params;
  readonly label: string;
  readonly unit: string;
  readonly better: Better;
  readonly value: number;
  readonly baseValue: number;
  /** Value divided by the base's, with a bootstrap interval; undefined where the base is 0. */
  readonly ratio: Estimate | undefined;
  /** How far it lies above the base, in the metric's unit: the Hodges–Lehmann shift; of exact values their difference. */
  readonly shift: Estimate;
  /** The chance, 0…1, that a trial of it is above one of the base. */
  readonly superiority: number;
  /** Two-sided p of the Mann–Whitney test; undefined between exact values, which need none, and for single trials. */
  readonly p: number | undefined;
  /** The same after Holm's correction for the number of comparisons made at once. */
  readonly correctedP: number | undefined;
  /** `undecided`: the trials do not tell. `equal`: exact values that are the same. */
  readonly verdict: "lower" | "higher" | "equal" | "undecided";
  /** Trials of the variant and of the base. */
  readonly trials: readonly [number, number];
  /** The trials are so few that no difference, however large, could be told. */
  readonly tooFewTrials: boolean;
}

/**
 * Compares every other variant of a result with a base in one metric: effect first, then whether chance would do as well.
 * Exact values differ or do not; of others Mann–Whitney tests, corrected by Holm over all comparisons of the call.
 *
 * @param metricId `peakLive`, `wallTime`, or a metric of the cell's own
 * @throws Error where the result has no such metric, region or base, naming what there is
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
    const there = variants.map((variant) => JSON.stringify(variant.params)).join(", ");
    throw new Error(`compare: no variant has ${JSON.stringify(base)}; there are ${there}`);
  }
  const pairs = variants.flatMap((variant) => {
    if (has(variant.params, base)) return [];
    const partner = variants.find((other) => has(other.params, { ...variant.params, ...base }));
    return partner === undefined ? [] : [{ variant, partner }];
  });
  if (pairs.length === 0) throw new Error("compare: the base is the only variant; there is nothing to compare it with");
  const compared = pairs.map(({ variant, partner }) =>
    comparePair(
      variant.params,
      summaryOf(variant, metricId, options.region),
      partner.params,
      summaryOf(partner, metricId, options.region),
    ),
  );
  return decide(compared, options.significance ?? 0.05);
}

/** What is known of a pair before it is seen beside the others. */
type Undecided = Omit<Comparison, "correctedP" | "verdict" | "tooFewTrials">;

function comparePair(params: Params, summary: MetricSummary, base: Params, baseSummary: MetricSummary): Undecided {
  const { label, unit, better, value, samples } = summary;
  if (unit !== baseSummary.unit) {
    throw new Error(`compare: "${label}" is in ${unit} in one variant and in ${baseSummary.unit} in another`);
  }
  const [a, b] = [samples, baseSummary.samples];
  const exact = summary.mode === "exact" && baseSummary.mode === "exact";
  const testable = !exact && a.length > 1 && b.length > 1;
  const difference = value - baseSummary.value;
  const isKnown = exact || testable;
  return {
    params,
    base,
    label,
    unit,
    better,
    value,
    baseValue: baseSummary.value,
    ratio: ratioOfMedians(sideOf(summary), sideOf(baseSummary)),
    shift: testable
      ? hodgesLehmann(a, b)
      : { value: difference, low: difference, high: difference, confidence: isKnown ? 1 : 0 },
    superiority: superiority(a, b),
    p: testable ? mannWhitney(a, b).p : undefined,
    trials: [a.length, b.length],
  };
}

function decide(compared: readonly Undecided[], significance: number): Comparison[] {
  const ps = compared.flatMap(({ p }) => p ?? []);
  const corrected = holm(ps);
  let tested = 0;
  return compared.map((one) => {
    if (one.p === undefined) {
      const isExact = one.shift.confidence === 1;
      const verdict = isExact ? direction(one.shift.value) : "undecided";
      return { ...one, correctedP: undefined, verdict, tooFewTrials: !isExact };
    }
    const correctedP = corrected[tested++] ?? one.p;
    const verdict = correctedP < significance ? direction(one.superiority - 0.5) : "undecided";
    // Holm's correction asks at best for this of the smallest of them.
    const tooFewTrials = verdict === "undecided" && ps.length * smallestP(...one.trials) >= significance;
    return { ...one, correctedP, verdict, tooFewTrials };
  });
}

function direction(difference: number): "lower" | "higher" | "equal" {
  return difference === 0 ? "equal" : difference < 0 ? "lower" : "higher";
}

/** A summary as a side of a ratio. */
export function sideOf({ samples, mode }: Pick<MetricSummary, "samples" | "mode">): Side {
  return { samples, exact: mode === "exact" };
}

function summaryOf(variant: ResultVariant, metricId: string, region: string | undefined): MetricSummary {
  const metrics = region === undefined ? variant.metrics : variant.regions[region];
  const where = region === undefined ? "" : ` in the region "${region}"`;
  if (metrics === undefined) {
    throw new Error(`compare: there is no region "${region}"; there are ${Object.keys(variant.regions).join(", ")}`);
  }
  const summary = Object.hasOwn(metrics, metricId) ? metrics[metricId] : undefined;
  if (summary !== undefined) return summary;
  const known = Object.keys(metrics);
  const regions = Object.keys(variant.regions).filter((name) => variant.regions[name]?.[metricId] !== undefined);
  const hint =
    region === undefined && regions.length > 0
      ? `; say of which region: ${regions.join(", ")}`
      : known.length > 0
        ? `; there are ${known.join(", ")}`
        : "";
  throw new Error(`compare: ${JSON.stringify(variant.params)} has no metric "${metricId}"${where}${hint}`);
}

function has(params: Params, wanted: Params): boolean {
  return Object.entries(wanted).every(([name, value]) => params[name] === value);
}
