import { formatP } from "../analysis/comparison-text.ts";
import { formatInterval, formatValue } from "../analysis/format.ts";
import { fewestTrials } from "../analysis/order-statistics.ts";
import { acceptedRange, CLAIM_SIGNIFICANCE } from "../analysis/verdict.ts";
import type { ClaimTest, Verdict } from "../model/claims.ts";
import type { Claim } from "../model/report-results.ts";
import { join, withColon } from "../words/punctuation.ts";
import { say } from "../words/say.ts";
import { countVerdicts, type ReportClaim } from "./report-claims.ts";

/** Significant decimal digits of a double. */
const MOST_DIGITS = 15;

/** The name of a verdict in the report's language: `holds`, `does not hold`, `undecided`. */
export function nameVerdict(verdict: Verdict): string {
  return say(verdict);
}

/** Counts the verdicts: `4 claims: 3 hold, 1 does not hold`. Verdicts without a claim are omitted. */
export function describeCounts(claims: readonly ReportClaim[]): string {
  const { holds, fails, undecided } = countVerdicts(claims);
  const parts = [
    holds > 0 ? say("claimsHold", { n: holds }) : "",
    fails > 0 ? say("claimsFail", { n: fails }) : "",
    undecided > 0 ? say("claimsUndecided", { n: undecided }) : "",
  ].filter((part) => part !== "");
  return withColon(say("claims", { n: claims.length }), join(parts, "comma"));
}

/** Compares estimate and bound: `20.4 > 2`, `1.5 MiB is not between 2 MiB and 3 MiB`; `0.92, claimed below 1` if undecided. */
export function compareClaim(claim: Claim): string {
  const { test, verdict, estimate } = claim;
  const show = formatterOf(claim);
  const fails = verdict === "fails";
  const value = show(estimate.value);
  const compared = (text: string): string =>
    verdict === "undecided" ? say("claimed", { value, test: describeTest(claim) }) : text;
  switch (test.kind) {
    case "above":
      return compared(`${value} ${fails ? "≤" : ">"} ${show(test.bound)}`);
    case "below":
      return compared(`${value} ${fails ? "≥" : "<"} ${show(test.bound)}`);
    case "between":
      return compared(say(fails ? "isNotBetween" : "isBetween", { value, low: show(test.low), high: show(test.high) }));
    case "equal":
      if (test.tolerance > 0)
        return compared(say(fails ? "isNotWithin" : "isWithin", { value, range: describeRange(claim, test) }));
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
      return say(test.kind, { bound: show(test.bound) });
    case "between":
      return say("between", { low: show(test.low), high: show(test.high) });
    case "equal":
      return test.tolerance > 0 ? describeRange(claim, test) : say("exactly", { bound: show(test.bound) });
  }
}

function describeRange(claim: Claim, test: Extract<ClaimTest, { kind: "equal" }>): string {
  const unit = displayUnitOf(claim, test.tolerance);
  const tolerance = formatValue(test.tolerance, claim.estimate.unit, { digits: 2, unit });
  return `${formatterOf(claim)(test.bound)}\u00a0±\u00a0${tolerance}`;
}

/**
 * Words the certainty of the estimate: `exact`, `95 % interval 0.85 to 1.02`, `all trials agree, confidence 96.9 %`, `its
 * interval is unknown: too few trials, or a divisor that may be 0`, `a plain number, no interval`.
 */
export function describeCertainty(claim: Claim): string {
  const { value, low, high, confidence, unit } = claim.estimate;
  if (confidence === 0) return say(isOfPair(claim) ? "intervalUnknown" : "intervalTooFew");
  if (confidence === null && low === high) return say("plainNumber");
  if (confidence === 1 && low === high) return say("exact");
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const interval = formatInterval({ value, low, high, unit }, { unit: displayUnitOf(claim, largest) });
  if (confidence === 1) return say("boundsOf", { interval });
  if (confidence === null) return say("intervalOf", { interval });
  const percent = formatValue(confidence * 100, "%");
  return low === high ? say("trialsAgree", { percent }) : say("percentInterval", { percent, interval });
}

/** Whether the estimate is that of `ratio()` or `difference()`, whose interval needs more trials and has a divisor. */
function isOfPair({ estimate: { label, unit } }: Pick<Claim, "estimate">): boolean {
  return unit === "ratio" || /^(?:ratio|difference)(?: of |$)/.test(label);
}

/** The reason why a claim is undecided; undefined for decided claims. */
export function describeIndecision({
  claim,
  original,
  correction,
}: Pick<ReportClaim, "claim" | "original" | "correction">): string | undefined {
  const { confidence } = claim.estimate;
  if (claim.verdict !== "undecided") return undefined;
  if (correction !== null && original.verdict !== "undecided") {
    return say("undecidedBeside", { others: correction.familySize - 1, p: formatP(correction.correctedPValue) });
  }
  return confidence !== null && confidence < 1 - CLAIM_SIGNIFICANCE - Number.EPSILON
    ? say(isOfPair(claim) ? "moreTrialsOfPair" : "moreTrialsNeeded", {
        percent: formatValue(100 * (1 - CLAIM_SIGNIFICANCE), "%"),
        one: fewestTrials(1, CLAIM_SIGNIFICANCE),
        two: fewestTrials(2, CLAIM_SIGNIFICANCE),
      })
    : say("intervalUndecided");
}

/**
 * Describes how the claims of a report are corrected for multiple testing. Undefined if fewer than two have a p-value.
 */
export function describeCorrection(claims: readonly ReportClaim[]): string | undefined {
  const size = claims.find(({ correction }) => correction !== null)?.correction?.familySize ?? 0;
  return size < 2 ? undefined : say("correctedTogether", { n: size });
}

/** Words the recorded value: `the writeup: 3.63`; undefined where the claim has none. */
export function describeRecorded(claim: Claim): string | undefined {
  const { recorded } = claim;
  return recorded === null ? undefined : withColon(recorded.label, formatterOf(claim)(recorded.value));
}

const DECIMAL_UNITS = [
  { bytes: 1e9, name: "GB" },
  { bytes: 1e6, name: "MB" },
  { bytes: 1e3, name: "kB" },
] as const;

/** The largest decimal unit (kB, MB, …) that is not larger than the number of bytes; undefined below 1 kB. */
const decimalUnitOf = (bytes: number) => DECIMAL_UNITS.find((unit) => Math.abs(bytes) >= unit.bytes);

/** Whether a number of bytes is round in a decimal unit, such as 1,000,000. As `977 KiB` it would not look round. */
function isRoundDecimal(bytes: number): boolean {
  const unit = decimalUnitOf(bytes);
  return unit !== undefined && bytes % 1024 !== 0 && Number((bytes / unit.bytes).toPrecision(3)) === bytes / unit.bytes;
}

/** All numbers of a claim's test: the finite ends of the accepted range, and the bound that the author wrote. */
function boundsOf({ test }: Pick<Claim, "test">): readonly number[] {
  return [...Object.values(acceptedRange(test)).filter(Number.isFinite), ...("bound" in test ? [test.bound] : [])];
}

/**
 * The unit in which a number of a claim is shown; undefined for the default unit. If the author wrote a bound in
 * decimal bytes (`1 MB`), all numbers of the claim have decimal units, because a reader cannot compare MB with MiB.
 */
function displayUnitOf(claim: Pick<Claim, "test" | "estimate">, value: number): string | undefined {
  if (claim.estimate.unit !== "B" || !writtenBoundsOf(claim).some(isRoundDecimal)) return undefined;
  return decimalUnitOf(value)?.name ?? "B";
}

/** The bounds as the author wrote them. */
function writtenBoundsOf({ test }: Pick<Claim, "test">): readonly number[] {
  return "bound" in test ? [test.bound] : [test.low, test.high];
}

/** A formatter for the numbers of a claim, with enough digits to show different values differently. */
export function formatterOf(claim: Pick<Claim, "estimate" | "test" | "recorded">): (value: number) => string {
  const { estimate, recorded } = claim;
  const values = [...new Set([estimate.value, ...boundsOf(claim), ...(recorded === null ? [] : [recorded.value])])];
  const show = (value: number, digits: number): string =>
    formatValue(value, estimate.unit, { digits, unit: displayUnitOf(claim, value) });
  for (let digits = 3; digits < MOST_DIGITS; digits += 1) {
    // A reader takes `1.00 MiB` and `1 MiB` for the same value, so these count as the same text.
    const texts = new Set(values.map((value) => show(value, digits).replace(/\.0+(?!\d)/, "")));
    if (texts.size === values.length) return (value) => show(value, digits);
  }
  return (value) => show(value, MOST_DIGITS);
}
