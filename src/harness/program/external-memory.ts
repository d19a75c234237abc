import { getHeapStatistics, queryObjects } from "node:v8";
import { withoutWarnings } from "../without-warnings.ts";

/** Taken before the program runs, which may replace it. */
const { SharedArrayBuffer: Shared } = globalThis;

/** The size of a SharedArrayBuffer in V8's summary of objects. */
const SIZE = /byteLength: (\d+)/;

/** Bytes of all SharedArrayBuffers, which belong to no heap: V8 does not count them as its external memory. */
function readSharedBytes(): number {
  if (withoutWarnings(() => queryObjects(Shared, { format: "count" })) === 0) return 0;
  const summaries = queryObjects(Shared, { format: "summary" }) as readonly string[];
  return summaries.reduce((bytes, summary) => bytes + Number(SIZE.exec(summary)?.[1] ?? 0), 0);
}

/** Memory outside of V8's heap, in bytes: of ArrayBuffers, shared ones too, of long strings from Buffers, and of WebAssembly up to Node 24. */
export function readExternalBytes(): number {
  return readSharedBytes() + getHeapStatistics().external_memory;
}
