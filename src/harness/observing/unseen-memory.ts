import { subscribe } from "node:diagnostics_channel";
import type { UnseenMemory } from "../../model/report-results.ts";
import { send } from "../channel.ts";
import { atRegionEnds } from "../probes/output.ts";
import { withoutWarnings } from "./without-warnings.ts";

/** From this version of Node on, V8 counts no memory of WebAssembly; before, all but shared ones. */
const FIRST_UNCOUNTED_MAJOR = 25;
/** Up to here V8 counts an ArrayBuffer with the length with which it was made, whatever `resize()` makes of it. */
const LAST_UNCOUNTED_RESIZE_MAJOR = 23;

const major = Number.parseInt(process.versions.node, 10);

type Maker = new (...values: never[]) => object;

/** Taken before the code of the cell runs, which may replace it. TypeScript's library for Node has no value of this name. */
const { Memory } = (globalThis as unknown as { WebAssembly: { Memory: Maker } }).WebAssembly;

const reported = new Set<UnseenMemory>();
/** Of `node:v8`, which takes room in the heap; only where the cell may use WebAssembly. */
let queryObjects: typeof import("node:v8").queryObjects | undefined;
/** SharedArrayBuffers of Node's own. */
let ownSharedBuffers = 0;

function report(kind: UnseenMemory): void {
  if (reported.has(kind)) return;
  reported.add(kind);
  send({ type: "unseen-memory", kind });
}

/** How many objects a constructor has made that are alive. Node warns that it may change how it counts them. */
function countAlive(maker: Maker): number {
  return withoutWarnings(() => queryObjects?.(maker, { format: "count" }) ?? 0);
}

/**
 * Reports memory that no metric of live or allocated bytes contains: heaps of worker threads, and what V8 does not count of
 * WebAssembly and of resizable ArrayBuffers.
 *
 * @param code of the bundle
 */
export async function observeUnseenMemory(code: string): Promise<void> {
  subscribe("worker_threads", () => report("worker-threads"));
  if (major <= LAST_UNCOUNTED_RESIZE_MAJOR && /\bmaxByteLength\b/.test(code)) report("resizable-buffers");
  if (!/\bWebAssembly\b/.test(code)) return;
  ({ queryObjects } = await import("node:v8"));
  ownSharedBuffers = countAlive(SharedArrayBuffer);
  atRegionEnds.push(lookForWebAssembly);
}

/** Looks for memory of WebAssembly that is alive at the end of a region. Walks the heap, where the cell may have any. */
function lookForWebAssembly(): void {
  if (reported.has("webassembly") || countAlive(Memory) === 0) return;
  const isCounted = major < FIRST_UNCOUNTED_MAJOR;
  if (!isCounted || countAlive(SharedArrayBuffer) > ownSharedBuffers) report("webassembly");
}
