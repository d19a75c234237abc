import { Worker } from "node:worker_threads";
import { UserError } from "../errors.ts";
import type { DrawingReply, DrawingRequest } from "./drawing-request.ts";
import type { DrawnChart } from "./types.ts";

/** Time for one chart. A chart that needs longer is an error, so the clock decides no byte of a page. */
const MOST_MS = 60_000;
/** Heap of the thread. A chart that needs more is an error. */
const MOST_HEAP_MIB = 2048;

/**
 * Compiled, the thread's file: this module is one folder below dist/, in dist/chart/ or in dist/bundled/. Undefined when the module
 * runs as TypeScript, which a thread of Node 20 cannot load.
 */
const ENTRY = import.meta.url.endsWith(".ts") ? undefined : new URL("../chart/draw-worker.js", import.meta.url);

let thread: Worker | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Whether charts can be drawn in a thread. */
export const hasDrawingThread = ENTRY !== undefined;

/**
 * Draws a chart in a thread of its own, so that a chart that never ends, or needs all memory, does not end the render. Charts are
 * drawn one after another; the thread starts with the first one and lives as long as the process.
 * @throws UserError `invalid-chart` for a mistake, too much time or too much memory; Error for an exception of what draws
 */
export function drawInThread(request: DrawingRequest): Promise<DrawnChart> {
  const drawn = last.then(() => draw(request));
  last = drawn.catch(() => undefined);
  return drawn;
}

async function draw(request: DrawingRequest): Promise<DrawnChart> {
  if (ENTRY === undefined) throw new Error("Charts cannot be drawn in a thread from TypeScript");
  thread ??= new Worker(ENTRY, { resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MIB } });
  const worker = thread;
  const reply = await ask(worker, request).catch(async (error: unknown) => {
    thread = undefined;
    await worker.terminate();
    throw error;
  });
  if ("drawn" in reply) return reply.drawn;
  if ("mistake" in reply) throw new UserError(reply.mistake.message, reply.mistake);
  throw new Error(reply.exception);
}

function ask(worker: Worker, request: DrawingRequest): Promise<DrawingReply> {
  const tooMuch = (what: string): UserError =>
    new UserError(`The chart cannot be drawn: it needs more than ${what}.`, {
      code: "invalid-chart",
      position: request.options.position,
      hint: "Draw fewer rows, or simplify the expressions and transforms of the chart.",
    });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(() => reject(tooMuch(`${MOST_MS / 1000} s`))), MOST_MS);
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      worker.removeAllListeners();
      worker.unref();
      act();
    };
    worker.ref();
    worker.once("message", (reply: DrawingReply) => settle(() => resolve(reply)));
    worker.once("error", (error: NodeJS.ErrnoException) =>
      settle(() => reject(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? tooMuch(`${MOST_HEAP_MIB} MiB`) : error)),
    );
    worker.once("exit", (code) => settle(() => reject(new Error(`The thread that draws ended with code ${code}`))));
    worker.postMessage(request);
  });
}
