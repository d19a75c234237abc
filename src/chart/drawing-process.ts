import { type ChildProcess, fork } from "node:child_process";
import { builtFile } from "../files.ts";
import type { DrawingLimit } from "../model/drawing-limit.ts";
import { withoutNodeVariables } from "../model/node-variables.ts";
import type { ReadyChart } from "../model/ready-charts.ts";
import type { DrawingOptions } from "./draw-anew.ts";
import { DrawingLimitError } from "./drawing-limit.ts";
import { type DrawingAnswer, type DrawingLimits, type DrawingRequest, drawnOf } from "./drawing-messages.ts";
import type { DrawnChart, VegaLiteSpec } from "./types.ts";

/**
 * Limits of every drawing. A chart takes about 10 ms, a large one a second; one that computes for a minute does not
 * end.
 */
const LIMITS: DrawingLimits = { cpuMs: 60_000, wallMs: 1_200_000, memoryMiB: 2048 };

/** Messages of V8 when it ends a process: the heap limit is reached, or a list is too long. */
const OUT_OF_MEMORY = /out of memory|Allocation failed|invalid (?:array length|size|table size)/i;

/** How many characters at the end of the process's output are kept. */
const KEPT_LENGTH = 65_536;

/**
 * Draws charts in a separate process, one at a time, because an author's expression can run for ever (`(a+)+$` on a
 * long text) or exhaust memory. A worker thread is not enough: V8 ends the whole process when one list cannot grow. The
 * first drawing starts the process. An idle process does not keep the parent alive, and ends when the parent ends,
 * because the channel closes.
 */
export class DrawingProcess {
  readonly #limits: DrawingLimits;
  #child: ChildProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(limits: DrawingLimits = LIMITS) {
    this.#limits = limits;
  }

  /** Id of the drawing process; undefined before the first drawing and after the process has ended. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Draws a chart, as `drawAnew` does.
   * @param signal ends the drawing and its process at once
   * @throws {DrawingLimitError} if the drawing reaches a limit; the errors of `drawAnew`; the signal's reason
   */
  draw(chart: ReadyChart | VegaLiteSpec, options: DrawingOptions, signal?: AbortSignal): Promise<DrawnChart> {
    const drawing = this.#last.then(() => this.#drawNow({ chart, options }, signal));
    this.#last = drawing.catch(() => undefined); // the caller of the previous drawing gets its error
    return drawing;
  }

  /** Ends the process. The next drawing starts a new one. */
  close(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  async #drawNow(request: DrawingRequest, signal: AbortSignal | undefined): Promise<DrawnChart> {
    signal?.throwIfAborted();
    this.#child ??= this.#start();
    const child = this.#child;
    setRefs(child, "ref");
    let printed = "";
    const onPrinted = (part: string): void => {
      printed = (printed + part).slice(-KEPT_LENGTH);
    };
    let onAbort = (): void => {};
    try {
      const answer = await new Promise<DrawingAnswer>((resolve, reject) => {
        child.once("message", (message) => resolve(message as DrawingAnswer));
        child.once("error", reject);
        // `close` comes after all output of the process, `exit` may come before.
        child.once("close", (code, ending) => reject(this.#ended(printed, ending ?? code, request)));
        child.stderr?.setEncoding("utf8").on("data", onPrinted);
        onAbort = () => reject(signal?.reason);
        signal?.addEventListener("abort", onAbort, { once: true });
        child.send(request, (error) => {
          // If the process has ended, `close` follows with the cause.
          if (error !== null && child.connected) reject(error);
        });
      });
      // The thread was terminated at a limit. A new process is safer than one whose memory may be damaged.
      if ("reached" in answer) this.close();
      return drawnOf(answer);
    } catch (error) {
      if (signal?.aborted === true) this.close();
      throw error;
    } finally {
      signal?.removeEventListener("abort", onAbort);
      for (const event of ["message", "error", "exit", "close"]) child.removeAllListeners(event);
      child.stderr?.removeListener("data", onPrinted);
      this.#watchIdle(child);
      setRefs(child, "unref");
    }
  }

  /** Forgets a process that ends while idle, so that the next drawing starts a new one instead of waiting for it. */
  #watchIdle(child: ChildProcess): void {
    child.on("error", () => {}); // ignores errors of a forgotten process
    child.once("exit", () => {
      if (this.#child === child) this.#child = undefined;
    });
    if (this.#child === child && (child.exitCode !== null || child.signalCode !== null)) this.#child = undefined;
  }

  #start(): ChildProcess {
    return fork(builtFile("chart/drawing-host.js", import.meta.url), [JSON.stringify(this.#limits)], {
      // The drawing process must not inherit V8 flags or an `--import` of the command line.
      execArgv: [],
      env: withoutNodeVariables(process.env),
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // Serialization by structured cloning keeps `undefined`, maps and numbers.
      serialization: "advanced",
      // Ctrl-C must reach only the parent, which ends the drawing by `signal`.
      detached: true,
    });
  }

  #ended(printed: string, ending: string | number | null, { options }: DrawingRequest): Error {
    const { memoryMiB } = this.#limits;
    const reached: DrawingLimit = { resource: "memory", limit: memoryMiB * 2 ** 20 };
    if (OUT_OF_MEMORY.test(printed)) return new DrawingLimitError(reached, options.position);
    const last = printed.trim().split("\n").at(-1);
    return new Error(`the process that draws charts ended (${ending})${last ? `: ${last}` : ""}`);
  }
}

/** Sets whether the child keeps this process alive. The child, its channel and its pipe each need the call. */
function setRefs(child: ChildProcess, refs: "ref" | "unref"): void {
  child[refs]();
  child.channel?.[refs]();
  (child.stderr as unknown as { ref?: () => void; unref?: () => void } | null)?.[refs]?.();
}

/** The drawing process that all renders of this Node process share. */
export const drawingProcess = new DrawingProcess();
