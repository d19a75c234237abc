import fc from "fast-check";
import { expect, test } from "vitest";
import { listFile } from "../../../../src/analysis/lines/line-listing.ts";
import type { Listing } from "../../../../src/model/line-views.ts";
import { makeLine, makeProfile } from "../../../helpers/profiles.ts";

const shownLines = ({ parts }: Listing): number[] =>
  parts.flatMap(({ firstLine, lines }) => lines.map((_, index) => firstLine + index));

function list(lines: readonly number[], context: number, text?: readonly string[]): Listing {
  const profile = makeProfile(
    lines.map((line) => makeLine(line, { allocatedBytes: 8 })),
    text === undefined ? {} : { sources: { "walks.ts": text } },
  );
  const listing = listFile({ name: "", profile }, { file: "walks.ts", context });
  if (listing === null) throw new Error("there is no such file");
  return listing;
}

test("a file is listed whole where the context covers it", () => {
  expect(shownLines(list([30], 60))).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
});

test("lines far from any that allocates are hidden", () => {
  expect(list([10, 40], 2).parts).toEqual([
    { firstLine: 8, lines: [8, 9, 10, 11, 12].map((line) => `  line(${line});`) },
    { firstLine: 38, lines: [38, 39, 40, 41, 42].map((line) => `  line(${line});`) },
  ]);
});

test("a short gap is shown", () => {
  expect(shownLines(list([10, 18], 2))).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  expect(list([10, 20], 2).parts).toHaveLength(2);
});

test("blank lines at the ends of a part are hidden", () => {
  const text = ["", "", "", "", "const a = [];", "", "a.push(1);", "", "", ""];
  expect(list([5, 7], 400, text).parts).toEqual([{ firstLine: 5, lines: ["const a = [];", "", "a.push(1);"] }]);
});

test("a file that no run contains has no listing", () => {
  expect(listFile({ name: "", profile: makeProfile([]) }, { file: "other.ts", context: 3 })).toBeNull();
});

test("marks of a comparison are differences, and lines that do not differ have none", () => {
  const line = { allocatedBytes: 10, liveBytes: 4 };
  const profile = makeProfile([makeLine(3, line), makeLine(5, { allocatedBytes: 7 })]);
  const base = makeProfile([makeLine(3, line), makeLine(9, { liveBytes: 6 })]);
  const listing = listFile(
    { name: "a", profile },
    { file: "walks.ts", context: 1, compareWith: { name: "b", profile: base } },
  );
  expect(listing?.marks.map((mark) => [mark.line, mark.allocatedBytes, mark.liveBytes])).toEqual([
    [5, 7, 0],
    [9, 0, -6],
  ]);
  expect(listing?.total).toEqual({ allocatedBytes: 17, liveBytes: 10 });
});

test("every line that allocates is shown once, in order, with its context", () => {
  const marked = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 });
  fc.assert(
    fc.property(marked, fc.nat({ max: 10 }), (lines, context) => {
      const listing = list(lines, context);
      const shown = shownLines(listing);
      expect(shown).toEqual([...new Set(shown)].sort((a, b) => a - b));
      for (const line of lines) {
        for (let near = Math.max(1, line - context); near <= Math.min(60, line + context); near += 1) {
          expect(shown).toContain(near);
        }
      }
      // Stretches do not touch: otherwise they would be one.
      for (const [index, part] of listing.parts.entries()) {
        const next = listing.parts[index + 1];
        if (next !== undefined) expect(part.firstLine + part.lines.length).toBeLessThan(next.firstLine - 2);
      }
    }),
  );
});
