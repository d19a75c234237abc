import { describe, expect, it } from "vitest";
import { compareLines } from "../../../src/diff/lines.ts";
import type { LineProfile } from "../../../src/model/line-profile.ts";
import type { VariantResult } from "../../../src/model/report-results.ts";
import { makeLine, makeProfile } from "../../helpers/profiles.ts";
import { makeTrial, makeTrialSet, makeVariant } from "../../helpers/results.ts";

const variant = (profile: LineProfile): VariantResult =>
  makeVariant({}, [makeTrialSet("lines", [makeTrial({ lineProfiles: [profile] })])]);

/** A profile of a text; the bytes allocated by line. */
const profileOf = (
  text: readonly string[],
  bytes: Readonly<Record<number, number>>,
  changes: Partial<LineProfile> = {},
) =>
  variant(
    makeProfile(
      Object.entries(bytes).map(([line, allocatedBytes]) => makeLine(Number(line), { allocatedBytes })),
      { sources: { "walks.ts": [...text] }, ...changes },
    ),
  );

const TEXT = ["a();", "b();", "c();"];

describe("lines of two texts", () => {
  it("a line that only moved is the same line", () => {
    const before = profileOf(TEXT, { 1: 10, 3: 30 });
    expect(compareLines("walks", before, profileOf(["// new", "// lines", ...TEXT], { 3: 10, 5: 30 }))).toEqual([]);
    expect(compareLines("walks", before, profileOf(["// new", ...TEXT], { 2: 10, 4: 36 }))).toMatchObject([
      { lineBefore: 3, lineAfter: 4, source: "c();", beforeBytes: 30, afterBytes: 36, differenceBytes: 6 },
    ]);
  });

  it("a line that was edited in place is the same line", () => {
    expect(
      compareLines("walks", profileOf(TEXT, { 2: 20 }), profileOf(["a();", "b(2);", "c();"], { 2: 50 })),
    ).toMatchObject([{ lineBefore: 2, lineAfter: 2, source: "b(2);", differenceBytes: 30 }]);
  });

  it("removed lines and new lines have one number", () => {
    const before = profileOf(TEXT, { 2: 20 });
    const after = profileOf(["a();", "c();", "d();"], { 3: 7 });
    expect(compareLines("walks", before, after)).toMatchObject([
      { lineBefore: null, lineAfter: 3, source: "d();", differenceBytes: 7 },
      { lineBefore: 2, lineAfter: null, source: "b();", beforeBytes: 20, afterBytes: 0, differenceBytes: -20 },
    ]);
  });

  it("estimates count only beyond their interval, and engines are not mixed", () => {
    const sampled = (bytes: number): VariantResult =>
      variant(
        makeProfile([makeLine(1, { allocatedBytes: bytes, standardError: { allocatedBytes: 10, liveBytes: 0 } })], {
          instrumentation: { engine: "sampler", intervalBytes: 512 } as LineProfile["instrumentation"],
        }),
      );
    // 1.96 · √(10² + 10²) = 27.7
    expect(compareLines("walks", sampled(100), sampled(127))).toEqual([]);
    expect(compareLines("walks", sampled(100), sampled(128))).toMatchObject([{ differenceBytes: 28 }]);
    expect(compareLines("walks", profileOf(TEXT, { 1: 10 }), sampled(500))).toEqual([]);
  });
});
