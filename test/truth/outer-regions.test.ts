import { describe, expect, it } from "vitest";
import { runCell } from "../helpers/trial-runner.ts";

/** An array of a hundred pointers: the array itself, its elements and the header of those. */
const ARRAY_BYTES = 32 + 16 + 800;

const CODE = `import { checkpoint, measure } from "heapbook";
const slots = new Array(100);
let used = 0;
const names = Array.from({ length: 100 }, (_, i) => "inner " + i);
const make = () => { slots[used++] = new Array(100); };
const clear = () => { used = 0; slots.fill(undefined); };
measure(() => { measure(make, { name: names[0] }); }, { name: "1 first" });
clear();
measure(() => { measure(make, { name: names[0] }); }, { name: "1 again" });
clear();
measure(() => { for (let i = 0; i < 10; i++) measure(make, { name: names[i] }); }, { name: "10 regions" });
clear();
measure(() => { for (let i = 0; i < 100; i++) measure(make, { name: names[i] }); }, { name: "100 regions" });
clear();
measure(() => { for (let i = 0; i < 100; i++) { make(); checkpoint(names[i]); } }, { name: "100 checkpoints" });`;

describe("live bytes of a region with others or with checkpoints in it", () => {
  // They were up to 35 KB too high: V8 compiled the measuring code, and made its records for the first time, within the region.
  it.each([0, 1])("are those that it keeps, with warmup %i", async (warmup) => {
    const trial = await runCell(CODE, { probe: "peak", warmup, timeoutMs: 110_000 });
    const readings = trial.readings.filter(({ id, region }) => id === "endLive" && /^\d/.test(region));
    expect(readings).toHaveLength(5);
    for (const { region, value } of readings) {
      const error = value - Number.parseInt(region, 10) * ARRAY_BYTES;
      expect(Math.abs(error), `${region}: ${error} B`).toBeLessThan(3072);
    }
  });
});
