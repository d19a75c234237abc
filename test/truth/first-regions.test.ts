import { describe, expect, it } from "vitest";
import { runCell } from "../helpers/trial-runner.ts";

/** An array of 500 numbers: the array itself, its elements and the header of those. */
const ARRAY_BYTES = 32 + 16 + 4000;

const NESTED = `measure(() => {
  const kept = [new Array(1000).fill(1)];
  measure(() => new Array(500).fill(3), { name: "inner" });
  kept.push(new Array(300).fill(4));
  return kept;
}, { name: "outer" });`;

async function endLive(code: string, warmup: number): Promise<Record<string, number>> {
  const trial = await runCell(`import { measure } from "heapbook";\n${code}`, { probe: "peak", warmup });
  const readings = trial.readings.filter(({ id }) => id === "endLive");
  return Object.fromEntries(readings.map(({ region, value }) => [region, value]));
}

// V8 dropped what it had compiled for regions that return nothing, up to 11 KB, in the first region that returned something.
describe.each([0, 1])("live bytes of a cell's first regions, with warmup %i", (warmup) => {
  it("are those of the array that each returns", async () => {
    const make = "() => new Array(500).fill(3)";
    const found = await endLive(
      `measure(${make}, { name: "a" }); measure(${make}, { name: "b" }); measure(${make});`,
      warmup,
    );
    for (const name of ["a", "b", ""]) expect(Math.abs((found[name] ?? 0) - ARRAY_BYTES), name).toBeLessThan(200);
  });

  it("are those of a region around another", async () => {
    const { outer = 0, inner } = await endLive(NESTED, warmup);
    expect(inner).toBe(ARRAY_BYTES);
    const kept = 32 + 16 + 17 * 8 + (32 + 16 + 8000) + (32 + 16 + 2400);
    expect(Math.abs(outer - kept)).toBeLessThan(400);
  });

  // `await` keeps what it gave until the next: the second region began with the array of the first, and ended without it.
  it("are those of the array that each of two awaited ones returns", async () => {
    const make = "async () => { await 1; return new Array(500).fill(3); }";
    const found = await endLive(
      `await measure(${make}, { name: "a" }); await measure(${make}, { name: "b" });`,
      warmup,
    );
    for (const name of ["a", "b"]) expect(Math.abs((found[name] ?? 0) - ARRAY_BYTES), name).toBeLessThan(400);
  });

  // V8 dropped code that reads typed arrays, of the measuring code too: 57 KB on Node 24 and 26.
  it.each([
    ["resized", "const b = new ArrayBuffer(100, { maxByteLength: 4000 }); b.resize(10); return b;"],
    ["transferred", "const b = new ArrayBuffer(100); return typeof b.transfer === 'function' ? b.transfer() : b;"],
    // Node 20 has no `transfer()`: 16 KB too low.
    ["cloned", "const b = new ArrayBuffer(100); return structuredClone(b, { transfer: [b] });"],
  ])("are those of a buffer that is %s", async (_, code) => {
    const found = await endLive(`measure(() => { ${code} }, { name: "a" });`, warmup);
    expect(found["a"]).toBeGreaterThan(0);
    expect(found["a"]).toBeLessThan(1500);
  });
});
