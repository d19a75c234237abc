import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { objectsPerSample, SampleSizes } from "../../../src/allocation/sample-sizes.ts";

/** As V8 rounds: what it reports of one sample, and of a place with several of a size. */
const reported = (size: number, samples: number, interval: number): number =>
  size * Math.floor(samples / (1 - Math.exp(-size / interval)) + 0.5);

const sizeOf = fc.integer({ min: 2, max: 2000 }).map((words) => words * 8);
const interval = fc.constantFrom(64, 512, 4096, 65_536);

describe("a sample", () => {
  it("stands for the reciprocal of the probability that V8 takes it", () => {
    expect(objectsPerSample(512, 512)).toBeCloseTo(1 / (1 - 1 / Math.E), 12);
    expect(objectsPerSample(16, 512)).toBeCloseTo(32.5026, 4);
    expect(objectsPerSample(1_000_000, 512)).toBe(1);
  });

  it("can have several sizes, between which V8's sum over the node decides", () => {
    const sizes = new SampleSizes(512);
    expect(sizes.candidates(528)).toEqual([264, 176, 88, 48, 24, 16]);
    for (const size of sizes.candidates(528)) {
      const group = { product: 528, samples: 100 };
      expect(sizes.solve([group], reported(size, 100, 512))).toEqual([size]);
    }
  });

  it("that stays ambiguous gets the most frequent size of other nodes", () => {
    const sizes = new SampleSizes(512);
    const single = { product: 528, samples: 1 };
    sizes.learn([{ product: 528, samples: 9 }], [24]);
    expect(sizes.solve([single], 528)).toEqual([24]);
  });

  it("gets the size of its object, or sizes with the same sum", () => {
    fc.assert(
      fc.property(
        interval,
        fc.uniqueArray(fc.record({ size: sizeOf, samples: fc.integer({ min: 1, max: 5000 }) }), {
          maxLength: 5,
          selector: ({ size }) => size,
        }),
        (intervalBytes, taken) => {
          const products = taken.map(({ size }) => reported(size, 1, intervalBytes));
          fc.pre(new Set(products).size === products.length);
          const sizes = new SampleSizes(intervalBytes);
          // Beyond so many combinations not all are tried, and the nearest found stands.
          fc.pre(products.reduce((all, product) => all * sizes.candidates(product).length, 1) <= 2048);
          const groups = taken.map(({ samples }, i) => ({ product: products[i] ?? 0, samples }));
          const selfBytes = taken.reduce((sum, { size, samples }) => sum + reported(size, samples, intervalBytes), 0);
          const solved = sizes.solve(groups, selfBytes);
          expect(solved).toHaveLength(taken.length);
          const sum = solved.reduce((all, size, i) => all + reported(size, taken[i]?.samples ?? 0, intervalBytes), 0);
          expect(sum).toBe(selfBytes);
        },
      ),
    );
  });

  it("of a node with very many sizes gets sizes that V8 could have reported", () => {
    const sizes = new SampleSizes(512);
    const groups = Array.from({ length: 300 }, (_, i) => ({
      product: reported(16 + 8 * i, 1, 512),
      samples: 1 + (i % 7),
    }));
    const solved = sizes.solve(groups, 1_000_000);
    solved.forEach((size, i) => {
      expect(sizes.candidates(groups[i]?.product ?? 0)).toContain(size);
    });
  });
});
