import { BINARY_OPERATIONS, unitOfOperation } from "../analysis/binary-operations.ts";
import { combineMedians, type MedianOperand, medianIntervals, medianOperand } from "../analysis/combined-medians.ts";
import type { ClaimEstimate, ConfidenceInterval } from "../model/claims.ts";
import type { MetricSummary } from "../model/metrics.ts";
import { guard } from "./guarded-result.ts";

/**
 * Everything that can be the estimate of a claim: a metric of a result, the result of `ratio()` or `difference()`, a
 * plain number, or a value with an interval that the cell computed. A plain number has no interval and is not exact,
 * because a second run may give another. `{ value: 64, confidence: 1 }` states a number that cannot vary.
 */
export type Estimable = number | MetricSummary | (Pick<ClaimEstimate, "value"> & Partial<MeasuredEstimate>);

/** An estimate with the nested intervals of its median over trials. */
export interface MeasuredEstimate extends ClaimEstimate {
  /** Nested intervals, the widest first, from which `claim()` computes its p-value. Empty if unknown. */
  readonly intervals: readonly ConfidenceInterval[];
}

/**
 * The ratio of medians `a / b` with its 95 % interval. If the trials are too few for 95 %, the interval states its
 * lower confidence. Exact if both operands are exact. A plain number beside a metric counts as exact; two plain numbers
 * have no stated confidence.
 */
export function ratio(a: MetricSummary | number, b: MetricSummary | number): MeasuredEstimate {
  return combine("ratio", a, b);
}

/** The difference of medians `a − b` in their unit, with an interval as in `ratio()`. */
export function difference(a: MetricSummary | number, b: MetricSummary | number): MeasuredEstimate {
  return combine("difference", a, b);
}

function combine(name: "ratio" | "difference", a: MetricSummary | number, b: MetricSummary | number): MeasuredEstimate {
  const [one, other] = [readOperand(a, name, "first"), readOperand(b, name, "second")];
  const unit = unitOfOperation(name, one.unit, other.unit);
  if (unit === undefined) {
    throw new TypeError(`${name}(): a value in ${one.unit || "no unit"} and one in ${other.unit || "no unit"}`);
  }
  const what =
    one.label === other.label ? one.label : [one, other].map(nameOperand).join(name === "ratio" ? " ÷ " : " − ");
  const estimate = combineMedians(one, other, BINARY_OPERATIONS[name]);
  // Two plain numbers may both be single readings.
  const isPlain = typeof a === "number" && typeof b === "number";
  if (!Number.isFinite(estimate.value)) throw new RangeError(`${name}(): the divisor, ${nameOperand(other)}, is 0`);
  return guard("estimate", {
    label: what === "" ? name : `${name} of ${what}`,
    unit,
    ...estimate,
    ...(isPlain ? { confidence: null } : {}),
  });
}

interface NamedOperand extends MedianOperand {
  readonly label: string;
  readonly unit: string;
  readonly value: number;
}

function nameOperand({ label, value }: NamedOperand): string {
  return label === "" ? String(value) : label;
}

function readOperand(value: unknown, name: string, which: "first" | "second"): NamedOperand {
  if (typeof value === "number" && Number.isFinite(value)) {
    return { label: "", unit: "", value, samples: [value], exact: true };
  }
  const summary = value as Partial<MetricSummary> | null | undefined;
  if (typeof summary === "object" && Array.isArray(summary?.samples) && summary.samples.length > 0) {
    const { label = "", unit = "", samples, mode = "distribution", value: middle = 0 } = summary;
    const { low = middle, high = middle, confidence = 0, systematicError } = summary;
    return { label, unit, value: middle, ...medianOperand({ samples, mode, low, high, confidence, systematicError }) };
  }
  throw new TypeError(`${name}(): the ${which} value must be a metric of a result or a number, not ${describe(value)}`);
}

/**
 * Converts the second argument of `claim()` to an estimate.
 *
 * @throws TypeError for a value that cannot be an estimate; the message names the value
 */
export function toEstimate(value: unknown): MeasuredEstimate {
  if (typeof value === "number") return toEstimate({ value });
  if (typeof value !== "object" || value === null || !("value" in value)) {
    throw new TypeError(`the estimate must be a number, a metric or { value, low, high }, not ${describe(value)}`);
  }
  const given = value as Partial<MeasuredEstimate & MetricSummary>;
  const { value: middle, low = middle, high = middle, label = "", unit = "" } = given;
  if (!isFiniteNumber(middle) || !isFiniteNumber(low) || !isFiniteNumber(high)) {
    throw new TypeError(
      `the estimate must be of finite numbers, not ${[...new Set([middle, low, high].map(describe))].join(", ")}`,
    );
  }
  if (!(low <= middle && middle <= high)) {
    throw new RangeError(`the estimate ${middle} does not lie in its interval, ${low} to ${high}`);
  }
  const confidence = given.confidence ?? null;
  const intervals = intervalsOf(given, { low, high, confidence });
  return { label: String(label), value: middle, low, high, confidence, unit: String(unit), intervals };
}

/**
 * The nested intervals that come with an estimate; only its own interval if that is none of them, because the cell has
 * changed it. Empty if the confidence is unknown, 0 or 1.
 */
function intervalsOf(
  { intervals, samples, mode, systematicError }: Partial<MeasuredEstimate & MetricSummary>,
  { low, high, confidence }: Pick<ClaimEstimate, "low" | "high" | "confidence">,
): readonly ConfidenceInterval[] {
  if (confidence === null || confidence === 0 || confidence === 1) return [];
  const nested =
    intervals ?? (samples === undefined || mode === "bounds" ? [] : medianIntervals(samples, systematicError));
  const isOwn = nested.some((each) => each.low === low && each.high === high && each.confidence === confidence);
  return isOwn ? nested : [{ low, high, confidence }];
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function describe(value: unknown): string {
  if (value === undefined) return "undefined. The result has no metric of that name; variant() names the nearest.";
  return typeof value === "object" && value !== null ? "an object without samples" : String(value);
}
