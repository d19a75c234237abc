import { claimPValue, judgeClaim } from "../analysis/verdict.ts";
import type { ClaimTest, RecordedValue, Verdict } from "../model/claims.ts";
import { type Estimable, toEstimate } from "./estimate.ts";
import { guard } from "./guarded-result.ts";
import { currentTrial } from "./measuring/current-trial.ts";
import { suggest } from "./variants.ts";

export interface ClaimOptions {
  /** The value that the source of the claim reports, in the estimate's unit. The page shows it beside the estimate. */
  readonly recorded?: number;
  /** Name of the source. Default: `recorded`. */
  readonly recordedLabel?: string;
}

/** A claim without its test. Exactly one method must be called; it returns the verdict. Bounds are in the estimate's unit. */
export interface Claim {
  /** Claims that the estimate is greater than `bound`. */
  isAbove(bound: number, options?: ClaimOptions): Verdict;
  /** Claims that the estimate is less than `bound`. */
  isBelow(bound: number, options?: ClaimOptions): Verdict;
  /** Claims that the estimate is in the closed range from `low` to `high`. */
  isBetween(low: number, high: number, options?: ClaimOptions): Verdict;
  /** Claims that the estimate is within `tolerance` of `value`: a number in the unit, or per cent of `value` (`"1 %"`). Default: 0. */
  equals(value: number, options?: ClaimOptions & { readonly tolerance?: number | string }): Verdict;
}

/** Number of claims made in this process. */
let claimCount = 0;

/**
 * States a sentence of the report and the estimate that decides it: `claim("Not saving the walks halves the peak",
 * ratio(saved.peakLive, dropped.peakLive)).isAbove(2, { recorded: 3.63 })`. The claim holds if the whole interval of
 * the estimate passes the test. It does not hold if no value of the interval passes. Otherwise, or if the interval's
 * confidence is below 95 %, it is undecided. The page corrects all claims of the report together (Holm), so a claim
 * that holds alone may be undecided there.
 *
 * @throws Error for an empty sentence, a non-numeric estimate or bound, bounds in the wrong order, or a second test
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
  const { intervals, ...checked } = within(() => toEstimate(estimate));
  const number = claimCount++;
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
    const hasError = checked.confidence !== null && checked.confidence < 1;
    const pValue = hasError ? claimPValue(intervals, read) : null;
    currentTrial()?.send({ type: "claim-test", claim: number, test: read, recorded, verdict, pValue });
    return verdict;
  };
  const tests: Claim = {
    isAbove: (bound, options = {}) => test(() => ({ kind: "above", bound: readNumber("isAbove()", bound) }), options),
    isBelow: (bound, options = {}) => test(() => ({ kind: "below", bound: readNumber("isBelow()", bound) }), options),
    isBetween: (low, high, options = {}) => test(() => readRange(low, high), options),
    equals: (value, options = {}) =>
      test(() => {
        const bound = readNumber("equals()", value);
        return { kind: "equal", bound, tolerance: readTolerance(options.tolerance ?? 0, bound) };
      }, options),
  };
  return guard("claim", tests, (method, known) => {
    const meant = MEANT[method.toLowerCase()];
    return `${name} has no test \`${method}\`. ${
      meant === undefined ? suggest(method, known) : `Did you mean \`${meant}\`? Available: ${[...known].join(", ")}.`
    }`;
  });
}

/** Tests of other libraries and their names here, in lower case. */
const MEANT: Readonly<Record<string, keyof Claim>> = {
  ...{ above: "isAbove", over: "isAbove", atleast: "isAbove", gt: "isAbove", greaterthan: "isAbove" },
  ...{ isgreaterthan: "isAbove", tobegreaterthan: "isAbove", ismore: "isAbove", ismorethan: "isAbove" },
  ...{ below: "isBelow", under: "isBelow", atmost: "isBelow", lt: "isBelow", lessthan: "isBelow" },
  ...{ islessthan: "isBelow", tobelessthan: "isBelow", isless: "isBelow", isunder: "isBelow" },
  ...{ between: "isBetween", within: "isBetween", iswithin: "isBetween", inrange: "isBetween" },
  ...{ is: "equals", equal: "equals", eq: "equals", tobe: "equals", isequal: "equals", isequalto: "equals" },
  ...{ toequal: "equals", approx: "equals", isclose: "equals", tobecloseto: "equals", isabout: "equals" },
};

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
