import { Worker } from "node:worker_threads";
import { builtFile } from "../files.ts";
import type { DrawingLimit } from "../model/drawing-limit.ts";
import type { ReadyChart } from "../model/ready-charts.ts";
import type { DrawingOptions } from "./draw-anew.ts";
import { CpuClock } from "./drawing-cpu.ts";
import { DrawingLimitError } from "./drawing-limit.ts";
import { type DrawingAnswer, type DrawingLimits, type DrawingRequest, drawnOf } from "./drawing-messages.ts";
import type { DrawnChart, VegaLiteSpec } from "./types.ts";

/** Interval between two readings of the CPU time, ms. */
const POLL_MS = 500;

/**
 * Draws charts in a worker thread, one at a time, and terminates the thread if a drawing reaches a limit. The first
 * drawing starts the thread. Used by `drawing-host.ts`.
 */
export class DrawingThread {
  readonly #limits: DrawingLimits;
  #worker: Worker | undefined;

  constructor(limits: DrawingLimits) {
    this.#limits = limits;
  }

  /**
   * Draws a chart, as `drawAnew` does. The previous drawing must have ended.
   * @throws {DrawingLimitError} if the drawing reaches a limit; the errors of `drawAnew`
   */
  async draw(chart: ReadyChart | VegaLiteSpec, options: DrawingOptions): Promise<DrawnChart> {
    const request: DrawingRequest = { chart, options };
    this.#worker ??= this.#start();
    const worker = this.#worker;
    let timer: NodeJS.Timeout | undefined;
    try {
      const answer = await new Promise<DrawingAnswer>((resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", (error) => reject(this.#ended(error, request)));
        worker.once("exit", () => reject(new Error("the thread that draws charts ended")));
        const clock = new CpuClock();
        timer = setInterval(() => {
          const { cpuMs, wallMs } = this.#limits;
          const used = { cpuMs: clock.usedMs(), wallMs: clock.elapsedMs() };
          if (used.cpuMs > cpuMs) reject(this.#stopped(request, { resource: "cpu", limit: cpuMs }));
          else if (used.wallMs > wallMs)
            reject(this.#stopped(request, { resource: "wall", limit: wallMs, cpuMs: Math.round(used.cpuMs) }));
        }, POLL_MS);
        worker.postMessage(request);
      });
      return drawnOf(answer);
    } finally {
      clearInterval(timer);
      for (const event of ["message", "error", "exit"]) worker.removeAllListeners(event);
      this.#watchIdle(worker);
    }
  }

  /** Forgets a thread that ends while idle, so that the next drawing starts a new one instead of waiting for it. */
  #watchIdle(worker: Worker): void {
    worker.on("error", () => {}); // a thread that reached its limit may report the error after its end
    worker.once("exit", () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
  }

  #start(): Worker {
    return new Worker(builtFile("chart/drawing-worker.js", import.meta.url), {
      // The drawing thread must not inherit V8 flags or an `--import` of the command line.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.memoryMiB },
    });
  }

  /** Forgets the thread. The next drawing starts a new one. */
  #giveUp(): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  #stopped({ options }: DrawingRequest, reached: DrawingLimit): DrawingLimitError {
    this.#giveUp();
    return new DrawingLimitError(reached, options.position);
  }

  #ended(error: unknown, request: DrawingRequest): unknown {
    if ((error as NodeJS.ErrnoException | null)?.code === "ERR_WORKER_OUT_OF_MEMORY")
      return this.#stopped(request, { resource: "memory", limit: this.#limits.memoryMiB * 2 ** 20 });
    this.#giveUp();
    return error;
  }
}
