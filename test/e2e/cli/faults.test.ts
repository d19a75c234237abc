import { expect, it } from "vitest";
// @ts-expect-error: plain JavaScript, which `npm run audit:faults` runs without a compiler.
import { checkEndings, checkPatches } from "../../faults/cells.mjs";
// @ts-expect-error: the same
import { checkSituations } from "../../faults/situations.mjs";
// @ts-expect-error: the same
import { checkStore } from "../../faults/store.mjs";

// The short form of `npm run audit:faults`: each n-th case. Kills and full disks have tests of their own.

type Check = (report: (label: string, faults: readonly string[]) => void, step: number) => Promise<void>;

it.each<[string, Check, number]>([
  ["ways of ending", checkEndings, 7],
  ["hostile changes", checkPatches, 20],
  ["corruptions of the store", checkStore, 16],
  ["situations of a user", checkSituations, 9],
])("%s: nothing is lost, no stack is shown, nothing hangs", async (_, check, step) => {
  const found: string[] = [];
  await check((label, faults) => {
    if (faults.length > 0) found.push(`${label}: ${faults.join("; ")}`);
  }, step);
  expect(found).toEqual([]);
});
