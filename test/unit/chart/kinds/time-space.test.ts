import fc from "fast-check";
import { expect, test } from "vitest";
import { findParetoFront, timeSpace } from "../../../../src/chart/kinds/time-space.ts";
import { exactly, MIB } from "../sample-charts.ts";

const row = fc.record({
  time: fc.record({ value: fc.integer({ min: 0, max: 20 }) }),
  space: fc.record({ value: fc.integer({ min: 0, max: 20 }) }),
});

test("the front holds exactly the rows that no other beats", () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
      const front = findParetoFront(rows);
      expect(front).toContain(true);
      const kept = rows.filter((_, index) => front[index]);
      for (const [index, one] of rows.entries()) {
        const covered = kept.some(
          (other) => other.time.value <= one.time.value && other.space.value <= one.space.value,
        );
        // What is left out is covered by the front; on the front nothing is better in one and as good in the other.
        expect(covered).toBe(true);
        const better = kept.some(
          (other) =>
            (other.time.value < one.time.value && other.space.value <= one.space.value) ||
            (other.time.value <= one.time.value && other.space.value < one.space.value),
        );
        expect(front[index]).toBe(!better);
      }
    }),
  );
});

test("the table and the sentence name the front", () => {
  const chart = {
    chart: "time-space" as const,
    time: { label: "wall time", unit: "ms" },
    space: { label: "peak resident set", unit: "B" },
    rows: [
      { name: "1 MB", series: "", time: exactly(268), space: exactly(115 * MIB) },
      { name: "8 MB", series: "", time: exactly(208), space: exactly(135 * MIB) },
      { name: "16 MB", series: "", time: exactly(196), space: exactly(133 * MIB) },
    ],
  };
  expect(timeSpace.data(chart).rows.map((one) => one["front"])).toEqual(["yes", "no", "yes"]);
  expect(timeSpace.summarize(chart)).toBe(
    "Wall time against peak resident set, 3 variants; on the Pareto front: 1 MB with 115\u00a0MiB and 268\u00a0ms; 16 MB with 133\u00a0MiB and 196\u00a0ms.",
  );
});
