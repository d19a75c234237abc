import { type ChildProcess, fork } from "node:child_process";
import { builtFile } from "../files.ts";
import type { DrawingLimit } from "../model/drawing-limit.ts";
import { withoutNodeVariables } from "../model/node-variables.ts";
import type { ReadyChart } from "../model/ready-charts.ts";
import type { DrawingOptions } from "./draw-anew.ts";
import { DrawingLimitError } from "./drawing-limit.ts";
import { type DrawingAnswer, type DrawingLimits, type DrawingRequest, drawnOf } from "./drawing-messages.ts";
import type { DrawnChart, VegaLiteSpec } from "./types.ts";

/** A drawing computes for some 10 ms, of a large chart for a second: what computes for a minute does not end. */
const LIMITS: DrawingLimits = { cpuMs: 60_000, wallMs: 1_200_000, memoryMiB: 2048 };

/** Texts with which V8 ends a process that asks for more memory than its heap may have, or for a longer list than it can make. */
const OUT_OF_MEMORY = /out of memory|Allocation failed|invalid (?:array length|size|table size)/i;

/** Most characters kept of what the process prints. */
const KEPT_LENGTH = 65_536;

/**
 * Draws charts in a process of its own, one at a time: an author's expression can run for ever, as `(a+)+$` over a long text does, and
 * a specification can ask for more memory than there is. A worker thread does not suffice: where one list does not find the memory
 * to grow, V8 ends the whole process. The process starts with the first drawing, does not keep this process alive while it has
 * no drawing, and ends with this process, however that ends, because its channel closes.
 */
export class DrawingProcess {
  readonly #limits: DrawingLimits;
  #child: ChildProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(limits: DrawingLimits = LIMITS) {
    this.#limits = limits;
  }

  /** Process id of the process at work or idle; undefined before the first drawing and after an end. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Draws a chart, as `drawAnew` does.
   * @param signal ends the drawing and its process at once
   * @throws {DrawingLimitError} where the drawing reaches a limit; what `drawAnew` throws; the signal's reason
   */
  draw(chart: ReadyChart | VegaLiteSpec, options: DrawingOptions, signal?: AbortSignal): Promise<DrawnChart> {
    const drawing = this.#last.then(() => this.#drawNow({ chart, options }, signal));
    this.#last = drawing.catch(() => undefined); // whoever asked for that drawing gets the error
    return drawing;
  }

  /** Ends the process; the next drawing starts another one. */
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
        // `close` comes after the last text of the process, `exit` may come before.
        child.once("close", (code, ending) => reject(this.#ended(printed, ending ?? code, request)));
        child.stderr?.setEncoding("utf8").on("data", onPrinted);
        onAbort = () => reject(signal?.reason);
        signal?.addEventListener("abort", onAbort, { once: true });
        child.send(request, (error) => {
          // A process that has ended emits `close`, whose error says why.
          if (error !== null && child.connected) reject(error);
        });
      });
      // The thread in the process was ended: the next drawing gets a new process rather than one whose memory is in doubt.
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

  /** A process that ends while it has no drawing is given up: the next drawing would wait for it in vain. */
  #watchIdle(child: ChildProcess): void {
    child.on("error", () => {}); // of a process that is given up
    child.once("exit", () => {
      if (this.#child === child) this.#child = undefined;
    });
    if (this.#child === child && (child.exitCode !== null || child.signalCode !== null)) this.#child = undefined;
  }

  #start(): ChildProcess {
    return fork(builtFile("chart/drawing-host.js", import.meta.url), [JSON.stringify(this.#limits)], {
      // V8's flags of the command line, and an `--import` of the user's, are not for this process.
      execArgv: [],
      env: withoutNodeVariables(process.env),
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // `advanced` keeps `undefined`, maps and numbers as they are, as between threads.
      serialization: "advanced",
      // Ctrl-C in a terminal is this process's to answer: `signal` ends the drawing.
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

/** Whether an idle child keeps this process alive: the child itself, its channel and its pipe count each. */
function setRefs(child: ChildProcess, refs: "ref" | "unref"): void {
  child[refs]();
  child.channel?.[refs]();
  (child.stderr as unknown as { ref?: () => void; unref?: () => void } | null)?.[refs]?.();
}

/** The process that all renders of this process share. */
export const drawingProcess = new DrawingProcess();
