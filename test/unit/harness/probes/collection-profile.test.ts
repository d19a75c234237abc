import fc from "fast-check";
import { expect, it } from "vitest";
import { sumAllocated } from "../../../../src/harness/probes/collection-profile.ts";

it("allocated bytes are what was freed and what is left", () => {
  const stretch = fc.array(
    fc.record({ allocated: fc.nat(1e6), freedShare: fc.double({ min: 0, max: 1, noNaN: true }) }),
  );
  fc.assert(
    fc.property(fc.nat(1e6), stretch, (base, rounds) => {
      let used = base;
      const steps = [{ isFull: true, beforeBytes: 0, afterBytes: base }];
      for (const { allocated, freedShare } of rounds) {
        const beforeBytes = used + allocated;
        used = Math.floor(beforeBytes * (1 - freedShare));
        steps.push({ isFull: true, beforeBytes, afterBytes: used });
      }
      expect(sumAllocated(steps)).toBe(rounds.reduce((sum, { allocated }) => sum + allocated, 0));
    }),
  );
  expect(sumAllocated([])).toBe(0);
});
