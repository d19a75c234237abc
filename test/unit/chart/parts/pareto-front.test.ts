import fc from "fast-check";
import { expect, test } from "vitest";
import { findParetoFront } from "../../../../src/chart/parts/pareto-front.ts";

const row = fc.record({
  time: fc.record({ value: fc.integer({ min: 0, max: 20 }) }),
  space: fc.record({ value: fc.integer({ min: 0, max: 20 }) }),
});

test("the front is exactly the rows that no other row beats", () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
      const front = findParetoFront(rows);
      expect(front).toContain(true);
      const kept = rows.filter((_, index) => front[index]);
      for (const [index, one] of rows.entries()) {
        const covered = kept.some(
          (other) => other.time.value <= one.time.value && other.space.value <= one.space.value,
        );
        // A row off the front is covered by one on the front. No row on the front is beaten by another.
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
