import { DELEGATING_CALL } from "../model/counted-kinds.ts";
import type { AwaitCalls } from "../model/records.ts";
import type { TraceSnapshot } from "./trace-snapshot.ts";

const WORD_BYTES = 8;

/** Bytes that V8's tracker reports although nothing is allocated: for each await, and for each step of `yield*` in an async generator. */
export interface PhantomBytes {
  readonly await: number;
  readonly delegate: number;
}

export const NO_PHANTOMS: PhantomBytes = { await: 0, delegate: 0 };

/**
 * The phantom bytes of a Node: 48 of either kind on Node 20 to 24; on 26 none for an await, and 48 for a step of `yield*`. V8's sampling
 * profiler and the growth of the heap lack them (docs/measurement.md#tracker).
 *
 * @param snapshot of the process after it has called two async functions, one of which awaits, and an async generator that delegates
 * @param sizes bytes of one allocation of each counted kind, by V8's sampling profiler
 */
export function phantomBytesOf(
  snapshot: TraceSnapshot,
  { awaits, sizes }: { readonly awaits: AwaitCalls; readonly sizes: Readonly<Record<string, number>> },
  isMeasuring: (script: string) => boolean,
): PhantomBytes {
  const bytesOf = (name: string): number => {
    let bytes = 0;
    for (let i = 0; i < snapshot.order.length; i++) {
      const node = snapshot.order.get(i);
      const fn = snapshot.functions[snapshot.functionOf.get(node)];
      if (fn?.name === name && isMeasuring(fn.script)) bytes += snapshot.allocatedBytes.get(node);
    }
    return bytes;
  };
  const more = (bytes: number, size: string): number =>
    Math.max(0, Math.floor((bytes / awaits.count - (sizes[size] ?? 0)) / WORD_BYTES) * WORD_BYTES);
  return {
    await: more(bytesOf(awaits.awaiting) - bytesOf(awaits.plain), "await"),
    delegate: more(bytesOf(awaits.delegating), DELEGATING_CALL),
  };
}
