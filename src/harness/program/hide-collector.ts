/**
 * Keeps V8's `gc()` for Heapbook: a program must not find the function unless its own flags define it. A realm made
 * while `--expose-gc` is on has the function, but the program's realm is older. Must be imported before modules that
 * copy `gc` as they load.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collector = typeof globalThis.gc;

const isExposed = globalThis.gc !== undefined;

function makeCollector(): Collector {
  setFlagsFromString("--expose-gc");
  const made = runInNewContext("gc") as Collector;
  setFlagsFromString("--no-expose-gc");
  return made;
}

let collector: Collector = isExposed ? globalThis.gc : makeCollector();

function show(): void {
  if (isExposed) globalThis.gc = collector;
  else
    Object.defineProperty(globalThis, "gc", {
      value: collector,
      configurable: true,
      enumerable: false,
      writable: true,
    });
}
show();

/** Removes `gc()` from the program's globals, unless the program's own flags define it. */
export function hideCollector(): void {
  if (isExposed) return;
  collector = globalThis.gc;
  Reflect.deleteProperty(globalThis, "gc");
}

/** Runs a function of Heapbook with `gc()` defined. */
export function withCollector<T>(run: () => T): T {
  if (isExposed) return run();
  show();
  try {
    return run();
  } finally {
    Reflect.deleteProperty(globalThis, "gc");
  }
}
