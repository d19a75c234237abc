import { afterAll, describe, expect, it } from "vitest";
import { drawAnew } from "../../../src/chart/draw-anew.ts";
import { DrawingThread } from "../../../src/chart/drawing-thread.ts";

/** Bars of one row, with a transform. */
function bars(a: string, ...transform: readonly object[]): Readonly<Record<string, unknown>> {
  return {
    mark: "bar",
    data: { values: [{ a, b: 2 }] },
    transform,
    encoding: { x: { field: "a" }, y: { field: "b", type: "quantitative" } },
  };
}

const position = { file: "report.md", line: 7 };
const options = { name: "fig-a", position };
const ENDLESS = bars(`${"a".repeat(60)}!`, { calculate: "test(/(a+)+$/, datum.a)", as: "c" });
const HUGE = bars(
  "x",
  { calculate: "sequence(0, 200000)", as: "s" },
  { flatten: ["s"] },
  { calculate: "sequence(0, 20000)", as: "t" },
  { flatten: ["t"] },
);

// A drawing loads Vega, which takes some seconds on a busy machine.
describe("DrawingThread", { timeout: 60_000 }, () => {
  const threads: DrawingThread[] = [];
  const start = (limits: ConstructorParameters<typeof DrawingThread>[0]): DrawingThread => {
    const thread = new DrawingThread(limits);
    threads.push(thread);
    return thread;
  };
  afterAll(() => Promise.all(threads.map((thread) => thread.close())));

  it("draws what the process itself would draw, byte for byte, many at once", async () => {
    const thread = start({ cpuMs: 60_000, wallMs: 600_000, memoryMiB: 1024 });
    const names = ["x", "y", "z"];
    const drawn = await Promise.all(names.map((name) => thread.draw(bars(name), options)));
    expect(drawn).toEqual(await Promise.all(names.map((name) => drawAnew(bars(name), options))));
  });

  it("passes on the author's mistakes, with their position", async () => {
    const thread = start({ cpuMs: 60_000, wallMs: 600_000, memoryMiB: 1024 });
    const wrong = { ...bars("x"), mark: "no-mark" };
    await expect(thread.draw(wrong, options)).rejects.toMatchObject({
      name: "UserError",
      code: "invalid-chart",
      position,
    });
  });

  it("ends a drawing that does not end, and draws the next one", async () => {
    const thread = start({ cpuMs: 2000, wallMs: 600_000, memoryMiB: 1024 });
    const endless = thread.draw(ENDLESS, options);
    const next = thread.draw(bars("x"), options);
    await expect(endless).rejects.toMatchObject({
      code: "invalid-chart",
      message: "The chart was not drawn: its drawing used more than 2\u00a0s of user CPU time.",
      reached: { resource: "cpu", limit: 2000 },
      position,
    });
    expect((await next).wide).toContain("<svg");
  });

  it("does not blame a chart for time in which other threads computed", async () => {
    const thread = start({ cpuMs: 1500, wallMs: 600_000, memoryMiB: 1024 });
    const drawing = thread.draw(bars("busy"), options);
    const end = performance.now() + 3000;
    // This thread computes, with breaks in which the limits are checked.
    while (performance.now() < end) {
      const pause = performance.now() + 100;
      while (performance.now() < pause);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect((await drawing).wide).toContain("<svg");
  });

  it("says how much CPU time a drawing had that is given up after the wall time", async () => {
    const thread = start({ cpuMs: 60_000, wallMs: 1000, memoryMiB: 1024 });
    await expect(thread.draw(ENDLESS, options)).rejects.toMatchObject({
      message: expect.stringMatching(/did not end within 1\u00a0s, in which it used .*CPU time/),
      reached: { resource: "wall", limit: 1000 },
    });
  });

  it("ends a drawing when it is interrupted, and draws the next one", async () => {
    const thread = start({ cpuMs: 60_000, wallMs: 600_000, memoryMiB: 1024 });
    const controller = new AbortController();
    const endless = thread.draw(ENDLESS, options, controller.signal);
    const next = thread.draw(bars("x"), options);
    setTimeout(() => controller.abort(new Error("interrupted")), 300);
    await expect(endless).rejects.toThrow("interrupted");
    expect((await next).wide).toContain("<svg");
  });

  it("starts another thread after one that ended while it had no drawing", async () => {
    const thread = start({ cpuMs: 60_000, wallMs: 600_000, memoryMiB: 1024 });
    await thread.draw(bars("x"), options);
    await thread.close();
    expect((await thread.draw(bars("y"), options)).wide).toContain("<svg");
  });

  it("ends a drawing that needs too much memory, and draws the next one", async () => {
    const thread = start({ cpuMs: 60_000, wallMs: 600_000, memoryMiB: 128 });
    await expect(thread.draw(HUGE, options)).rejects.toMatchObject({
      code: "invalid-chart",
      message: "The chart was not drawn: its drawing used more than 128\u00a0MiB of memory.",
      position,
    });
    expect((await thread.draw(bars("x"), options)).wide).toContain("<svg");
  });
});
