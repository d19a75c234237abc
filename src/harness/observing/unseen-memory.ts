import { subscribe } from "node:diagnostics_channel";
import { queryObjects } from "node:v8";
import type { UnseenMemory } from "../../model/report-results.ts";
import { send } from "../channel.ts";

/** From this version of Node on, V8 counts no memory of WebAssembly; before, all but shared ones. */
const FIRST_UNCOUNTED_MAJOR = 25;

/** Taken before the code of the cell runs, which may replace it. TypeScript's library for Node has no value of this name. */
const { Memory } = (globalThis as unknown as { WebAssembly: { Memory: Parameters<typeof queryObjects>[0] } })
  .WebAssembly;

const reported = new Set<UnseenMemory>();
let mayUseWebAssembly = false;
/** SharedArrayBuffers of Node's own. */
let ownSharedBuffers = 0;

function report(kind: UnseenMemory): void {
  if (reported.has(kind)) return;
  reported.add(kind);
  send({ type: "unseen-memory", kind });
}

/** How many objects a constructor has made that are alive. Node warns that it may change how it counts them. */
function countAlive(maker: Parameters<typeof queryObjects>[0]): number {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return queryObjects(maker, { format: "count" });
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * Reports memory that no metric of live or allocated bytes contains: heaps of worker threads, and what V8 does not count of
 * WebAssembly.
 *
 * @param code of the bundle
 */
export function observeUnseenMemory(code: string): void {
  mayUseWebAssembly = /\bWebAssembly\b/.test(code);
  if (mayUseWebAssembly) ownSharedBuffers = countAlive(SharedArrayBuffer);
  subscribe("worker_threads", () => report("worker-threads"));
}

/** Looks for memory of WebAssembly that is alive at the end of a region. Walks the heap, where the cell may have any. */
export function lookForWebAssembly(): void {
  if (!mayUseWebAssembly || reported.has("webassembly") || countAlive(Memory) === 0) return;
  const isCounted = Number.parseInt(process.versions.node, 10) < FIRST_UNCOUNTED_MAJOR;
  if (!isCounted || countAlive(SharedArrayBuffer) > ownSharedBuffers) report("webassembly");
}
