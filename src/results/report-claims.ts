import type { Verdict } from "../model/claims.ts";
import type { CellResult, Claim, ReportResults, VariantResult } from "../model/report-results.ts";
import type { Scalar } from "../model/values.ts";
import { alikeVariants, shownOutputs } from "./variant-result.ts";

/** A claim with its number in the report and the variants that made it. */
export interface ReportClaim {
  readonly claim: Claim;
  /** 1 for the first of the report. */
  readonly number: number;
  /** Label of the cell. */
  readonly label: string;
  /** Parameters of the variants that show the same claim. */
  readonly variants: readonly Readonly<Record<string, Scalar>>[];
}

/** Lists the claims of a report in the order of the page; variants that show the same outputs share one entry. */
export function listClaims(results: Pick<ReportResults, "cells">): ReportClaim[] {
  const claims = results.cells.flatMap((cell) => cellClaims(cell).flat());
  return claims.map((claim, index) => ({ ...claim, number: index + 1 }));
}

/** The claims of a cell, a list for each group of variants that show the same. */
function cellClaims(cell: CellResult): (readonly Omit<ReportClaim, "number">[])[] {
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

/** Counts claims by verdict. */
export function countVerdicts(claims: readonly ReportClaim[]): Readonly<Record<Verdict, number>> {
  const count = (verdict: Verdict): number => claims.filter(({ claim }) => claim.verdict === verdict).length;
  return { holds: count("holds"), fails: count("fails"), undecided: count("undecided") };
}
