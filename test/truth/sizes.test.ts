import { describe, expect, it } from "vitest";
import type { Trial } from "../../src/results/schema.ts";
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

function readings(trial: Trial, id = "peakLive"): Record<string, number> {
  if (trial.failure !== null) throw new Error(JSON.stringify(trial.failure));
  return Object.fromEntries(
    trial.readings.filter((reading) => reading.id === id).map(({ region, value }) => [region, value]),
  );
}

const measure = (code: string, options: RunOptions = {}) => runCell(code, { probe: "peak", ...options });

/** What the first region of a process costs beside its value: code and feedback of measuring, made once. */
const FIRST_REGION_BYTES = 4096;
/** The same for every later one. */
const LATER_REGION_BYTES = 1024;

describe("the peak of live memory", () => {
  it("is the size of what is held, within 0.5 %", async () => {
    const peaks = readings(await measure(CODE));
    expect(Object.keys(peaks)).toEqual([...Object.keys(REGIONS), "empty"]);
    for (const [name, { bytes }] of Object.entries(REGIONS)) {
      const error = (peaks[name] ?? 0) / bytes - 1;
      expect(Math.abs(error), `${name}: ${peaks[name]} B, not ${bytes} B`).toBeLessThan(0.005);
    }
    expect(peaks["empty"]).toBeLessThan(LATER_REGION_BYTES);
  });

  it("is next to nothing for an empty region", async () => {
    const empty =
      'import { measure } from "heapbook";\nmeasure(() => {}, { name: "first" });\nmeasure(() => {}, { name: "second" });';
    const peaks = readings(await measure(empty));
    expect(peaks["first"]).toBeLessThan(FIRST_REGION_BYTES);
    expect(peaks["second"]).toBeLessThan(LATER_REGION_BYTES);
  });

  it("is the same, to the byte, in each of five processes, whatever the name of the bundle", async () => {
    const code =
      'import { measure, random } from "heapbook";\nmeasure(() => Array.from({ length: 20_000 }, () => [random(), new Error("x")]));';
    const peaks = new Set<number | undefined>();
    for (const bundleName of ["b.mjs", "b.mjs", "b.mjs", "b.mjs", "a-bundle-with-a-longer-name.mjs"]) {
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

  it("is told for a region that awaits, and not for one that throws", async () => {
    const code = `import { measure } from "heapbook";
const { value, metrics } = await measure(async () => { await null; return new Array(${COUNT}).fill(1); }, { name: "later" });
if (value.length !== ${COUNT} || !(metrics.peakLive > 0)) throw new Error("no value");
try { measure(() => { throw new Error("no"); }, { name: "bad" }); } catch {}
await measure(async () => { throw new Error("no"); }, { name: "worse" }).catch(() => {});`;
    const peaks = readings(await measure(code));
    expect(Object.keys(peaks)).toEqual(["later"]);
    expect(Math.abs((peaks["later"] ?? 0) / arrayBytes(COUNT) - 1)).toBeLessThan(0.01);
  });
});
