import { describe, expect, it } from "vitest";
import { foundMinHeap, searchMinHeap } from "../../../src/experiment/min-heap-search.ts";
import { processExecutor } from "../../../src/process/run-trial.ts";
import { prepareCell } from "../../helpers/trial-runner.ts";

/** Holds so many MB of small arrays: none of them is a large object, and all outlive the young generation. */
const holds = (megabytes: number): string => `const all = [];
for (let i = 0; i < ${(megabytes * 1e6) / 80}; i++) all.push([i, i, i, i]);
export { all };`;

async function minHeapMiB(code: string): Promise<number> {
  const spec = await prepareCell(code, { probe: "min-heap" });
  const trial = await searchMinHeap(processExecutor, spec, new AbortController().signal);
  expect(trial.failure).toBeNull();
  expect(trial.outputs).toEqual([]);
  return foundMinHeap([trial]) ?? Number.NaN;
}

describe("the smallest heap", () => {
  it("holds what lives, and is found again to 1 MiB", async () => {
    const first = await minHeapMiB(holds(40));
    const second = await minHeapMiB(holds(40));
    expect(Math.abs(first - second)).toBeLessThanOrEqual(1);
    // 40 MB are 38.1 MiB, of which a few may be in the young generation; Node itself has some 4 MiB, and the table of a
    // growing list is there twice for a moment.
    expect(first).toBeGreaterThanOrEqual(34);
    expect(first).toBeLessThanOrEqual(56);
    const none = await minHeapMiB("export const nothing = 0;");
    expect(none).toBeLessThanOrEqual(8);
  });
});
