import type { ReportResults } from "../model/report-results.ts";
import { listClaims, type ReportClaim } from "../results/report-claims.ts";
import { keyOfParams } from "./conditions.ts";
import type { ClaimDiff } from "./types.ts";

/**
 * Finds claims whose verdict differs, and claims that only one side makes. Two claims are the same if cell, variants
 * and sentence are equal. A sentence may contain measured numbers: remaining claims of a cell are paired in order if
 * both sides have equally many.
 */
export function compareClaims(before: ReportResults, after: ReportResults): ClaimDiff[] {
  const earlier = [...listClaims(before)];
  const pairs: (readonly [ReportClaim | undefined, ReportClaim | undefined])[] = [];
  const unmatched: ReportClaim[] = [];
  for (const claim of listClaims(after)) {
    const at = earlier.findIndex((each) => keyOf(each) === keyOf(claim));
    if (at < 0) unmatched.push(claim);
    else pairs.push([...earlier.splice(at, 1), claim] as [ReportClaim, ReportClaim]);
  }
  for (const cell of new Set([...earlier, ...unmatched].map(({ label }) => label))) {
    const [olds, news] = [earlier, unmatched].map((list) => list.filter(({ label }) => label === cell)) as [
      ReportClaim[],
      ReportClaim[],
    ];
    const isPaired = olds.length === news.length;
    for (const [index, old] of olds.entries()) pairs.push([old, isPaired ? news[index] : undefined]);
    if (!isPaired) for (const claim of news) pairs.push([undefined, claim]);
  }
  return pairs.flatMap(([a, b]): ClaimDiff[] => {
    const shown = b ?? a;
    const [verdictBefore, verdictAfter] = [a?.claim.verdict ?? null, b?.claim.verdict ?? null];
    if (shown === undefined || verdictBefore === verdictAfter) return [];
    return [{ cell: shown.label, sentence: shown.claim.sentence, before: verdictBefore, after: verdictAfter }];
  });
}

/** Whether both sides make the claim, with different verdicts. */
export function isFlipped({ before, after }: ClaimDiff): boolean {
  return before !== null && after !== null;
}

function keyOf({ label, claim, variants }: ReportClaim): string {
  return JSON.stringify([label, claim.sentence, variants.map(keyOfParams)]);
}
