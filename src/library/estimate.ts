import { BINARY_OPERATIONS, unitOfOperation } from "../analysis/binary-operations.ts";
import { combineMedians, type MedianOperand } from "../analysis/bootstrap.ts";
import type { ClaimEstimate } from "../model/claims.ts";
import type { MetricSummary } from "../model/metrics.ts";

/**
 * The estimate of a claim: a metric of a result, the result of `ratio()` or `difference()`, a plain number (exact), or a value
 * with an interval that the cell computed.
 */
export type Estimable = number | MetricSummary | (Pick<ClaimEstimate, "value"> & Partial<ClaimEstimate>);

/** The ratio of medians `a / b` with its 95 % bootstrap interval; exact where both are exact. */
export function ratio(a: MetricSummary | number, b: MetricSummary | number): ClaimEstimate {
  return combine("ratio", a, b);
}

/** The difference of medians `a − b`, in their unit, with its 95 % bootstrap interval; exact where both are exact. */
export function difference(a: MetricSummary | number, b: MetricSummary | number): ClaimEstimate {
  return combine("difference", a, b);
}

function combine(name: "ratio" | "difference", a: MetricSummary | number, b: MetricSummary | number): ClaimEstimate {
  const [one, other] = [readOperand(a, name, "first"), readOperand(b, name, "second")];
  const unit = unitOfOperation(name, one.unit, other.unit);
  if (unit === undefined) {
    throw new TypeError(`${name}(): a value in ${one.unit || "no unit"} and one in ${other.unit || "no unit"}`);
  }
  const what =
    one.label === other.label ? one.label : [one, other].map(nameOperand).join(name === "ratio" ? " ÷ " : " − ");
  const estimate = combineMedians(one, other, BINARY_OPERATIONS[name]);
  if (!Number.isFinite(estimate.value)) throw new RangeError(`${name}(): the divisor, ${nameOperand(other)}, is 0`);
  return { label: what === "" ? name : `${name} of ${what}`, unit, ...estimate };
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
    const { label = "", unit = "", samples, mode, value: middle = 0 } = summary;
    return { label, unit, value: middle, samples, exact: mode === "exact" };
  }
  throw new TypeError(`${name}(): the ${which} value must be a metric of a result or a number, not ${describe(value)}`);
}

/**
 * Converts the second argument of `claim()` to an estimate.
 *
 * @throws TypeError for any other value, naming it
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
  if (value === undefined) return "undefined: there is no such metric";
  return typeof value === "object" && value !== null ? "an object without samples" : String(value);
}
