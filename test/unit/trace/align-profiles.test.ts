import { describe, expect, it } from "vitest";
import { describeDifference } from "../../../src/commands/trace-text.ts";
import type { LineProfile } from "../../../src/model/line-profile.ts";
import { alignProfile, matchLines } from "../../../src/trace/align-profiles.ts";
import { makeLine, makeProfile } from "../../helpers/profiles.ts";

const SOURCE = [
  "const cache = new Map();",
  "function fill(n) {",
  "  cache.set(n, [n]);",
  "}",
  "fill(1);",
  "exports.a = fill;",
];

/** A profile of one file: bytes by line. */
function profileOf(file: string, source: readonly string[], bytes: Readonly<Record<number, number>>): LineProfile {
  const lines = Object.entries(bytes).map(([line, allocatedBytes]) =>
    makeLine(Number(line), { file, allocatedBytes, liveBytes: allocatedBytes, allocations: 1 }),
  );
  return makeProfile(lines, { sources: { [file]: source } });
}

/** A profile whose first line has bytes of its own and those of the module's start. */
function startingProfile(source: readonly string[], own: number, start: number): LineProfile {
  const startUp = { liveBytes: start, liveObjects: 1, allocatedBytes: start, allocations: 1 };
  const bytes = own + start;
  const amounts = {
    allocatedBytes: bytes,
    liveBytes: bytes,
    allocations: 2,
    liveObjects: 2,
    functionLevelBytes: start,
  };
  return makeProfile([makeLine(1, { file: "a.js", ...amounts, startUp })], { sources: { "a.js": source } });
}

describe("the start of a module", () => {
  it("stays at the first line, while the code of that line moves", () => {
    const aligned = alignProfile(startingProfile(SOURCE, 40, 500), startingProfile(["// new", ...SOURCE], 0, 500), "x");
    expect(
      aligned.lines.map(({ line, liveBytes, functionLevelBytes }) => [line, liveBytes, functionLevelBytes]),
    ).toEqual([
      [1, 500, 500],
      [2, 40, 0],
    ]);
  });

  it("is one line with code that is in its place", () => {
    const aligned = alignProfile(startingProfile(SOURCE, 40, 500), startingProfile(SOURCE, 0, 500), "x");
    expect(aligned.lines.map(({ line, liveBytes, allocations }) => [line, liveBytes, allocations])).toEqual([
      [1, 540, 2],
    ]);
  });
});

const placesOf = ({ lines }: LineProfile): string[] => lines.map(({ file, line }) => `${file}:${line}`);

describe("matchLines", () => {
  it.each([
    { what: "an inserted line", after: ["// new", ...SOURCE], line: 4 },
    { what: "a removed line", after: SOURCE.slice(1), line: 2 },
    { what: "a line that moved", after: ["  cache.set(n, [n]);", ...SOURCE.slice(0, 2), ...SOURCE.slice(3)], line: 1 },
    { what: "a line in a block of its own", after: SOURCE.map((each) => `    ${each}`), line: 3 },
    { what: "a line whose text changed", after: SOURCE.with(2, "  cache.set(n, [n, n]);"), line: undefined },
  ])("follows $what", ({ after, line }) => {
    expect(matchLines(SOURCE, after).get(3)).toBe(line);
  });

  it("matches each line of a text once, in order", () => {
    const repeated = ["f(1);", "f(1);", "f(1);"];
    expect([...matchLines(repeated, ["// a", ...repeated])]).toEqual([
      [1, 2],
      [2, 3],
      [3, 4],
    ]);
  });
});

describe("alignProfile", () => {
  it("puts lines of a renamed folder, of inserted and of moved lines in the place that they have now", () => {
    const before = profileOf("src/cache.js", SOURCE, { 1: 10, 3: 100 });
    const after = profileOf("lib/cache.js", ["// new", ...SOURCE], { 2: 10, 4: 150 });
    const aligned = alignProfile(before, after, "old.json");
    expect(placesOf(aligned)).toEqual(["lib/cache.js:2", "lib/cache.js:4"]);
    expect(describeDifference(after, aligned, "allocated", 10).filter((line) => line.includes("size="))).toEqual([
      "lib/cache.js:4: size=150 B (+50 B), count=1 (+0), average=150 B",
    ]);
  });

  it("keeps lines apart that only one of the two has, though their numbers are equal", () => {
    const before = profileOf("cache.js", SOURCE, { 3: 100 });
    const after = profileOf("cache.js", SOURCE.with(2, "  cache.set(n, new Array(n));"), { 3: 30 });
    const aligned = alignProfile(before, after, "HEAD~1");
    expect(placesOf(aligned)).toEqual(["cache.js (HEAD~1):3"]);
    const text = describeDifference(after, aligned, "allocated", 10).join("\n");
    expect(text).toContain("cache.js (HEAD~1):3: size=0 B (-100 B), count=0 (-1)\n    cache.set(n, [n]);");
    expect(text).toContain(
      "cache.js:3: size=30 B (+30 B), count=1 (+1), average=30 B\n    cache.set(n, new Array(n));",
    );
    expect(text).toContain("Total: -70 B");
  });

  it("compares two scripts as one file, whatever they are called", () => {
    const before = profileOf("service.js", SOURCE, { 3: 100, 5: 7 });
    const after = profileOf("fixed.js", ["fill(1);", "other();"], { 1: 7, 2: 1 });
    const aligned = alignProfile(before, after, "service.js", ["service.js", "fixed.js"]);
    expect(placesOf(aligned)).toEqual(["service.js:3", "fixed.js:1"]);
  });

  it("does not take files with little in common for one", () => {
    const before = profileOf("a/util.js", ["one();", "two();", "three();", "four();"], { 1: 5 });
    const after = profileOf("b/util.js", ["one();", "eins();", "zwei();", "drei();"], { 1: 5 });
    expect(placesOf(alignProfile(before, after, "x"))).toEqual(["a/util.js:1"]);
  });

  it("loses no bytes", () => {
    const before = profileOf("cache.js", SOURCE, { 1: 1, 2: 2, 3: 4, 5: 8, 6: 16 });
    const after = profileOf("cache.js", ["x();", ...SOURCE.toReversed()], { 1: 1 });
    const total = (profile: LineProfile): number => profile.lines.reduce((sum, line) => sum + line.allocatedBytes, 0);
    expect(total(alignProfile(before, after, "x"))).toBe(total(before));
  });
});
