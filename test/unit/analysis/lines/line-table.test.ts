import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tabulateLines } from "../../../../src/analysis/lines/line-table.ts";
import type { LineAllocation } from "../../../../src/model/line-profile.ts";
import type { LineTableSum } from "../../../../src/model/line-views.ts";
import { makeLine, makeProfile } from "../../../helpers/profiles.ts";

const profile = makeProfile(
  [
    makeLine(3, { allocatedBytes: 100, allocations: 2 }),
    makeLine(7, { allocatedBytes: 900, allocations: 9, liveBytes: 40, liveObjects: 1, functionLevelBytes: 300 }),
    makeLine(9, { allocatedBytes: 100, allocations: 1, liveBytes: 80, liveObjects: 2 }),
  ],
  { elsewhere: { liveBytes: 5, allocatedBytes: 11 } },
);
const named = { name: "saved", profile };

describe("the heaviest lines", () => {
  test("lines with most bytes stand first, and equal ones in the order of the file", () => {
    const table = tabulateLines(named, { by: "allocated", top: 10 });
    expect(table.rows.map(({ line }) => line)).toEqual([7, 3, 9]);
    expect(table.rows[0]).toMatchObject({ file: "walks.ts", source: "line(7);", difference: null });
    expect(table).toMatchObject({ name: "saved", comparedWith: null, functionLevelBytes: 300 });
  });

  test("a line without bytes of the measure is counted among the others", () => {
    const table = tabulateLines(named, { by: "live", top: 10 });
    expect(table.rows.map(({ line }) => line)).toEqual([9, 7]);
    expect(table.others).toEqual({ lines: 1, liveBytes: 0, allocatedBytes: 100, difference: null });
    expect(table.total).toEqual({ liveBytes: 125, allocatedBytes: 1111, difference: null });
  });

  test("a line without a known source has empty text", () => {
    const strange = makeProfile([
      makeLine(999, { allocatedBytes: 1 }),
      makeLine(1, { file: "__proto__", allocatedBytes: 1 }),
    ]);
    const { rows } = tabulateLines({ name: "", profile: strange }, { by: "allocated", top: 5 });
    expect(rows.map(({ source }) => source)).toEqual(["", ""]);
  });
});

describe("the difference of two runs", () => {
  const base = makeProfile([
    makeLine(7, { allocatedBytes: 400, allocations: 4, liveBytes: 40, liveObjects: 1 }),
    makeLine(9, { allocatedBytes: 100, allocations: 1, liveBytes: 80, liveObjects: 2 }),
    makeLine(20, { allocatedBytes: 700, allocations: 7 }),
  ]);
  const compareWith = { name: "dropped", profile: base };

  test("lines that differ most stand first, whichever run has more", () => {
    const table = tabulateLines(named, { by: "allocated", top: 10, compareWith });
    expect(table.rows.map(({ line, difference }) => [line, difference?.allocatedBytes])).toEqual([
      [20, -700],
      [7, 500],
      [3, 100],
      // Lines that do not differ come last, as in CPython's.
      [9, 0],
    ]);
    expect(table.rows[0]).toMatchObject({ allocatedBytes: 0, allocations: 0, source: "line(20);" });
    expect(table.total.difference).toEqual({ liveBytes: 5, allocatedBytes: 1111 - 1200 });
    expect(table.comparedWith).toBe("dropped");
  });

  test("a comparison of an exact profile with an estimate is an estimate", () => {
    const sampled = {
      ...compareWith,
      profile: { ...base, instrumentation: { engine: "sampler", intervalBytes: 512 } },
    } as const;
    expect(tabulateLines(named, { by: "live", top: 1, compareWith: sampled }).instrumentation).toEqual({
      engine: "sampler",
      intervalBytes: 512,
    });
  });
});

const bytes = fc.nat({ max: 2 ** 40 });
const lines = fc
  .uniqueArray(fc.record({ line: fc.integer({ min: 1, max: 80 }), liveBytes: bytes, allocatedBytes: bytes }), {
    selector: ({ line }) => line,
  })
  .map((rows): LineAllocation[] => rows.map(({ line, ...rest }) => makeLine(line, rest)));

test("rows, others and elsewhere add up to the total, and no line is lost", () => {
  fc.assert(
    fc.property(lines, lines, fc.nat({ max: 12 }), fc.boolean(), (own, other, top, compared) => {
      const table = tabulateLines(
        { name: "a", profile: makeProfile(own, { elsewhere: { liveBytes: 3, allocatedBytes: 4 } }) },
        { by: "live", top, compareWith: compared ? { name: "b", profile: makeProfile(other) } : undefined },
      );
      const distinct = new Set([...own, ...(compared ? other : [])].map(({ line }) => line));
      expect(table.rows.length + table.others.lines).toBe(distinct.size);
      const parts: LineTableSum[] = [...table.rows, table.others, table.elsewhere];
      const add = (read: (sum: LineTableSum) => number): number => parts.reduce((sum, part) => sum + read(part), 0);
      expect(add((sum) => sum.liveBytes)).toBe(table.total.liveBytes);
      expect(add((sum) => sum.allocatedBytes)).toBe(table.total.allocatedBytes);
      expect(add((sum) => sum.difference?.liveBytes ?? 0)).toBe(table.total.difference?.liveBytes ?? 0);
      expect(table.total.liveBytes).toBe(own.reduce((sum, { liveBytes }) => sum + liveBytes, 3));
    }),
  );
});
