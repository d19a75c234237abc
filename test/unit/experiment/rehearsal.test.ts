import { expect, it } from "vitest";
import { groupVariants, planRehearsal } from "../../../src/experiment/rehearsal.ts";

const READS = 'import fs from "node:fs"; fs.readFileSync("data");';
const cell = (source: string, warmup = 0) => ({ source, options: { warmup } });

it("rehearses cells whose later calls may read something", () => {
  expect(planRehearsal(cell("", 2), READS, ["output", "allocated"])).toEqual([]);
  expect(planRehearsal(cell("", 2), READS, ["output"])).toBeUndefined();
  // The search for the smallest heap makes the warm-up calls, and observes files itself.
  expect(planRehearsal(cell("", 2), READS, ["min-heap"])).toBeUndefined();
  expect(planRehearsal(cell("", 2), "measure(() => [1]);", ["allocated"])).toBeUndefined();
  expect(planRehearsal(cell(""), `${READS} measure(fn, { iterations: 5 })`, ["time"])).toEqual([]);
  // Only `time` makes more calls.
  expect(planRehearsal(cell(""), `${READS} measure(fn, { iterations: 5 })`, ["allocated"])).toBeUndefined();
});

it("gives a rehearsal the metrics of the probes that run", () => {
  expect(planRehearsal(cell("const { metrics } = measure(fn);"), READS, ["allocated"])).toEqual(["allocated"]);
});

it("groups sets by their variant", () => {
  const sets = [{ variant: { n: 1 } }, { variant: { n: 2 } }, { variant: { n: 1 } }];
  expect(groupVariants(sets)).toEqual([[sets[0], sets[2]], [sets[1]]]);
});
