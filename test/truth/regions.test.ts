import { describe, expect, it } from "vitest";
import type { ProbeName } from "../../src/model/probes.ts";
import type { ExecutedTrial } from "../../src/process/trial-executor.ts";
import { runCell } from "../helpers/trial-runner.ts";

const PROBES: readonly ProbeName[] = ["output", "peak", "bracket", "allocated", "gc", "time", "min-heap"];

function listMeasured({ readings, peakPasses = [] }: ExecutedTrial): readonly string[] {
  return [...new Set([...readings, ...peakPasses].map(({ region }) => region))];
}

describe.each(PROBES)("under the %s probe", (probe) => {
  it("a checkpoint outside a region is free and silent", async () => {
    const code = `import { checkpoint, measure } from "heapbook";
measure(() => {}, { name: "a" });
checkpoint("outside");
setTimeout(() => checkpoint("later"), 1);`;
    const trial = await runCell(code, { probe });
    expect(trial.failure).toBeNull();
    expect(trial.checkpoints.map(({ name }) => name)).toEqual(probe === "peak" ? ["end"] : []);
  });

  it("a region that never ends reports nothing, and the others do", async () => {
    const code = `import { measure } from "heapbook";
measure(() => new Promise(() => {}), { name: "never" });
measure(() => [1, 2, 3], { name: "ends" });`;
    const trial = await runCell(code, { probe });
    expect(trial.failure).toBeNull();
    expect(listMeasured(trial)).toEqual(probe === "output" || probe === "min-heap" ? [] : ["ends"]);
  });

  it("a cell that awaits a region that never ends fails", async () => {
    const code = 'import { measure } from "heapbook";\nawait measure(() => new Promise(() => {}));';
    expect((await runCell(code, { probe })).failure).toEqual({ kind: "unsettled-await" });
  });

  it("a region that throws reports nothing, and throws on; those around it go on", async () => {
    const code = `import { measure } from "heapbook";
measure(() => {
  try { measure(() => { throw new Error("no"); }, { name: "inner" }); } catch {}
  return new Array(1000).fill(1);
}, { name: "outer" });
await measure(async () => { throw new Error("rejected"); }, { name: "async" }).catch(() => {});
measure(() => { throw new Error("at last"); }, { name: "last" });`;
    const trial = await runCell(code, { probe });
    expect(trial.failure).toMatchObject({ kind: "exception", message: "at last" });
    expect(listMeasured(trial)).toEqual(probe === "output" || probe === "min-heap" ? [] : ["outer"]);
  });

  it("a region calls its function once, after the cell's warm-up", async () => {
    const code = `import { measure } from "heapbook";
let calls = 0;
const { value } = measure(() => ++calls);
const later = await measure(async () => ++calls);
throw new Error(JSON.stringify([value, later.value]));`;
    const trial = await runCell(code, { probe, warmup: 2 });
    expect(trial.failure).toMatchObject({ message: probe === "output" ? "[1,2]" : "[3,6]" });
  });

  it("a region within another calls its function once: the warm-up of the outer one has called it", async () => {
    const code = `import { measure } from "heapbook";
let calls = 0;
const { value } = measure(() => {
  const before = calls;
  measure(() => ++calls, { name: "inner" });
  return calls - before;
}, { name: "outer" });
throw new Error(String(value));`;
    expect((await runCell(code, { probe, warmup: 2 })).failure).toMatchObject({ message: "1" });
  });
});
