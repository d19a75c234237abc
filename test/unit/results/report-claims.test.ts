import { describe, expect, it } from "vitest";
import type { Claim } from "../../../src/model/report-results.ts";
import {
  compareClaim,
  describeCertainty,
  describeCounts,
  describeRecorded,
  describeTest,
} from "../../../src/results/claim-texts.ts";
import { countVerdicts, listClaims } from "../../../src/results/report-claims.ts";
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
      "one trial: its interval is unknown",
    );
    expect(describeCertainty(makeClaim({ estimate: value(1) }))).toBe("exact");
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
