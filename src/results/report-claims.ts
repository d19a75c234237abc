import { holm } from "../analysis/rank-test.ts";
import { CLAIM_SIGNIFICANCE } from "../analysis/verdict.ts";
import type { Verdict } from "../model/claims.ts";
import type { CellResult, Claim, ReportResults, VariantResult } from "../model/report-results.ts";
import type { Scalar } from "../model/values.ts";
import { alikeVariants, shownOutputs } from "./variant-result.ts";

/** A claim with its number in the report and the variants that made it. */
export interface ReportClaim {
  /** The claim with its verdict in the report, after correction together with the other claims. */
  readonly claim: Claim;
  /** The claim with its own verdict, before that correction. */
  readonly original: Claim;
  /** Number of the claim in the report, from 1. */
  readonly number: number;
  /** Label of the cell. */
  readonly label: string;
  /** Parameters of the variants that made the same claim. */
  readonly variants: readonly Readonly<Record<string, Scalar>>[];
  /** The correction of the claim's p-value; null for claims without a p-value, which need none. */
  readonly correction: Correction | null;
}

/** Holm's correction of one claim. */
export interface Correction {
  /** p-value after Holm's correction. */
  readonly correctedPValue: number;
  /** Number of claims corrected together. */
  readonly familySize: number;
}

type Uncorrected = Omit<ReportClaim, "number" | "original" | "correction">;

/**
 * Lists every claim of a report in the order of the page. Variants with equal outputs share their claims.
 *
 * All claims with a p-value are corrected together by Holm's method: the probability that a report decides any of them
 * wrongly stays below 5 %. So a claim that its cell decides may be `undecided` here. Exact claims and claims about
 * plain numbers have no p-value and are not corrected.
 */
export function listClaims(results: Pick<ReportResults, "cells">): ReportClaim[] {
  const claims = results.cells.flatMap((cell) => cellClaims(cell).flat());
  const corrected = holm(claims.flatMap(({ claim }) => claim.pValue ?? []));
  const familySize = corrected.length;
  return claims.map((listed, index) => {
    const { claim } = listed;
    const correctedPValue = claim.pValue === null ? undefined : corrected.shift();
    const number = index + 1;
    if (correctedPValue === undefined) return { ...listed, original: claim, number, correction: null };
    const verdict = correctedPValue > CLAIM_SIGNIFICANCE + Number.EPSILON ? "undecided" : claim.verdict;
    const correction = { correctedPValue, familySize };
    return { ...listed, original: claim, number, claim: { ...claim, verdict }, correction };
  });
}

/** The claims of a cell: one list for each group of variants with equal outputs. */
function cellClaims(cell: CellResult): (readonly Uncorrected[])[] {
  return alikeVariants(cell.variants).map((members) => {
    const [first] = members;
    const variants = members.map(({ params }) => params);
    return claimsOf(first).map((claim) => ({ claim, label: cell.label, variants }));
  });
}

function claimsOf(variant: VariantResult | undefined): readonly Claim[] {
  if (variant === undefined) return [];
  return shownOutputs(variant).flatMap((output) => (output.type === "claim" ? [output.claim] : []));
}

/** Number of claims with each verdict. */
export function countVerdicts(claims: readonly ReportClaim[]): Readonly<Record<Verdict, number>> {
  const count = (verdict: Verdict): number => claims.filter(({ claim }) => claim.verdict === verdict).length;
  return { holds: count("holds"), fails: count("fails"), undecided: count("undecided") };
}
