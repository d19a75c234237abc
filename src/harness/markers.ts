// Runs in the measured process: what marked code calls (src/allocation/markers/). Frames of this file are no user code, and
// what they allocate is ours; what the user's iterators and methods allocate is theirs, or their line marker's.

import { COUNTER_RANGE } from "../model/counted-kinds.ts";

interface MarkerGlobals {
  $hbCounters: Int32Array;
  $hbCall: (method: unknown, self: unknown, ...values: unknown[]) => unknown;
  $hbKeep: (value: unknown) => unknown;
  $hbKept: () => unknown;
  $hbIterate: (iterable: unknown, call: Call, entries: boolean) => unknown;
}

/** The line marker of an iteration: calls a method without arguments. */
type Call = (method: unknown, self: unknown) => unknown;

let counters = new Int32Array(0);
let kept: unknown;

/** Around what is made here and is nobody's, where allocations are metered (harness/meter/). */
let enterOurs = (): number => 0;
let leaveOurs = (_owner: number): void => {};

/** Has what the runtime of markers makes itself told apart. */
export function meterMarkers(enter: () => number, leave: (owner: number) => void): void {
  enterOurs = enter;
  leaveOurs = leave;
}

// Taken before any user code could change it.
const call = Function.prototype.call.bind(Function.prototype.call) as MarkerGlobals["$hbCall"];

/** Keeps the object of a member for the operand that comes right after it. */
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

/** Iterates for a statement: each call of the user's iterator is made by the marker of the statement's line. */
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

  /** Looked up by the statement when it leaves before the end, and only then. */
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

/** Of a statement that destructures each value as an array, which iterates once more. */
class LineEntryIterator extends LineIterator {
  override next(): unknown {
    const result = super.next();
    if (!isObject(result)) return result;
    const owner = enterOurs();
    try {
      if (result["done"]) return { done: true, value: undefined };
      const value = result["value"];
      return { done: false, value: Array.isArray(value) ? new LineEntry(value, this.call) : value };
    } finally {
      leaveOurs(owner);
    }
  }
}

/** An array that is about to be destructured. */
class LineEntry {
  readonly value: unknown;
  readonly call: Call;

  constructor(value: unknown, call: Call) {
    this.value = value;
    this.call = call;
  }

  [Symbol.iterator](): unknown {
    const owner = enterOurs();
    try {
      const iterable = (iterate(this.value, this.call, false) ?? this.value) as Iterable<unknown>;
      return iterable[Symbol.iterator]();
    } finally {
      leaveOurs(owner);
    }
  }
}

function giveIterator(iterator: unknown): unknown {
  return { [Symbol.iterator]: () => iterator };
}

/**
 * What a statement iterates instead of a value; undefined for a value that cannot be iterated. It has no closures: the
 * context of one, made before the author's iterator, would be metered with that.
 */
function iterate(iterable: unknown, call: Call, entries: boolean): unknown {
  if (iterable === null || iterable === undefined) return undefined;
  const open = (iterable as Record<PropertyKey, unknown>)[Symbol.iterator];
  if (typeof open !== "function") return undefined;
  const iterator = call(open, iterable);
  const next = isObject(iterator) ? iterator["next"] : undefined;
  // V8 says of such an iterator what is wrong with it.
  if (!isObject(iterator) || typeof next !== "function") return giveIterator(iterator);
  return entries ? new LineEntryIterator(iterator, next, call) : new LineIterator(iterator, next, call);
}

/** Defines the globals that marked code uses. Must run before any of it is loaded. */
export function installMarkers(counterCount: number): void {
  counters = new Int32Array(2 * counterCount);
  const globals: MarkerGlobals = {
    $hbCounters: counters,
    $hbCall: call,
    $hbKeep: keep,
    $hbKept: takeKept,
    $hbIterate: iterate,
  };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, enumerable: false, writable: true });
  }
}

/** How often the site of a counter was reached; exact up to 2^53. */
export function readCounter(counter: number): number {
  return (counters[2 * counter + 1] ?? 0) * COUNTER_RANGE + (counters[2 * counter] ?? 0);
}
