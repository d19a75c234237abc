import { describe, expect, it } from "vitest";
import { didYouMean, nearest } from "../../src/errors.ts";

describe("the nearest name", () => {
  it.each([
    ["lagn", ["logo", "lang"], "lang"],
    ["bra", ["arc", "bar"], "bar"],
    ["Lagn", ["logo", "lang"], "lang"],
    ["labl", ["label", "lang"], "label"],
    ["walks", ["walk", "walks"], "walks"],
    ["zzz", ["label", "lang"], undefined],
  ])("to %s of %j is %s", (typed, candidates, expected) => {
    expect(nearest(typed, candidates)).toBe(expected);
  });

  it("is said, or each known name once", () => {
    expect(didYouMean("tabel", ["table"], "exports")).toBe("Did you mean `table`?");
    expect(didYouMean("xyz", ["one", "one", "two"], "cells")).toBe("Known cells: one, two.");
    expect(didYouMean("xyz", [], "cells")).toBe("There are no cells in this report.");
  });
});
