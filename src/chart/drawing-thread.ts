import { Worker } from "node:worker_threads";
import { builtFile } from "../files.ts";
import type { DrawingLimit } from "../model/drawing-limit.ts";
import type { ReadyChart } from "../model/ready-charts.ts";
import type { DrawingOptions } from "./draw-anew.ts";
import { CpuClock } from "./drawing-cpu.ts";
import { DrawingLimitError } from "./drawing-limit.ts";
import { type DrawingAnswer, type DrawingRequest, drawnOf } from "./drawing-messages.ts";
import type { DrawnChart, VegaLiteSpec } from "./types.ts";

/** Limits of one drawing. */
export interface DrawingLimits {
  /** User CPU time. Wall time would depend on what else the machine does. */
  readonly cpuMs: number;
  /** Wall time, for a thread that gets no CPU time: many times `cpuMs`. */
  readonly wallMs: number;
  /** Limit of the old generation of the thread's heap. */
  readonly memoryMiB: number;
}

/** A drawing computes for some 10 ms, of a large chart for a second: what computes for a minute does not end. */
const LIMITS: DrawingLimits = { cpuMs: 60_000, wallMs: 1_200_000, memoryMiB: 2048 };

/** How often the CPU time is read. */
const POLL_MS = 500;

/**
 * Draws charts in a thread of its own, one at a time: an author's expression can run for ever, as `(a+)+$` over a long text does, and
 * a specification can ask for more memory than there is. Either ends the thread, and not the render. The thread starts with the first
 * drawing, and does not keep the process alive while it has none.
 */
export class DrawingThread {
  readonly #limits: DrawingLimits;
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(limits: DrawingLimits = LIMITS) {
    this.#limits = limits;
  }

  /**
   * Draws a chart, as `drawAnew` does.
   * @param signal ends the drawing and its thread at once
   * @throws {DrawingLimitError} where the drawing reaches a limit; what `drawAnew` throws; the signal's reason
   */
  draw(chart: ReadyChart | VegaLiteSpec, options: DrawingOptions, signal?: AbortSignal): Promise<DrawnChart> {
    const drawing = this.#last.then(() => this.#drawNow({ chart, options }, signal));
    this.#last = drawing.catch(() => undefined); // whoever asked for that drawing gets the error
    return drawing;
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  async #drawNow(request: DrawingRequest, signal: AbortSignal | undefined): Promise<DrawnChart> {
    signal?.throwIfAborted();
    this.#worker ??= this.#start();
    const worker = this.#worker;
    worker.ref();
    let timer: NodeJS.Timeout | undefined;
    let onAbort = (): void => {};
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
        onAbort = () => {
          this.#giveUp();
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        worker.postMessage(request);
      });
      return drawnOf(answer);
    } finally {
      clearInterval(timer);
      signal?.removeEventListener("abort", onAbort);
      for (const event of ["message", "error", "exit"]) worker.removeAllListeners(event);
      this.#watchIdle(worker);
      worker.unref();
    }
  }

  /** A thread that ends while it has no drawing is given up: the next drawing would wait for it in vain. */
  #watchIdle(worker: Worker): void {
    worker.on("error", () => {}); // a thread that reached its limit may report it after its end
    worker.once("exit", () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
  }

  #start(): Worker {
    return new Worker(builtFile("chart/drawing-worker.js", import.meta.url), {
      // V8's flags of the command line, and an `--import` of the user's, are not for this thread.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.memoryMiB },
    });
  }

  /** Gives up the thread: the next drawing starts another one. */
  #giveUp(): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  #stopped({ options }: DrawingRequest, reached: DrawingLimit): DrawingLimitError {
    this.#giveUp();
    return new DrawingLimitError(reached, options.position);
  }

  #ended(error: unknown, request: DrawingRequest): unknown {
    if ((error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY")
      return this.#stopped(request, { resource: "memory", limit: this.#limits.memoryMiB * 2 ** 20 });
    this.#giveUp();
    return error;
  }
}

/** The drawing thread that all renders of this process share. */
export const drawingThread = new DrawingThread();
