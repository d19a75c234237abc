// Functions that instrumented code calls (src/allocation/instrument/), in the measured process. Allocations of this
// file are not the author's. Exception: allocations of the author's own iterators and methods, called from here.

import { COUNTER_RANGE } from "../model/counted-kinds.ts";

// `import` of node:util would run all its getters: from Node 22 on they make process.stderr and load 0.4 MB.
const { types } = process.getBuiltinModule("node:util");

interface MarkerGlobals {
  $hbCounters: Int32Array;
  $hbCall: (method: unknown, self: unknown, ...values: unknown[]) => unknown;
  $hbKeep: (value: unknown) => unknown;
  $hbKept: () => unknown;
  $hbIsPromise: (value: unknown) => boolean;
  $hbIterate: (iterable: unknown, call: Call, entries: boolean) => unknown;
  $hbDelegate: (iterable: unknown, call: Call, step: Step) => unknown;
}

/** The line marker of an iteration: calls `method` on `self` without arguments. */
type Call = (method: unknown, self: unknown) => unknown;
/** The line marker of a step of `yield*`, which counts it and calls a method with one argument. */
type Step = (method: unknown, self: unknown, value: unknown) => unknown;

let counters = new Int32Array(0);
let kept: unknown;

/**
 * Called before and after this file allocates for itself. The first returns the open site, which the second reopens.
 * The meter replaces both.
 */
let enterMeasuring = (): number => 0;
let leaveMeasuring = (_owner: number): void => {};

/** Sets the functions with which the meter separates this file's allocations from the author's. */
export function meterMarkers(enter: () => number, leave: (owner: number) => void): void {
  enterMeasuring = enter;
  leaveMeasuring = leave;
}

// Bound before the author's code can replace it.
const call = Function.prototype.call.bind(Function.prototype.call) as MarkerGlobals["$hbCall"];

/** Keeps the object of a member expression until the next operand takes it (`takeKept`). */
function keep(value: unknown): unknown {
  kept = value;
  return value;
}

function takeKept(): unknown {
  const value = kept;
  kept = undefined;
  return value;
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/**
 * Iterator that a statement gets in place of the author's. The line's marker makes each call of the author's iterator.
 */
class LineIterator {
  readonly iterator: Record<PropertyKey, unknown>;
  readonly step: unknown;
  readonly call: Call;
  method: unknown;

  constructor(iterator: Record<PropertyKey, unknown>, next: unknown, call: Call) {
    this.iterator = iterator;
    this.step = next;
    this.call = call;
    this.method = undefined;
  }

  next(): unknown {
    return this.call(this.step, this.iterator);
  }

  /** `return` of the author's iterator. A statement looks it up only if the iteration ends early. */
  get return(): unknown {
    const method = this.iterator["return"];
    if (typeof method !== "function") return method;
    this.method = method;
    return closeIterator;
  }

  [Symbol.iterator](): this {
    return this;
  }
}

function closeIterator(this: LineIterator): unknown {
  return this.call(this.method, this.iterator);
}

/**
 * `next()` for a statement that destructures each value as an array; the destructuring then iterates over a
 * `LineEntry`. LineIterator has no subclass for this: a subclass's default constructor uses the array iterator, which
 * the program may have replaced.
 */
function nextEntry(this: LineIterator): unknown {
  const result = this.call(this.step, this.iterator);
  if (!isObject(result)) return result;
  const owner = enterMeasuring();
  try {
    if (result["done"]) return { done: true, value: undefined };
    const value = result["value"];
    return { done: false, value: Array.isArray(value) ? new LineEntry(value, this.call) : value };
  } finally {
    leaveMeasuring(owner);
  }
}

/** An array that is about to be destructured. Its iterator calls through the marker of the line. */
class LineEntry {
  readonly value: unknown;
  readonly call: Call;

  constructor(value: unknown, call: Call) {
    this.value = value;
    this.call = call;
  }

  [Symbol.iterator](): unknown {
    const owner = enterMeasuring();
    try {
      const iterable = (iterate(this.value, this.call, false) ?? this.value) as Iterable<unknown>;
      return iterable[Symbol.iterator]();
    } finally {
      leaveMeasuring(owner);
    }
  }
}

function giveIterator(iterator: unknown): unknown {
  return { [Symbol.iterator]: () => iterator };
}

/**
 * Returns the iterator that a statement uses in place of a value; undefined for a value that is not iterable. The
 * function has no closures, because the meter would assign their context to the author's iterator.
 */
function iterate(iterable: unknown, call: Call, entries: boolean): unknown {
  if (iterable === null || iterable === undefined) return undefined;
  const open = (iterable as Record<PropertyKey, unknown>)[Symbol.iterator];
  if (typeof open !== "function") return undefined;
  const iterator = call(open, iterable);
  const next = isObject(iterator) ? iterator["next"] : undefined;
  // Returned unchanged, so that V8 throws its own error for such an iterator.
  if (!isObject(iterator) || typeof next !== "function") return giveIterator(iterator);
  const lines = new LineIterator(iterator, next, call);
  if (entries) lines.next = nextEntry;
  return lines;
}

/**
 * Iterator for `yield*` in an async generator, which awaits the result of each step. Steps are calls of the marker of the line; methods are
 * looked up when the statement looks them up.
 */
class DelegateIterator {
  readonly iterator: Record<PropertyKey, unknown>;
  readonly step: unknown;
  readonly call: Step;
  method: unknown;

  constructor(iterator: Record<PropertyKey, unknown>, next: unknown, call: Step) {
    this.iterator = iterator;
    this.step = next;
    this.call = call;
    this.method = undefined;
  }

  next(value: unknown): unknown {
    return this.call(this.step, this.iterator, value);
  }

  get return(): unknown {
    return this.found(this.iterator["return"]);
  }

  get throw(): unknown {
    return this.found(this.iterator["throw"]);
  }

  /** What the statement calls in place of a method that it has looked up. */
  found(method: unknown): unknown {
    if (typeof method !== "function") return method;
    this.method = method;
    return leaveDelegate;
  }
}

/** Calls `return` or `throw`. V8 gives no value where the statement closes an iterator that has no `throw`. */
function leaveDelegate(this: DelegateIterator, ...values: unknown[]): unknown {
  if (values.length === 0) return call(this.method, this.iterator);
  return this.call(this.method, this.iterator, values[0]);
}

/**
 * What `yield*` of an async generator iterates over in place of a value: an iterator whose steps are counted, or the value itself where
 * V8 throws an error for it.
 */
function delegate(iterable: unknown, open: Call, step: Step): unknown {
  if (iterable === null || iterable === undefined) return iterable;
  const own = (iterable as Record<PropertyKey, unknown>)[Symbol.asyncIterator];
  const isAsync = own !== null && own !== undefined;
  const method = isAsync ? own : (iterable as Record<PropertyKey, unknown>)[Symbol.iterator];
  if (typeof method !== "function") return iterable;
  const iterator = open(method, iterable);
  const steps = isObject(iterator) ? new DelegateIterator(iterator, iterator["next"], step) : iterator;
  return { [isAsync ? Symbol.asyncIterator : Symbol.iterator]: () => steps };
}

/** Defines the globals that instrumented code uses. Must run before instrumented code is loaded. */
export function installMarkers(counterCount: number): void {
  counters = new Int32Array(2 * counterCount);
  const globals: MarkerGlobals = {
    $hbCounters: counters,
    $hbCall: call,
    $hbKeep: keep,
    $hbKept: takeKept,
    $hbIsPromise: types.isPromise,
    $hbIterate: iterate,
    $hbDelegate: delegate,
  };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, enumerable: false, writable: true });
  }
}

/** Value of a counter, from its low and high parts. Exact up to 2^53. */
function readCounter(counter: number): number {
  return (counters[2 * counter + 1] ?? 0) * COUNTER_RANGE + (counters[2 * counter] ?? 0);
}

/** Bytes compared with zeros in one native call. */
const CHUNK_BYTES = 16 * 1024;
// Copied before the program can replace it.
const { Buffer: Bytes } = process.getBuiltinModule("node:buffer");

/**
 * Length of an array without trailing zeros. Compares whole chunks natively: a traced program reserves many more
 * numbers than it uses, and a loop in unoptimised code would take 50 ms.
 */
export function usedLength(numbers: Int32Array): number {
  const zeros = Bytes.alloc(CHUNK_BYTES);
  const bytes = Bytes.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  let end = bytes.length;
  for (; end > 0; end -= Math.min(end, CHUNK_BYTES)) {
    const size = Math.min(end, CHUNK_BYTES);
    if (bytes.compare(zeros, 0, size, end - size, end) !== 0) break;
  }
  let length = end / numbers.BYTES_PER_ELEMENT;
  while (length > 0 && numbers[length - 1] === 0) length--;
  return length;
}

/** Values of all counters up to the last one above 0. */
export function readCounters(): number[] {
  const length = Math.ceil(usedLength(counters) / 2);
  return Array.from({ length }, (_, counter) => readCounter(counter));
}
