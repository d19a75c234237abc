import { combineMedians, type Side } from "../analysis/bootstrap.ts";
import { PAIRS, pairUnit } from "../analysis/pairs.ts";
import type { ClaimEstimate } from "../model/claims.ts";
import type { MetricSummary } from "../model/metrics.ts";

/** The estimate of a claim: a metric of a result, a number (exact), a `ratio()` or `difference()`, or a value with its interval. */
export type Estimable = number | MetricSummary | (Pick<ClaimEstimate, "value"> & Partial<ClaimEstimate>);

/**
 * `a` divided by `b`, with the 95 % bootstrap interval of the ratio of medians; exact if both are exact.
 * @throws TypeError for a value that is neither metric nor number, or for different units; RangeError for a divisor of 0
 */
export function ratio(a: MetricSummary | number, b: MetricSummary | number): ClaimEstimate {
  return combine("ratio", a, b);
}

/**
 * `a` minus `b`, in their unit, with the 95 % bootstrap interval of the difference of medians; exact if both are exact.
 * @throws TypeError for a value that is neither metric nor number, or for different units
 */
export function difference(a: MetricSummary | number, b: MetricSummary | number): ClaimEstimate {
  return combine("difference", a, b);
}

function combine(name: "ratio" | "difference", a: MetricSummary | number, b: MetricSummary | number): ClaimEstimate {
  const [one, other] = [readSide(a, name, "first"), readSide(b, name, "second")];
  const unit = pairUnit(name, one.unit, other.unit);
  if (unit === undefined) {
    throw new TypeError(`${name}(): a value in ${one.unit || "no unit"} and one in ${other.unit || "no unit"}`);
  }
  const what =
    one.label === other.label ? one.label : [one, other].map(nameSide).join(name === "ratio" ? " ÷ " : " − ");
  const estimate = combineMedians(one, other, PAIRS[name]);
  if (!Number.isFinite(estimate.value)) throw new RangeError(`${name}(): the divisor, ${nameSide(other)}, is 0`);
  return { label: what === "" ? name : `${name} of ${what}`, unit, ...estimate };
}

interface NamedSide extends Side {
  readonly label: string;
  readonly unit: string;
  readonly value: number;
}

function nameSide({ label, value }: NamedSide): string {
  return label === "" ? String(value) : label;
}

function readSide(value: unknown, name: string, which: "first" | "second"): NamedSide {
  if (typeof value === "number" && Number.isFinite(value)) {
    return { label: "", unit: "", value, samples: [value], exact: true };
  }
  const summary = value as Partial<MetricSummary> | null | undefined;
  if (typeof summary === "object" && Array.isArray(summary?.samples) && summary.samples.length > 0) {
    const { label = "", unit = "", samples, mode, value: middle = 0 } = summary;
    return { label, unit, value: middle, samples, exact: mode === "exact" };
  }
  throw new TypeError(`${name}(): the ${which} value must be a metric of a result or a number, not ${describe(value)}`);
}

/**
 * Reads the estimate of a claim.
 * @throws TypeError for a value that is not an `Estimable`; RangeError for a value outside its interval
 */
export function toEstimate(value: unknown): ClaimEstimate {
  if (typeof value === "number") {
    return toEstimate({ value, low: value, high: value, confidence: 1 });
  }
  if (typeof value !== "object" || value === null || !("value" in value)) {
    throw new TypeError(`the estimate must be a number, a metric or { value, low, high }, not ${describe(value)}`);
  }
  const given = value as Partial<ClaimEstimate>;
  const { value: middle, low = middle, high = middle, label = "", unit = "" } = given;
  if (!isFiniteNumber(middle) || !isFiniteNumber(low) || !isFiniteNumber(high)) {
    throw new TypeError(
      `the estimate must be of finite numbers, not ${[...new Set([middle, low, high].map(describe))].join(", ")}`,
    );
  }
  if (!(low <= middle && middle <= high)) {
    throw new RangeError(`the estimate ${middle} does not lie in its interval, ${low} to ${high}`);
  }
  const confidence = given.confidence ?? (low === high ? 1 : null);
  return { label: String(label), value: middle, low, high, confidence, unit: String(unit) };
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function describe(value: unknown): string {
  if (value === undefined) return "undefined. The result has no metric of that name; variant() names the nearest.";
  return typeof value === "object" && value !== null ? "an object without samples" : String(value);
}
