import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findSmallest, foundMinHeap, searchMinHeap } from "../../../src/experiment/min-heap-search.ts";
import type { Failure, Trial } from "../../../src/model/report-results.ts";
import type { TrialSpec } from "../../../src/process/trial-executor.ts";
import { makeTrial } from "../../helpers/results.ts";

describe("bisection", () => {
  it("finds the smallest size that fits, in about two logarithms of it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 100 }),
        async (truth, firstGuess) => {
          let asked = 0;
          const fits = async (size: number): Promise<boolean> => {
            asked++;
            return size >= truth;
          };
          expect(await findSmallest(fits, { firstGuess, most: 5000 })).toBe(truth);
          expect(asked).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(Math.max(truth, firstGuess))) + 3);
        },
      ),
    );
  });

  it("gives up above the most, having tried it", async () => {
    const asked: number[] = [];
    const fits = async (size: number): Promise<boolean> => {
      asked.push(size);
      return false;
    };
    expect(await findSmallest(fits, { firstGuess: 16, most: 100 })).toBeUndefined();
    expect(asked).toEqual([16, 32, 64, 100]);
  });
});

const SPEC: TrialSpec = {
  node: "node",
  flags: ["--expose-gc", "--max-old-space-size=4"],
  bundlePath: "/x.mjs",
  bundleMap: "{}",
  folder: "/",
  env: {},
  probe: "min-heap",
  variant: {},
  timeoutMs: 1000,
};
const CRASH: Failure = { kind: "heap-limit", heapSizeLimitBytes: 1, lastCollections: [] };
const crashed: Partial<Trial> = {
  failure: CRASH,
  outputs: [{ type: "stream", name: "stderr", text: "boom", cutBytes: 0 }],
};

describe("the search for the smallest heap", () => {
  const search = (script: (mebibytes: number) => Partial<Trial>): Promise<Trial> =>
    searchMinHeap(
      {
        run: async ({ flags }) => makeTrial(script(Number(/=(\d+)$/.exec(flags.at(-1) ?? "")?.[1]))),
      },
      SPEC,
      new AbortController().signal,
    );

  it("is one trial with one metric, its crashes not shown, its time that of all processes", async () => {
    let processes = 0;
    const trial = await search((size) => {
      processes++;
      return { ...(size >= 30 ? { reads: ["data.csv"] } : crashed), durationMs: 10 };
    });
    expect(trial.failure).toBeNull();
    expect(trial.outputs).toEqual([]);
    expect(trial.readings).toEqual([{ id: "minHeap", region: "", value: 30 * 2 ** 20 }]);
    expect(trial.reads).toEqual(["data.csv"]);
    expect(trial.durationMs).toBe(10 * processes);
    expect(foundMinHeap([trial])).toBe(30);
  });

  it("must be enough in all conditions it is for, with a safety margin, in every confirming run", async () => {
    const runs: string[] = [];
    let unlucky = 3;
    const trial = await searchMinHeap(
      {
        run: async ({ flags, probe }) => {
          const size = Number(/=(\d+)$/.exec(flags.at(-1) ?? "")?.[1]);
          runs.push(`${probe} ${size}`);
          // V8 left to itself: 40 will do for `gc`, but not always.
          const completes = probe === "min-heap" ? size >= 30 : size >= 40 && (size > 44 || --unlucky > 0);
          return makeTrial(completes ? { durationMs: 1 } : { ...crashed, durationMs: 1 });
        },
      },
      SPEC,
      new AbortController().signal,
      [{ probe: "gc", flags: ["--expose-gc"] }],
    );
    const [reading] = trial.readings;
    expect(reading?.value).toBeGreaterThanOrEqual(45 * 2 ** 20);
    expect(reading?.note).toBe("enough for gc, with a margin of 5 %");
    expect(trial.durationMs).toBe(runs.length);
    const size = (reading?.value ?? 0) / 2 ** 20;
    expect(runs.slice(-2)).toEqual([`gc ${size}`, `gc ${size}`]);
  });

  it("fails as the last process did where no heap will do", async () => {
    const trial = await search(() => crashed);
    expect(trial.failure).toEqual(CRASH);
    expect(trial.readings).toEqual([]);
    expect(foundMinHeap([trial])).toBeUndefined();
  });
});
