import { formatP } from "../analysis/comparison-text.ts";
import { formatInterval, formatValue } from "../analysis/format.ts";
import { acceptedRange, CLAIM_SIGNIFICANCE } from "../analysis/verdict.ts";
import type { ClaimTest, Verdict } from "../model/claims.ts";
import type { Claim } from "../model/report-results.ts";
import { countVerdicts, type ReportClaim } from "./report-claims.ts";

/** Significant decimal digits of a double. */
const MOST_DIGITS = 15;

const VERDICTS: Readonly<Record<Verdict, string>> = {
  holds: "holds",
  fails: "does not hold",
  undecided: "undecided",
};

/** `holds`, `does not hold`, `undecided`. */
export function nameVerdict(verdict: Verdict): string {
  return VERDICTS[verdict];
}

/** Counts the verdicts: `4 claims: 3 hold, 1 does not hold`. Verdicts without a claim are omitted. */
export function describeCounts(claims: readonly ReportClaim[]): string {
  const { holds, fails, undecided } = countVerdicts(claims);
  const parts = [
    holds > 0 ? `${holds} ${holds === 1 ? "holds" : "hold"}` : "",
    fails > 0 ? `${fails} ${fails === 1 ? "does" : "do"} not hold` : "",
    undecided > 0 ? `${undecided} ${undecided === 1 ? "is" : "are"} undecided` : "",
  ].filter((part) => part !== "");
  return `${claims.length} ${claims.length === 1 ? "claim" : "claims"}: ${parts.join(", ")}`;
}

/** Compares estimate and bound: `20.4 > 2`, `1.5 MiB is not between 2 MiB and 3 MiB`; `0.92, claimed below 1` if undecided. */
export function compareClaim(claim: Claim): string {
  const { test, verdict, estimate } = claim;
  const show = formatterOf(claim);
  const fails = verdict === "fails";
  const value = show(estimate.value);
  const compared = (text: string): string =>
    verdict === "undecided" ? `${value}, claimed ${describeTest(claim)}` : text;
  switch (test.kind) {
    case "above":
      return compared(`${value} ${fails ? "≤" : ">"} ${show(test.bound)}`);
    case "below":
      return compared(`${value} ${fails ? "≥" : "<"} ${show(test.bound)}`);
    case "between":
      return compared(`${value} is ${fails ? "not " : ""}between ${show(test.low)} and ${show(test.high)}`);
    case "equal":
      if (test.tolerance > 0) return compared(`${value} is ${fails ? "not " : ""}within ${describeRange(claim, test)}`);
      return compared(`${value} ${fails ? "≠" : "="} ${show(test.bound)}`);
  }
}

/** Words the test: `above 2`, `between 1 MiB and 2 MiB`, `3 ± 0.1`. */
export function describeTest(claim: Claim): string {
  const { test } = claim;
  const show = formatterOf(claim);
  switch (test.kind) {
    case "above":
    case "below":
      return `${test.kind} ${show(test.bound)}`;
    case "between":
      return `between ${show(test.low)} and ${show(test.high)}`;
    case "equal":
      return test.tolerance > 0 ? describeRange(claim, test) : `exactly ${show(test.bound)}`;
  }
}

function describeRange(claim: Claim, test: Extract<ClaimTest, { kind: "equal" }>): string {
  const tolerance = formatValue(test.tolerance, claim.estimate.unit, { digits: 2 });
  return `${formatterOf(claim)(test.bound)}\u00a0±\u00a0${tolerance}`;
}

/**
 * Words the certainty of the estimate: `exact`, `95 % interval 0.85 to 1.02`, `all trials agree, confidence 96.9 %`, `one trial:
 * its interval is unknown`, `a plain number, no interval`.
 */
export function describeCertainty({ estimate }: Claim): string {
  const { low, high, confidence, unit } = estimate;
  if (confidence === 0) return "one trial: its interval is unknown";
  if (confidence === null && low === high) return "a plain number, no interval";
  if (confidence === 1 && low === high) return "exact";
  const interval = formatInterval({ low, high, unit });
  if (confidence === 1) return `bounds ${interval}`;
  if (confidence === null) return `interval ${interval}`;
  const percent = formatValue(confidence * 100, "%");
  return low === high ? `all trials agree, confidence ${percent}` : `${percent} interval ${interval}`;
}

/** The reason why a claim is undecided; undefined for decided claims, and where `describeCertainty()` gives it. */
export function describeIndecision({
  claim,
  original,
  correction,
}: Pick<ReportClaim, "claim" | "original" | "correction">): string | undefined {
  const { confidence } = claim.estimate;
  if (claim.verdict !== "undecided" || confidence === 0) return undefined;
  if (correction !== null && original.verdict !== "undecided") {
    return `undecided beside the other ${correction.familySize - 1} (Holm): p = ${formatP(correction.correctedPValue)}`;
  }
  return confidence !== null && confidence < 1 - CLAIM_SIGNIFICANCE - Number.EPSILON
    ? `${formatValue(100 * (1 - CLAIM_SIGNIFICANCE), "%")} is needed: more trials`
    : "the interval does not decide";
}

/** Says how the claims of a report are corrected; undefined where fewer than two have a p-value. */
export function describeCorrection(claims: readonly ReportClaim[]): string | undefined {
  const size = claims.find(({ correction }) => correction !== null)?.correction?.familySize ?? 0;
  return size < 2 ? undefined : `${size} that are not exact are corrected together (Holm)`;
}

/** Words the recorded value: `the writeup: 3.63`; undefined where the claim has none. */
export function describeRecorded(claim: Claim): string | undefined {
  const { recorded } = claim;
  return recorded === null ? undefined : `${recorded.label}: ${formatterOf(claim)(recorded.value)}`;
}

/** A formatter for the numbers of a claim, with enough digits to show different values differently. */
export function formatterOf({ estimate, test, recorded }: Claim): (value: number) => string {
  const bounds = [
    ...Object.values(acceptedRange(test)).filter(Number.isFinite),
    ...("bound" in test ? [test.bound] : []),
  ];
  const values = [...new Set([estimate.value, ...bounds, ...(recorded === null ? [] : [recorded.value])])];
  const { unit } = estimate;
  for (let digits = 3; digits < MOST_DIGITS; digits += 1) {
    // A reader takes `1.00 MiB` and `1 MiB` for equal.
    const texts = new Set(values.map((value) => formatValue(value, unit, { digits }).replace(/\.0+(?!\d)/, "")));
    if (texts.size === values.length) return (value) => formatValue(value, unit, { digits });
  }
  return (value) => formatValue(value, unit, { digits: MOST_DIGITS });
}
