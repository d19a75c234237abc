import { subscribe } from "node:diagnostics_channel";
import type { UnseenMemory } from "../../model/report-results.ts";
import { send } from "../channel.ts";
import { atRegionEnds } from "../probes/output.ts";
import { withoutWarnings } from "../without-warnings.ts";

/** From this version of Node on, V8 counts no memory of WebAssembly; before, all but shared ones. */
const FIRST_UNCOUNTED_MAJOR = 25;
/** Up to here V8 counts an ArrayBuffer with the length with which it was made, whatever `resize()` makes of it. */
const LAST_UNCOUNTED_RESIZE_MAJOR = 23;

/** Bytes of all SharedArrayBuffers that a cell makes, from which on they are reported. */
const NOTABLE_SHARED_BYTES = 1024;

const major = Number.parseInt(process.versions.node, 10);

type Maker = new (...values: never[]) => object;

/**
 * Taken before the cell's code runs, which may replace `WebAssembly`. Undefined under `--jitless`. The types of Node declare no value of this
 * name.
 */
const Memory = (globalThis as unknown as { WebAssembly?: { Memory: Maker } }).WebAssembly?.Memory;

const reported = new Set<UnseenMemory>();
/** Of `node:v8`, which takes room in the heap; only where the cell may use WebAssembly. */
let queryObjects: typeof import("node:v8").queryObjects | undefined;
/** Node's own, or the original under the one that reports what the cell makes. */
const { SharedArrayBuffer: Shared } = globalThis;
/** SharedArrayBuffers of Node's own. */
let ownSharedBuffers = 0;
/** SharedArrayBuffers that the cell made by their constructor, not those of memories of WebAssembly. */
const madeBuffers: WeakRef<object>[] = [];

function report(kind: UnseenMemory): void {
  if (reported.has(kind)) return;
  reported.add(kind);
  send({ type: "unseen-memory", kind });
}

/** How many objects a constructor has made that are alive. Node warns that it may change how it counts them. */
function countAlive(maker: Maker | undefined): number {
  return withoutWarnings(() => (maker === undefined ? 0 : (queryObjects?.(maker, { format: "count" }) ?? 0)));
}

/** Reports what `resize()` adds to an ArrayBuffer or takes from it, where V8 does not count it. */
function observeResizing(): void {
  if (major > LAST_UNCOUNTED_RESIZE_MAJOR) return;
  // TypeScript's library of this version has no `resize`.
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
 * Reports SharedArrayBuffers from the size on at which they are worth a word: 4 B are a program's way to sleep.
 *
 * @param isRemembered whether `madeBuffers` needs them. A new WeakRef keeps its object alive until the turn of the program ends.
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
 * Reports memory that no metric of live or allocated bytes contains, when the cell has it: heaps of worker threads, SharedArrayBuffers,
 * and what V8 does not count of WebAssembly and of resizable ArrayBuffers. Called after all that starts a thread of Heapbook's own.
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

/** Looks for memory of WebAssembly that is alive at the end of a region. Walks the heap, where the cell may have any. */
function lookForWebAssembly(): void {
  if (reported.has("webassembly") || countAlive(Memory) === 0) return;
  const shared = countAlive(Shared) - ownSharedBuffers - madeBuffers.filter((ref) => ref.deref() !== undefined).length;
  if (major >= FIRST_UNCOUNTED_MAJOR || shared > 0) report("webassembly");
}
