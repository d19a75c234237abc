import { judgeClaim } from "../analysis/verdict.ts";
import type { ClaimTest, RecordedValue, Verdict } from "../model/claims.ts";
import { currentTrial } from "./current-trial.ts";
import { type Estimable, toEstimate } from "./estimate.ts";

export interface ClaimOptions {
  /** Recorded value: what the source of the claim found, in the estimate's unit; shown beside the estimate. */
  readonly recorded?: number;
  /** Name of the source. Default `recorded`. */
  readonly recordedLabel?: string;
}

/** A claim to be tested by exactly one of these calls. Bounds are in the unit of the estimate (bytes, ms). Returns the verdict. */
export interface Claim {
  /** The estimate is more than `bound`. */
  isAbove(bound: number, options?: ClaimOptions): Verdict;
  /** The estimate is less than `bound`. */
  isBelow(bound: number, options?: ClaimOptions): Verdict;
  /** The estimate is between `low` and `high`, both included. */
  isBetween(low: number, high: number, options?: ClaimOptions): Verdict;
  /** The estimate differs from `value` by at most `tolerance`: a number in the unit, or per cent of `value` (`"1 %"`). Default 0. */
  equals(value: number, options?: ClaimOptions & { readonly tolerance?: number | string }): Verdict;
}

/** Number of claims made so far in this process. */
let made = 0;

/**
 * Tests a sentence of the report against measured numbers:
 * `claim("Not saving the walks halves the peak", ratio(saved.peakLive, dropped.peakLive)).isAbove(2, { recorded: 3.63 })`.
 * The verdict is `holds` if the whole interval of the estimate satisfies the test, `fails` if none of it does, and `undecided`
 * otherwise.
 *
 * @throws Error for an empty sentence, an estimate or a bound that is not a number, bounds in the wrong order, a second test
 */
export function claim(sentence: string, estimate: Estimable): Claim {
  if (typeof sentence !== "string" || sentence.trim() === "") {
    throw new TypeError("claim(): the sentence is empty: claim(sentence, estimate).isAbove(2)");
  }
  const name = `claim(${JSON.stringify(sentence)})`;
  const within = <T>(check: () => T): T => {
    try {
      return check();
    } catch (error) {
      if (error instanceof Error) error.message = `${name}: ${error.message}`;
      throw error;
    }
  };
  const checked = within(() => toEstimate(estimate));
  const number = made++;
  currentTrial()?.send({
    type: "claim",
    sentence: sentence.trim(),
    estimate: checked,
    stack: new Error().stack ?? "",
    stdoutBytes: process.stdout.bytesWritten,
    stderrBytes: process.stderr.bytesWritten,
  });
  let tested = false;
  const test = (build: () => ClaimTest, options: ClaimOptions): Verdict => {
    const [read, recorded] = within(() => {
      if (tested) throw new Error("the claim is already tested. Make one claim for each test.");
      return [build(), readRecorded(options)] as const;
    });
    tested = true;
    const verdict = judgeClaim(checked, read);
    currentTrial()?.send({ type: "claim-test", claim: number, test: read, recorded, verdict });
    return verdict;
  };
  return {
    isAbove: (bound, options = {}) => test(() => ({ kind: "above", bound: readNumber("isAbove()", bound) }), options),
    isBelow: (bound, options = {}) => test(() => ({ kind: "below", bound: readNumber("isBelow()", bound) }), options),
    isBetween: (low, high, options = {}) => test(() => readRange(low, high), options),
    equals: (value, options = {}) =>
      test(() => {
        const bound = readNumber("equals()", value);
        return { kind: "equal", bound, tolerance: readTolerance(options.tolerance ?? 0, bound) };
      }, options),
  };
}

function readNumber(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new TypeError(`${name} needs a finite number, not ${String(value)}`);
}

function readRange(low: number, high: number): ClaimTest {
  const range = { low: readNumber("isBetween()", low), high: readNumber("isBetween()", high) };
  if (range.low > range.high) throw new RangeError(`isBetween(${low}, ${high}): the lower bound comes first`);
  return { kind: "between", ...range };
}

function readTolerance(tolerance: number | string, bound: number): number {
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(String(tolerance))?.[1];
  const value = percent === undefined ? tolerance : (Number(percent) / 100) * Math.abs(bound);
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  throw new TypeError(`equals(): the tolerance must be a number from 0 or per cent ("1 %"), not ${String(tolerance)}`);
}

function readRecorded({ recorded, recordedLabel = "recorded" }: ClaimOptions): RecordedValue | null {
  return recorded === undefined ? null : { value: readNumber("`recorded`", recorded), label: recordedLabel };
}
