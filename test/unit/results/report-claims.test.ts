import { describe, expect, it } from "vitest";
import { medianIntervals } from "../../../src/analysis/combined-medians.ts";
import { claimPValue } from "../../../src/analysis/verdict.ts";
import type { Claim } from "../../../src/model/report-results.ts";
import {
  compareClaim,
  describeCertainty,
  describeCorrection,
  describeCounts,
  describeIndecision,
  describeRecorded,
  describeTest,
} from "../../../src/results/claim-texts.ts";
import { countVerdicts, listClaims } from "../../../src/results/report-claims.ts";
import { createRandom, normal, tolerance } from "../../helpers/coverage.ts";
import { makeClaim, showing } from "../../helpers/page.ts";
import { FAILURE, makeCellResult, makeResults } from "../../helpers/results.ts";

const claims = (...sentences: string[]) =>
  sentences.map((sentence) => ({ type: "claim", claim: makeClaim({ sentence }) }) as const);

describe("listClaims", () => {
  it("numbers them in the order of the page; variants that show the same made theirs together", () => {
    const listed = listClaims(
      makeResults([
        makeCellResult("a", [
          showing(claims("first", "second"), { size: 1 }),
          showing(claims("first", "second"), { size: 2 }),
          showing(claims("other"), { size: 3 }),
        ]),
        makeCellResult("b", []),
        makeCellResult("c", [showing(claims("before it failed"), {}, FAILURE)], { state: "failed" }),
      ]),
    );
    expect(listed.map(({ number, label, claim, variants }) => [number, label, claim.sentence, variants])).toEqual([
      [1, "a", "first", [{ size: 1 }, { size: 2 }]],
      [2, "a", "second", [{ size: 1 }, { size: 2 }]],
      [3, "a", "other", [{ size: 3 }]],
      [4, "c", "before it failed", [{}]],
    ]);
  });
});

describe("claims of a report, corrected together", () => {
  const pageOf = (pValues: readonly (number | null)[]) =>
    listClaims(
      makeResults(
        pValues.map((pValue, index) => {
          const verdict = pValue !== null && pValue > 0.05 ? "undecided" : "holds";
          const estimate = { label: "", value: 3, low: 2.5, high: 4, confidence: pValue === null ? 1 : 0.96, unit: "" };
          const claim = makeClaim({ sentence: String(index), verdict, pValue, estimate });
          return makeCellResult(`c${index}`, [showing([{ type: "claim", claim }])]);
        }),
      ),
    );

  it("by Holm: a claim that its cell decides may be undecided beside others; exact ones do not count", () => {
    const page = pageOf([0.03, null, 0.004, 0.03, null, 0.2]);
    expect(page.map(({ claim }) => claim.verdict)).toEqual([
      "undecided",
      "holds",
      "holds",
      "undecided",
      "holds",
      "undecided",
    ]);
    expect(page.map(({ correction }) => correction?.correctedPValue)).toEqual([
      0.09,
      undefined,
      0.016,
      0.09,
      undefined,
      0.2,
    ]);
    expect(page[0]).toMatchObject({
      original: { verdict: "holds" },
      correction: { correctedPValue: 0.09, familySize: 4 },
    });
    expect(page.map(describeIndecision)).toEqual([
      "undecided beside the other 3 (Holm): p = 0.09",
      undefined,
      undefined,
      "undecided beside the other 3 (Holm): p = 0.09",
      undefined,
      "the interval does not decide",
    ]);
    expect(describeCorrection(page)).toBe("4 that are not exact are corrected together (Holm)");
  });

  it("leaves a single one alone", () => {
    const page = pageOf([0.05, null]);
    expect(page[0]?.claim.verdict).toBe("holds");
    expect(describeCorrection(page)).toBeUndefined();
    expect(describeCorrection(pageOf([null]))).toBeUndefined();
  });

  it("keeps reports with any wrong verdict at 5 %, of twelve claims at their bounds", { timeout: 60_000 }, () => {
    const random = createRandom(12);
    const [rounds, trials] = [400, 10];
    let [alone, together] = [0, 0];
    for (let round = 0; round < rounds; round += 1) {
      const pValues = Array.from({ length: 12 }, () => {
        const samples = Array.from({ length: trials }, () => normal(random));
        return claimPValue(medianIntervals(samples), { kind: "above", bound: 0 });
      });
      if (pValues.some((p) => p <= 0.05)) alone += 1;
      if (pageOf(pValues).some(({ claim }) => claim.verdict !== "undecided")) together += 1;
    }
    expect(alone / rounds).toBeGreaterThan(0.2);
    expect(together / rounds).toBeLessThanOrEqual(0.05 + tolerance(0.05, rounds));
  });
});

describe("texts", () => {
  const above = (bound: number) => ({ test: { kind: "above", bound } }) as const;
  const value = (value: number, unit = "") => ({ label: "", value, low: value, high: value, confidence: 1, unit });

  it.each<[Partial<Claim>, string, string]>([
    [{ estimate: value(20.44), ...above(2) }, "20.4 > 2", "above 2"],
    [{ estimate: value(1), verdict: "fails", ...above(2) }, "1 ≤ 2", "above 2"],
    [{ estimate: value(1), test: { kind: "below", bound: 2 } }, "1 < 2", "below 2"],
    [{ estimate: value(3), verdict: "fails", test: { kind: "below", bound: 2 } }, "3 ≥ 2", "below 2"],
    [{ estimate: value(1.5), test: { kind: "between", low: 1, high: 2 } }, "1.5 is between 1 and 2", "between 1 and 2"],
    [{ estimate: value(4), test: { kind: "equal", bound: 4, tolerance: 0 } }, "4 = 4", "exactly 4"],
    [{ estimate: value(5), verdict: "fails", test: { kind: "equal", bound: 4, tolerance: 0 } }, "5 ≠ 4", "exactly 4"],
    [
      { estimate: value(5), verdict: "fails", test: { kind: "equal", bound: 4, tolerance: 0.5 } },
      "5 is not within 4\u00a0±\u00a00.5",
      "4\u00a0±\u00a00.5",
    ],
    [
      { estimate: value(2 ** 20, "B"), verdict: "undecided", ...above(2 ** 19) },
      "1\u00a0MiB, claimed above 512\u00a0KiB",
      "above 512\u00a0KiB",
    ],
    // Three digits would show both as 1 MiB.
    [{ estimate: value(2 ** 20 + 8, "B"), ...above(2 ** 20) }, "1.00001\u00a0MiB > 1\u00a0MiB", "above 1\u00a0MiB"],
    // MB cannot be compared with MiB by eye: one decimal bound, and all are decimal.
    [
      { estimate: value(1_201_000, "B"), test: { kind: "between", low: 1_200_000, high: 1_203_712 } },
      "1.201\u00a0MB is between 1.2\u00a0MB and 1.204\u00a0MB",
      "between 1.2\u00a0MB and 1.204\u00a0MB",
    ],
    [
      { estimate: value(8056, "B"), test: { kind: "below", bound: 10_000 } },
      "8.06\u00a0kB < 10\u00a0kB",
      "below 10\u00a0kB",
    ],
    [
      { estimate: value(48, "B"), test: { kind: "below", bound: 10_000 } },
      "48\u00a0B < 10\u00a0kB",
      "below 10\u00a0kB",
    ],
  ])("%j", (changes, compared, claimed) => {
    const claim = makeClaim({ verdict: "holds", ...changes });
    expect(compareClaim(claim)).toBe(compared);
    expect(describeTest(claim)).toBe(claimed);
  });

  it("say how sure it is, and what the source found", () => {
    const estimate = { label: "", value: 0.92, low: 0.85, high: 1.02, confidence: 0.95, unit: "ratio" };
    expect(describeCertainty(makeClaim({ estimate }))).toBe("95\u00a0% interval 0.85 to 1.02");
    expect(describeCertainty(makeClaim({ estimate: { ...estimate, confidence: null } }))).toBe("interval 0.85 to 1.02");
    expect(describeCertainty(makeClaim({ estimate: { ...estimate, confidence: 0 } }))).toBe(
      "its interval is unknown: too few trials, or a divisor that may be 0",
    );
    expect(describeCertainty(makeClaim({ estimate: value(1) }))).toBe("exact");
    expect(describeCertainty(makeClaim({ estimate: { ...value(1), confidence: null } }))).toBe(
      "a plain number, no interval",
    );
    expect(describeCertainty(makeClaim({ estimate: { ...value(3), confidence: 0.96875 } }))).toBe(
      "all trials agree, confidence 96.9\u00a0%",
    );
    const bytes = { ...estimate, value: 9953, low: 9953, high: 16_600, confidence: 1, unit: "B" };
    expect(describeCertainty(makeClaim({ estimate: bytes, test: { kind: "below", bound: 20_000 } }))).toBe(
      "bounds 9.9 to 16.6\u00a0kB",
    );
    const undecided = makeClaim({ estimate: { ...estimate, confidence: 0.9375 }, verdict: "undecided", pValue: 1 });
    expect(describeIndecision({ claim: undecided, original: undecided, correction: null })).toBe(
      "95\u00a0% is needed: at least 7 trials for a ratio or difference of two sampled medians, 6 where one side is exact",
    );
    const single = { ...undecided, estimate: { ...undecided.estimate, label: "wall time", unit: "ms" } };
    expect(describeIndecision({ claim: single, original: single, correction: null })).toBe(
      "95\u00a0% is needed: at least 6 trials",
    );
    expect(describeCertainty({ ...single, estimate: { ...single.estimate, confidence: 0 } })).toBe(
      "its interval is unknown: too few trials",
    );
    const unknown = makeClaim({ estimate: { ...estimate, confidence: 0 }, verdict: "undecided", pValue: 1 });
    expect(describeIndecision({ claim: unknown, original: unknown, correction: null })).toBe(
      "95\u00a0% is needed: at least 7 trials for a ratio or difference of two sampled medians, 6 where one side is exact",
    );
    expect(describeRecorded(makeClaim({ recorded: { value: 3.63, label: "the writeup" } }))).toBe("the writeup: 3.63");
    expect(describeRecorded(makeClaim())).toBeUndefined();
  });

  it("count", () => {
    const outputs = (["holds", "holds", "fails", "undecided"] as const).map(
      (verdict, index) => ({ type: "claim", claim: makeClaim({ verdict, sentence: `${index}` }) }) as const,
    );
    const listed = listClaims(makeResults([makeCellResult("a", [showing(outputs)])]));
    expect(countVerdicts(listed)).toEqual({ holds: 2, fails: 1, undecided: 1 });
    expect(describeCounts(listed)).toBe("4 claims: 2 hold, 1 does not hold, 1 is undecided");
    expect(describeCounts(listed.slice(0, 1))).toBe("1 claim: 1 holds");
  });
});
