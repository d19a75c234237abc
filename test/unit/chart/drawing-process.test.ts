import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { drawAnew } from "../../../src/chart/draw-anew.ts";
import { DrawingProcess } from "../../../src/chart/drawing-process.ts";

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
/** One list of 33 million numbers, which no guard of `drawAnew` knows: with a small heap, V8 ends the whole process, not the thread. */
const FATAL = bars("x", { quantile: "b", step: 3e-8 });
const HUGE = bars(
  "x",
  { calculate: "sequence(0, 200000)", as: "s" },
  { flatten: ["s"] },
  { calculate: "sequence(0, 20000)", as: "t" },
  { flatten: ["t"] },
);

// A drawing loads Vega, which takes some seconds on a busy machine.
describe("DrawingProcess", { timeout: 60_000 }, () => {
  const processes: DrawingProcess[] = [];
  const start = (limits: ConstructorParameters<typeof DrawingProcess>[0]): DrawingProcess => {
    const drawing = new DrawingProcess(limits);
    processes.push(drawing);
    return drawing;
  };
  afterAll(() => {
    for (const each of processes) each.close();
  });

  it("draws what the process itself would draw, byte for byte, many at once", async () => {
    const drawer = start({ cpuMs: 60_000, wallMs: 600_000, memoryMiB: 1024 });
    const names = ["x", "y", "z"];
    const drawn = await Promise.all(names.map((name) => drawer.draw(bars(name), options)));
    expect(drawn).toEqual(await Promise.all(names.map((name) => drawAnew(bars(name), options))));
  });

  it("passes on the author's mistakes, with their position", async () => {
    const drawer = start({ cpuMs: 60_000, wallMs: 600_000, memoryMiB: 1024 });
    const wrong = { ...bars("x"), mark: "no-mark" };
    await expect(drawer.draw(wrong, options)).rejects.toMatchObject({
      name: "UserError",
      code: "invalid-chart",
      position,
    });
  });

  it("ends a drawing that does not end, and draws the next one", async () => {
    const drawer = start({ cpuMs: 2000, wallMs: 600_000, memoryMiB: 1024 });
    const endless = drawer.draw(ENDLESS, options);
    const next = drawer.draw(bars("x"), options);
    await expect(endless).rejects.toMatchObject({
      code: "invalid-chart",
      message: "The chart was not drawn: its drawing used more than 2\u00a0s of user CPU time.",
      reached: { resource: "cpu", limit: 2000 },
      position,
    });
    expect((await next).wide).toContain("<svg");
  });

  it("does not blame a chart for time in which other threads computed", async () => {
    const drawer = start({ cpuMs: 1500, wallMs: 600_000, memoryMiB: 1024 });
    const drawing = drawer.draw(bars("busy"), options);
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
    const drawer = start({ cpuMs: 60_000, wallMs: 1000, memoryMiB: 1024 });
    await expect(drawer.draw(ENDLESS, options)).rejects.toMatchObject({
      message: expect.stringMatching(/did not end within 1\u00a0s, in which it used .*CPU time/),
      reached: { resource: "wall", limit: 1000 },
    });
  });

  it("ends a drawing when it is interrupted, and draws the next one", async () => {
    const drawer = start({ cpuMs: 60_000, wallMs: 600_000, memoryMiB: 1024 });
    const controller = new AbortController();
    const endless = drawer.draw(ENDLESS, options, controller.signal);
    const next = drawer.draw(bars("x"), options);
    setTimeout(() => controller.abort(new Error("interrupted")), 300);
    await expect(endless).rejects.toThrow("interrupted");
    expect((await next).wide).toContain("<svg");
  });

  it("starts another process after one that ended while it had no drawing", async () => {
    const drawer = start({ cpuMs: 60_000, wallMs: 600_000, memoryMiB: 1024 });
    await drawer.draw(bars("x"), options);
    drawer.close();
    expect((await drawer.draw(bars("y"), options)).wide).toContain("<svg");
  });

  it("ends a drawing that needs too much memory, and draws the next one", async () => {
    const drawer = start({ cpuMs: 60_000, wallMs: 600_000, memoryMiB: 128 });
    await expect(drawer.draw(HUGE, options)).rejects.toMatchObject({
      code: "invalid-chart",
      message: "The chart was not drawn: its drawing used more than 128\u00a0MiB of memory.",
      position,
    });
    expect((await drawer.draw(bars("x"), options)).wide).toContain("<svg");
  });

  it("outlives the end of its process by V8 at one list that is too long, and draws the next chart", async () => {
    const drawer = start({ cpuMs: 60_000, wallMs: 600_000, memoryMiB: 128 });
    await expect(drawer.draw(FATAL, options)).rejects.toMatchObject({
      code: "invalid-chart",
      message: "The chart was not drawn: its drawing used more than 128\u00a0MiB of memory.",
      reached: { resource: "memory", limit: 128 * 2 ** 20 },
      position,
    });
    expect((await drawer.draw(bars("x"), options)).wide).toContain("<svg");
  });

  it("says how its process ended, when something else ends it, and draws the next chart", async () => {
    const drawer = start({ cpuMs: 60_000, wallMs: 600_000, memoryMiB: 1024 });
    await drawer.draw(bars("x"), options);
    const endless = drawer.draw(ENDLESS, options);
    setTimeout(() => process.kill(drawer.pid ?? 0, "SIGKILL"), 300);
    await expect(endless).rejects.toThrow("the process that draws charts ended (SIGKILL)");
    expect((await drawer.draw(bars("x"), options)).wide).toContain("<svg");
  });

  it("starts one process for all drawings, and none before the first", async () => {
    const drawer = start({ cpuMs: 60_000, wallMs: 600_000, memoryMiB: 1024 });
    expect(drawer.pid).toBeUndefined();
    await drawer.draw(bars("x"), options);
    const first = drawer.pid;
    for (let index = 0; index < 12; index++) await drawer.draw(bars(`x${index}`), options);
    expect(drawer.pid).toBe(first);
  });

  it("ends its process within a second of a kill -9 of the process that asked, while the drawing computes", async () => {
    const module = fileURLToPath(new URL("../../../dist/chart/drawing-process.js", import.meta.url));
    const code = `import { drawingProcess } from ${JSON.stringify(pathToFileURL(module).href)};
      void drawingProcess.draw(${JSON.stringify(ENDLESS)}, ${JSON.stringify(options)}).catch(() => {});
      setTimeout(() => console.log(drawingProcess.pid), 1000);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [pid] = await once(parent.stdout, "data");
    const drawer = Number(String(pid));
    expect(isAlive(drawer)).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => isAlive(drawer), { timeout: 5000 }).toBe(false);
  });

  it("keeps no process alive that has drawn its charts", async () => {
    const module = fileURLToPath(new URL("../../../dist/chart/drawing-process.js", import.meta.url));
    const code = `import { drawingProcess } from ${JSON.stringify(pathToFileURL(module).href)};
      await drawingProcess.draw(${JSON.stringify(bars("x"))}, ${JSON.stringify(options)});
      console.log(drawingProcess.pid);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [pid] = await once(parent.stdout, "data");
    expect(await once(parent, "exit")).toEqual([0, null]);
    await expect.poll(() => isAlive(Number(String(pid))), { timeout: 5000 }).toBe(false);
  });
});

/** Whether a process runs; one that has ended and is not waited for does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}
