import type { AwaitCalls } from "../model/records.ts";
import type { TraceSnapshot } from "./trace-snapshot.ts";

const WORD_BYTES = 8;

/**
 * Bytes that V8's tracker reports for each await although nothing is allocated: 48 on Node 20 to 24, 0 on 26. V8's
 * sampling profiler and the growth of the heap do not show them (docs/measurement.md#tracker).
 *
 * @param snapshot of the process after it has called two async functions, one of which awaits
 * @param sizes bytes of one allocation of each counted kind, by V8's sampling profiler
 */
export function phantomBytesOf(
  snapshot: TraceSnapshot,
  { awaits, sizes }: { readonly awaits: AwaitCalls; readonly sizes: Readonly<Record<string, number>> },
  isMeasuring: (script: string) => boolean,
): number {
  const bytesOf = (name: string): number => {
    let bytes = 0;
    for (let i = 0; i < snapshot.order.length; i++) {
      const node = snapshot.order.get(i);
      const fn = snapshot.functions[snapshot.functionOf.get(node)];
      if (fn?.name === name && isMeasuring(fn.script)) bytes += snapshot.allocatedBytes.get(node);
    }
    return bytes;
  };
  const tracked = (bytesOf(awaits.awaiting) - bytesOf(awaits.plain)) / awaits.count;
  return Math.max(0, Math.floor((tracked - (sizes["await"] ?? 0)) / WORD_BYTES) * WORD_BYTES);
}
