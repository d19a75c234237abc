import { afterEach, describe, expect, it } from "vitest";
import { measureIn } from "../../../src/harness/measure-region.ts";
import type { RegionProbe, RunningTrial } from "../../../src/harness/running-trial.ts";
import { checkpoint, display, measure, metric, params, table } from "../../../src/library/index.ts";
import type { TrialMessage } from "../../../src/model/records.ts";

const RUNNING_TRIAL = Symbol.for("heapbook.trial");
const slot = globalThis as { [RUNNING_TRIAL]?: RunningTrial };

/** A trial whose probe writes down each of its calls. */
function startTrial(changes: { warmup?: number; repeats?: boolean } = {}): { calls: string[]; sent: TrialMessage[] } {
  const calls: string[] = [];
  const sent: TrialMessage[] = [];
  const startRegion = (region: string): RegionProbe => {
    calls.push(`start ${region}`);
    return {
      lap: () => calls.push(`lap ${region}`),
      awaits: () => {},
      end: () => {
        calls.push(`end ${region}`);
        return { size: 1 };
      },
      abandon: () => calls.push(`abandon ${region}`),
    };
  };
  const wholeCell = startRegion("whole");
  const probe: RunningTrial["probe"] = {
    repeats: changes.repeats ?? false,
    warmsUp: true,
    startRegion,
    checkpoint: (name) => calls.push(`checkpoint ${name}`),
    calibrate: () => {},
    flush: () => {},
  };
  const trial: RunningTrial = {
    probe,
    probeName: "peak",
    variant: {},
    warmup: changes.warmup ?? 0,
    wholeCell,
    tracer: undefined,
    rehearsed: false,
    openRegions: 0,
    measure: (fn, options) => measureIn(trial, fn, options),
    send: (message) => sent.push(message),
  };
  slot[RUNNING_TRIAL] = trial;
  return { calls, sent };
}

afterEach(() => {
  delete slot[RUNNING_TRIAL];
});

describe("measure()", () => {
  it("makes a region of a function, and leaves the whole cell", () => {
    const { calls, sent } = startTrial();
    expect(measure(() => 7, { name: "a" })).toEqual({ value: 7, metrics: { size: 1 } });
    measure(() => 8);
    expect(calls).toEqual(["start whole", "abandon whole", "start a", "end a", "start ", "end "]);
    expect(sent).toEqual([{ type: "whole-cell-abandoned" }]);
  });

  it("counts the regions that are open, so that an exit within one is known", async () => {
    startTrial();
    const open = (): number => slot[RUNNING_TRIAL]?.openRegions ?? -1;
    expect(measure(() => measure(open).value + open() * 10).value).toBe(12);
    expect((await measure(async () => open())).value).toBe(1);
    expect(() =>
      measure(() => {
        throw new Error("no");
      }),
    ).toThrow("no");
    await expect(measure(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(open()).toBe(0);
  });

  it("awaits what is awaited", async () => {
    const { calls } = startTrial();
    const region = measure(async () => calls.push("body"), { name: "a" });
    // It starts a microtask later: what the `await` before gave is alive until then, and would be in the region's base.
    expect(calls).not.toContain("start a");
    expect((await region).metrics).toEqual({ size: 1 });
    expect(calls.slice(2)).toEqual(["start a", "body", "end a"]);
  });

  it("throws on what was thrown, and reports nothing", async () => {
    const { calls } = startTrial();
    const error = new Error("no");
    expect(() =>
      measure(
        () => {
          throw error;
        },
        { name: "a" },
      ),
    ).toThrow(error);
    await expect(measure(() => Promise.reject(error), { name: "b" })).rejects.toBe(error);
    expect(calls.slice(2)).toEqual(["start a", "abandon a", "start b", "abandon b"]);
  });

  it("may be nested, and leaves checkpoints to the probe", () => {
    const { calls } = startTrial();
    measure(
      () => {
        measure(() => checkpoint("both"), { name: "in" });
        checkpoint("one");
      },
      { name: "out" },
    );
    expect(calls.slice(2)).toEqual(["start out", "start in", "checkpoint both", "end in", "checkpoint one", "end out"]);
  });

  it("calls the function before it is measured as often as the cell's warm-up says", async () => {
    const { calls } = startTrial({ warmup: 2 });
    expect(measure(() => calls.push("called"), { name: "a" }).value).toBe(6);
    expect(calls.slice(0, 7)).toEqual([
      "start whole",
      "abandon whole",
      "called",
      "called",
      "start a",
      "called",
      "end a",
    ]);
    calls.length = 0;
    await measure(async () => calls.push("awaited"), { name: "b" });
    expect(calls).toEqual(["awaited", "awaited", "start b", "awaited", "end b"]);
  });

  it("repeats the function for a probe that measures iterations, and for no other", async () => {
    const { calls } = startTrial({ repeats: true });
    let count = 0;
    expect(measure(() => ++count, { name: "a", iterations: 3 }).value).toBe(3);
    expect(calls.slice(2)).toEqual(["start a", "lap a", "lap a", "end a"]);
    expect((await measure(async () => ++count, { name: "b", iterations: 2 })).value).toBe(5);
    expect(calls.slice(6)).toEqual(["start b", "lap b", "end b"]);
    startTrial();
    expect(measure(() => ++count, { iterations: 50 }).value).toBe(6);
  });

  it("names what is wrong where the name comes first", () => {
    expect(() => measure("walks" as never, (() => 1) as never)).toThrow(/the first argument is the function/);
  });

  it.each([0, 1, 1.5, Number.NaN, -3])("does not take %s iterations", (iterations) => {
    startTrial();
    expect(() => measure(() => 1, { iterations })).toThrow(
      new RangeError(`measure(): iterations must be a whole number of at least 2, not ${iterations}`),
    );
  });

  it("just calls the function where nothing measures, as in a module run by Node", () => {
    expect(measure(() => 7)).toEqual({ value: 7, metrics: {} });
    checkpoint();
    metric("a", 1);
    expect(params).toEqual({});
  });
});

describe("what a cell shows", () => {
  const shown = (run: () => void): unknown[] => {
    const { sent } = startTrial();
    run();
    return sent.map((message) => (message.type === "display" ? [message.data, message.name] : message));
  };

  it("is text, a value as Node prints it, its own display, or a bundle", () => {
    expect(
      shown(() => {
        display("text");
        display(new Map([[1, 2]]));
        display(null);
        display({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>" }) });
        display({ "text/markdown": "*m*" }, { raw: true });
      }),
    ).toEqual([
      [{ "text/plain": "text" }, undefined],
      [{ "text/plain": "Map(1) { 1 => 2 }" }, undefined],
      [{ "text/plain": "null" }, undefined],
      [{ "text/html": "<b>" }, undefined],
      [{ "text/markdown": "*m*" }, undefined],
    ]);
  });

  it("is a table of any rows, named or not", () => {
    function* rows(): Generator<{ a: number }> {
      yield { a: 1 };
    }
    expect(
      shown(() => {
        table(rows());
        table([], { name: "none", columns: ["a"] });
      }),
    ).toEqual([
      [{ "application/vnd.heapbook.table+json": { name: "table", rows: [{ a: 1 }] } }, "table"],
      [{ "application/vnd.heapbook.table+json": { name: "none", rows: [], columns: ["a"] } }, "none"],
    ]);
  });

  it("is a metric that is a finite number", () => {
    expect(shown(() => metric("a", 2, { unit: "B", better: "lower" }))).toEqual([
      { type: "metric", reading: { id: "a", region: "", value: 2, unit: "B", better: "lower" } },
    ]);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, "1", null, undefined])
      expect(() => metric("a", value as number)).toThrow(TypeError);
  });
});
