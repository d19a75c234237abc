import { describe, expect, it } from "vitest";
import type { Trial } from "../../src/model/report-results.ts";
import { type RunOptions, runCell } from "../helpers/trial-runner.ts";

const COUNT = 100_000;

/** `elements` of an array: map and length, then a word for each. */
const elementsBytes = (length: number): number => 16 + 8 * length;
/** An array: map, properties, elements and length, then its elements. */
const arrayBytes = (length: number): number => 32 + elementsBytes(length);
/** An object made by a literal: map, properties, elements, then a word for each property. */
const objectBytes = (properties: number): number => 24 + 8 * properties;
/** A flat string of one-byte characters: map, hash and length, then its characters, rounded up to a word. */
const stringBytes = (length: number): number => 16 + Math.ceil(length / 8) * 8;
const HEAP_NUMBER_BYTES = 16;

/** Node 26 does not tell what the memory of WebAssembly takes (docs/measurement.md). */
const WASM_IS_COUNTED = Number(process.versions.node.split(".")[0]) <= 24;

/** What each region holds at its end, and how many bytes that is on x64 without pointer compression. */
const REGIONS: Readonly<Record<string, { readonly code: string; readonly bytes: number }>> = {
  arrays: { code: "fill((i) => [i, i + 1])", bytes: arrayBytes(COUNT) + COUNT * arrayBytes(2) },
  objects: { code: "fill((i) => ({ x: i, y: i, z: i }))", bytes: arrayBytes(COUNT) + COUNT * objectBytes(3) },
  doubles: { code: "fillWithDoubles()", bytes: arrayBytes(1_000_000) },
  boxed: {
    code: "fill((i) => ({ x: i + 0.5 }))",
    bytes: arrayBytes(COUNT) + COUNT * (objectBytes(1) + HEAP_NUMBER_BYTES),
  },
  strings: {
    code: 'fill((i) => (scratch.writeUInt32LE(i), scratch.toString("latin1")))',
    bytes: arrayBytes(COUNT) + COUNT * stringBytes(37),
  },
  typed: { code: "new Float64Array(1_000_000)", bytes: 8_000_000 },
  buffers: { code: "Array.from({ length: 100 }, () => new ArrayBuffer(50_000))", bytes: 5_000_000 },
  resizable: { code: "new ArrayBuffer(5_000_000, { maxByteLength: 8_000_000 })", bytes: 5_000_000 },
  hexadecimal: { code: 'Buffer.alloc(2_000_000).toString("hex")', bytes: 4_000_000 },
  ...(WASM_IS_COUNTED ? { wasm: { code: "new WebAssembly.Memory({ initial: 80 })", bytes: 80 * 65_536 } } : {}),
  large: { code: "Array.from({ length: 20 }, () => new Array(30_000).fill(1))", bytes: 20 * arrayBytes(30_000) },
};

const CODE = `import { measure } from "heapbook";
function fill(make) {
  const all = new Array(${COUNT});
  for (let i = 0; i < ${COUNT}; i++) all[i] = make(i);
  return all;
}
// Of its own, for V8 learns at each \`new Array\` what it will hold: only one that held nothing else holds bare doubles.
function fillWithDoubles() {
  const all = new Array(1_000_000);
  for (let i = 0; i < 1_000_000; i++) all[i] = i + 0.5;
  return all;
}
const scratch = Buffer.alloc(37, "x");
${Object.entries(REGIONS)
  .map(([name, { code }]) => `measure(() => ${code}, { name: "${name}" });`)
  .join("\n")}
measure(() => {}, { name: "empty" });
`;

function readings(trial: Trial, id = "checkpointLive"): Record<string, number> {
  if (trial.failure !== null) throw new Error(JSON.stringify(trial.failure));
  return Object.fromEntries(
    trial.readings.filter((reading) => reading.id === id).map(({ region, value }) => [region, value]),
  );
}

const measure = (code: string, options: RunOptions = {}) => runCell(code, { probe: "peak", ...options });

describe("live memory", () => {
  it("is the size of what is held, within 0.5 %", async () => {
    const peaks = readings(await measure(CODE));
    expect(Object.keys(peaks)).toEqual([...Object.keys(REGIONS), "empty"]);
    for (const [name, { bytes }] of Object.entries(REGIONS)) {
      const error = (peaks[name] ?? 0) / bytes - 1;
      expect(Math.abs(error), `${name}: ${peaks[name]} B, not ${bytes} B`).toBeLessThan(0.005);
    }
    expect(peaks["empty"]).toBe(0);
  });

  it("is 0 B for an empty region: the first, a later one, with a name, around another, with a checkpoint, awaited", async () => {
    const trial = await measure(`import { checkpoint, measure } from "heapbook";
measure(() => {});
measure(() => {}, { name: "named" });
for (let i = 0; i < 6; i++) measure(() => {}, { name: "repeated" });
measure(() => { measure(() => {}, { name: "inner" }); }, { name: "outer" });
measure(() => { checkpoint("in it"); }, { name: "checked" });
await measure(async () => {}, { name: "async" });
await measure(async () => { await null; }, { name: "awaiting" });
await measure(() => Promise.resolve(), { name: "promise" });
await measure(() => new Promise((resolve) => setTimeout(resolve, 5)), { name: "timer" });
await measure(async () => { await measure(async () => { await null; }, { name: "async inner" }); }, { name: "async outer" });
try { measure(() => { throw new Error("no"); }, { name: "throws" }); } catch {}
measure(() => {}, { name: "after one that threw" });`);
    const peaks = readings(trial);
    expect(Object.keys(peaks)).toHaveLength(13);
    expect(Object.entries(peaks).filter(([, bytes]) => bytes !== 0)).toEqual([]);
    expect(Object.entries(readings(trial, "endLive")).filter(([, bytes]) => bytes !== 0)).toEqual([]);
  });

  it("is exact for a handful of objects too, since nothing else is in the reading", async () => {
    const peaks = readings(
      await measure(`import { measure } from "heapbook";
measure(() => new Array(1000).fill(1), { name: "array" });
measure(() => ({ a: 1, b: 2, c: 3 }), { name: "object" });`),
    );
    // Beside the value there is the feedback of the code that made it: a word or two.
    expect(Math.abs((peaks["array"] ?? 0) - arrayBytes(1000))).toBeLessThan(256);
    expect(peaks["object"]).toBeGreaterThanOrEqual(objectBytes(3));
    expect(peaks["object"]).toBeLessThan(objectBytes(3) + 512);
  });

  it("lacks SharedArrayBuffers, and says so where there are any", async () => {
    const trial = await measure(`import { measure } from "heapbook";
measure(() => new SharedArrayBuffer(5_000_000), { name: "shared" });
let text = Buffer.alloc(4_000_000, "x").toString("latin1");
measure(() => { text = ""; }, { name: "frees a string" });
measure(() => new ArrayBuffer(5_000_000), { name: "own" });`);
    const noted = trial.readings.filter(({ note }) => note !== undefined).map(({ region, id }) => `${region} ${id}`);
    expect(noted).toEqual(["shared checkpointLive", "shared endLive", "shared endExternal"]);
    expect(readings(trial)["shared"]).toBeLessThan(1024);
  });

  it("says what is outside of the heap", async () => {
    const trial = await measure(`import { measure } from "heapbook";
globalThis.kept = [new ArrayBuffer(300_000)];
kept.push(measure(() => [new ArrayBuffer(5_000_000), new Array(1000).fill(1)], { name: "buffer" }).value);
kept.push(measure(() => Buffer.alloc(4_000_000, "x").toString("latin1"), { name: "string" }).value);
kept.push(measure(() => new Array(1000).fill(1), { name: "array" }).value);
measure(() => { kept[0] = undefined; }, { name: "frees" });
measure(() => { kept.push(measure(() => new ArrayBuffer(1_000_000), { name: "inner" }).value); }, { name: "outer" });
measure(() => { new ArrayBuffer(1_000_000); }, { name: "drops" });`);
    expect(readings(trial, "endExternal")).toEqual({
      buffer: 5_000_000,
      string: 4_000_000,
      array: 0,
      frees: -300_000,
      inner: 1_000_000,
      outer: 1_000_000,
      drops: 0,
    });
  });

  it("of two parts is that of the whole", async () => {
    const make = "fill((i) => ({ x: i, y: i, z: i }))";
    const code = CODE.slice(0, CODE.indexOf("const scratch")); // the makers, without the regions
    const parts = readings(
      await measure(`${code}
globalThis.warm = ${make};
globalThis.one = measure(() => ${make}, { name: "one" }).value;
globalThis.two = measure(() => ${make}, { name: "two" }).value;`),
      "endLive",
    );
    const whole = readings(
      await measure(`${code}
globalThis.warm = ${make};
globalThis.all = measure(() => [${make}, ${make}], { name: "all" }).value;`),
      "endLive",
    );
    const sum = (parts["one"] ?? 0) + (parts["two"] ?? 0) + arrayBytes(2);
    expect(Math.abs((whole["all"] ?? 0) - sum)).toBeLessThan(2048);
  });

  it("is that of all that was alive at once, in regions within a region", async () => {
    const code = `import { measure } from "heapbook";
const make = () => new Array(${COUNT}).fill(1);
measure(() => {
  const a = measure(make, { name: "a" }).value;
  const b = measure(make, { name: "b" }).value;
  return a.length + b.length;
}, { name: "both" });`;
    const trial = await measure(code);
    const peaks = readings(trial);
    for (const name of ["a", "b"]) expect(Math.abs((peaks[name] ?? 0) - arrayBytes(COUNT))).toBeLessThan(1024);
    expect(Math.abs((peaks["both"] ?? 0) - 2 * arrayBytes(COUNT))).toBeLessThan(4096);
    expect(trial.checkpoints.map(({ region, name }) => `${region}: ${name}`)).toEqual([
      "both: end of a",
      "a: end",
      "both: end of b",
      "b: end",
      "both: end",
    ]);
  });

  it("is the same, to the byte, in each of ten processes, whatever the name of the bundle", async () => {
    const code =
      'import { measure, random } from "heapbook";\nmeasure(() => Array.from({ length: 20_000 }, () => [random(), new Error("x")]));';
    const peaks = new Set<number | undefined>();
    for (const bundleName of [...new Array<string>(9).fill("b.mjs"), "a-bundle-with-a-longer-name.mjs"]) {
      peaks.add(readings(await measure(code, { bundleName }))[""]);
    }
    expect(peaks.size).toBe(1);
    expect([...peaks][0]).toBeGreaterThan(20_000 * arrayBytes(2));
  });

  it("sees at a checkpoint what is gone at the end", async () => {
    const code = `import { checkpoint, measure } from "heapbook";
measure(() => {
  let held = new Array(${COUNT}).fill(1);
  checkpoint("full");
  held = held.length;
  checkpoint("empty");
  return held;
});`;
    const trial = await measure(code);
    const held = arrayBytes(COUNT);
    expect(Math.abs((readings(trial)[""] ?? 0) / held - 1)).toBeLessThan(0.01);
    expect(readings(trial, "endLive")[""]).toBeLessThan(8192);
    expect(trial.checkpoints.map((checkpoint) => checkpoint.name)).toEqual(["full", "empty", "end"]);
    const [full, empty] = trial.checkpoints;
    expect(full?.liveBytes).toBe(readings(trial)[""]);
    expect(empty?.liveBytes).toBeLessThan(8192);
    expect(
      trial.checkpoints.every((each, i) => i === 0 || each.timeMs >= (trial.checkpoints[i - 1]?.timeMs ?? 0)),
    ).toBe(true);
  });

  it("is of the whole cell where it measures no region of its own", async () => {
    const trial = await measure(`export const held = new Array(${COUNT}).fill(1);`);
    // The cell's own code is in it, which is no more than some tens of KB.
    expect(Math.abs((readings(trial)[""] ?? 0) - arrayBytes(COUNT))).toBeLessThan(32 * 1024);
    const own = await measure(`import { measure } from "heapbook";\nmeasure(() => {}, { name: "own" });`);
    expect(Object.keys(readings(own))).toEqual(["own"]);
    expect(own.checkpoints.map(({ region }) => region)).toEqual(["own"]);
  });

  it("is reported for a region that awaits, and not for one that throws", async () => {
    const code = `import { measure } from "heapbook";
const { value, metrics } = await measure(async () => { await null; return new Array(${COUNT}).fill(1); }, { name: "later" });
if (value.length !== ${COUNT} || !(metrics.checkpointLive > 0)) throw new Error("no value");
try { measure(() => { throw new Error("no"); }, { name: "bad" }); } catch {}
await measure(async () => { throw new Error("no"); }, { name: "worse" }).catch(() => {});`;
    const peaks = readings(await measure(code));
    expect(Object.keys(peaks)).toEqual(["later"]);
    expect(Math.abs((peaks["later"] ?? 0) / arrayBytes(COUNT) - 1)).toBeLessThan(0.01);
  });
});

describe("a V8 without machine code", () => {
  it.each(["output", "peak", "bracket", "allocated", "gc"] as const)("measures with --jitless: %s", async (probe) => {
    const code = `import { measure } from "heapbook";
import { isMainThread } from "node:worker_threads";
console.log(isMainThread, typeof WebAssembly);
measure(() => new Array(10_000).fill(1));`;
    const trial = await runCell(code, { probe, flags: ["--jitless"] });
    expect(trial.failure).toBeNull();
    const bytes = trial.readings.find(({ id }) => id === "endLive" || id === "allocated")?.value ?? arrayBytes(10_000);
    expect(Math.abs(bytes - arrayBytes(10_000))).toBeLessThan(1024);
  });
});
