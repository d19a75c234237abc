import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { addMarkingSteps, type RegionPauses, readMarkingSteps } from "../../../src/process/marking-steps.ts";

const reading = { usedBytes: 1, spacesBytes: {} };
const region = (name: string, startMicroseconds: number, endMs: number, pausesMs: number[]): RegionPauses => ({
  heap: { region: name, endMs, start: reading, end: reading },
  startMicroseconds,
  pausesMs,
});
const metric = (name: string, id: string, value: number) => ({ region: name, id, value });

describe("steps of incremental marking", () => {
  const regions = [region("a", 1_000_000, 10, [2]), region("a", 1_020_000, 10, [3])];
  const readings = [
    metric("a", "pauseTotal", 2),
    metric("a", "collections", 1),
    metric("a", "pauseTotal", 3),
    metric("a", "collections", 1),
  ];

  it("belong to the region in which they were, also of two with one name", () => {
    const steps = [999_000, 1_001_000, 1_015_000, 1_025_000].map((startMicroseconds) => ({
      startMicroseconds,
      pauseMs: 0.5,
    }));
    const added = addMarkingSteps(readings, regions, steps);
    expect(added.markingSteps.map(({ timeMs }) => timeMs)).toEqual([1, 5]);
    expect(added.readings.map(({ value }) => value)).toEqual([2.5, 1, 3.5, 1]);
  });

  it("change nothing where there were none, and a note says where they are not known", () => {
    expect(addMarkingSteps(readings, regions, []).readings).toEqual(readings);
    const unknown = addMarkingSteps(readings, regions, undefined).readings;
    expect(unknown.map(({ value }) => value)).toEqual([2, 1, 3, 1]);
    expect(unknown.map(({ note }) => note)).toEqual([
      "without the steps of incremental marking",
      undefined,
      "without the steps of incremental marking",
      undefined,
    ]);
  });

  it("are those of the main thread in all files of a process, and unknown where a file is missing or cut off", () => {
    const folder = mkdtempSync(join(tmpdir(), "heapbook-test-"));
    const main = { pid: 7, tid: 7, ph: "M", name: "thread_name", ts: 0, args: { name: "JavaScriptMainThread" } };
    const step = (tid: number, ts: number) => ({
      pid: 7,
      tid,
      ph: "X",
      name: "V8.GCIncrementalMarking",
      ts,
      dur: 1500,
    });
    const write = (name: string, events: unknown[]) =>
      writeFileSync(join(folder, name), JSON.stringify({ traceEvents: events }));
    expect(readMarkingSteps(folder, 7)).toBeUndefined();
    write("7-1.json", [main, step(7, 20), step(8, 30), { ...step(7, 40), name: "V8.GCScavenger" }]);
    write("7-2.json", [step(7, 10)]);
    write("70-1.json", [{ ...step(7, 50), pid: 70 }]);
    expect(readMarkingSteps(folder, 7)).toEqual([
      { startMicroseconds: 10, pauseMs: 1.5 },
      { startMicroseconds: 20, pauseMs: 1.5 },
    ]);
    writeFileSync(join(folder, "7-3.json"), '{"traceEvents":[');
    expect(readMarkingSteps(folder, 7)).toBeUndefined();
  });
});
