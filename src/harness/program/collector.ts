/** V8's `gc()`, which Heapbook's own flags define. A program must not find it. */

let collector: typeof globalThis.gc;

/** Hides `gc()` from the program. */
export function hideCollector(): void {
  collector = globalThis.gc;
  globalThis.gc = undefined;
}

/** Runs a function of Heapbook that collects. */
export function withCollector<T>(run: () => T): T {
  const { gc } = globalThis;
  globalThis.gc = collector;
  try {
    return run();
  } finally {
    globalThis.gc = gc;
  }
}
