import { subscribe } from "node:diagnostics_channel";
import type { UnseenMemory } from "../../model/report-results.ts";
import { send } from "../channel.ts";
import { atRegionEnds } from "../probes/output.ts";
import { withoutWarnings } from "../without-warnings.ts";

/** First major version of Node whose V8 counts no memory of WebAssembly. Earlier ones count all but shared memories. */
const FIRST_UNCOUNTED_MAJOR = 25;
/** Last major version of Node whose V8 counts an ArrayBuffer with its initial length, whatever `resize()` does. */
const LAST_UNCOUNTED_RESIZE_MAJOR = 23;

/** Total bytes of SharedArrayBuffers made by a cell from which on they are reported. */
const NOTABLE_SHARED_BYTES = 1024;

const major = Number.parseInt(process.versions.node, 10);

type Maker = new (...values: never[]) => object;

/**
 * Copied before the cell runs, which may replace `WebAssembly`. Undefined under `--jitless`. Node's types declare no
 * such value.
 */
const Memory = (globalThis as unknown as { WebAssembly?: { Memory: Maker } }).WebAssembly?.Memory;

const reported = new Set<UnseenMemory>();
/** Function of `node:v8`. Loaded only for cells that may use WebAssembly, because the module takes heap memory. */
let queryObjects: typeof import("node:v8").queryObjects | undefined;
/** The original SharedArrayBuffer, which the observed class wraps. */
const { SharedArrayBuffer: Shared } = globalThis;
/** Number of live SharedArrayBuffers that Node itself made. */
let ownSharedBuffers = 0;
/** SharedArrayBuffers that the cell made by the constructor. Memories of WebAssembly are not among them. */
const madeBuffers: WeakRef<object>[] = [];

function report(kind: UnseenMemory): void {
  if (reported.has(kind)) return;
  reported.add(kind);
  send({ type: "unseen-memory", kind });
}

/** Number of live objects of a class. Suppresses Node's warning that the function may change how it counts. */
function countAlive(maker: Maker | undefined): number {
  return withoutWarnings(() => (maker === undefined ? 0 : (queryObjects?.(maker, { format: "count" }) ?? 0)));
}

/** Reports that `resize()` changed the length of an ArrayBuffer, on versions whose V8 does not count the change. */
function observeResizing(): void {
  if (major > LAST_UNCOUNTED_RESIZE_MAJOR) return;
  // TypeScript's library declares no `resize`.
  const { resize } = ArrayBuffer.prototype as unknown as { resize: (newLength: number) => void };
  const observed = {
    resize(this: ArrayBuffer, newLength: number): void {
      const length = this.byteLength;
      Reflect.apply(resize, this, [newLength]);
      if (this.byteLength !== length) report("resizable-buffers");
    },
  }.resize;
  Object.defineProperty(ArrayBuffer.prototype, "resize", { value: observed });
}

/**
 * Reports SharedArrayBuffers once they total `NOTABLE_SHARED_BYTES`. Smaller ones are ignored: programs use 4 B to
 * sleep.
 *
 * @param isRemembered whether to add each to `madeBuffers`. A new WeakRef keeps its object alive until the current turn
 * of the event loop ends.
 */
function observeSharedBuffers(isRemembered: boolean): void {
  let bytes = 0;
  const observed = new Proxy(Shared, {
    construct(target, args, newTarget): object {
      const buffer = Reflect.construct(target, args, newTarget) as SharedArrayBuffer;
      if (isRemembered) madeBuffers.push(new WeakRef(buffer));
      bytes += buffer.byteLength;
      if (bytes >= NOTABLE_SHARED_BYTES) report("shared-buffers");
      return buffer;
    },
  });
  Object.defineProperty(Shared.prototype, "constructor", { value: observed });
  globalThis.SharedArrayBuffer = observed;
}

/**
 * Reports memory of the cell that no metric of live or allocated bytes contains: heaps of worker threads,
 * SharedArrayBuffers, and uncounted memory of WebAssembly and resizable ArrayBuffers. Call it after everything that
 * starts a thread of Heapbook's own.
 *
 * @param code of the bundle
 */
export async function observeUnseenMemory(code: string): Promise<void> {
  subscribe("worker_threads", () => report("worker-threads"));
  observeResizing();
  const mayHaveWasm = Memory !== undefined && /\bWebAssembly\b/.test(code);
  observeSharedBuffers(mayHaveWasm);
  if (!mayHaveWasm) return;
  ({ queryObjects } = await import("node:v8"));
  ownSharedBuffers = countAlive(Shared);
  atRegionEnds.push(lookForWebAssembly);
}

/** Called at the end of a region: reports live memory of WebAssembly that V8 does not count. Walks the heap. */
function lookForWebAssembly(): void {
  if (reported.has("webassembly") || countAlive(Memory) === 0) return;
  const shared = countAlive(Shared) - ownSharedBuffers - madeBuffers.filter((ref) => ref.deref() !== undefined).length;
  if (major >= FIRST_UNCOUNTED_MAJOR || shared > 0) report("webassembly");
}
