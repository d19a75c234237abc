import type { Session } from "node:inspector";
import { DELEGATING_CALL } from "../../model/counted-kinds.ts";
import type { AwaitCalls } from "../../model/records.ts";
import { LATER_AWAIT_BYTES } from "../await-size.ts";

/**
 * Number of objects allocated of each kind. V8's own allocations meanwhile must stay below one word for each object.
 * With 250 objects they were 0 in all versions; with 1000 they were 7,096 B on Node 22, where V8 compiled a function
 * meanwhile.
 */
const COUNT = 250;
/** Bytes of a word, the unit in which V8 allocates. */
const WORD_BYTES = 8;

let sink: unknown;

// One function for each kind, because the profile reports allocations by function name.
function makeArrows(): void {
  for (let i = 0; i < COUNT; i++) sink = () => 1;
}
function makeFunctions(): void {
  for (let i = 0; i < COUNT; i++) sink = () => 1;
}
function makeAsyncFunctions(): void {
  for (let i = 0; i < COUNT; i++) sink = async () => 1;
}
function makeGeneratorFunctions(): void {
  for (let i = 0; i < COUNT; i++)
    sink = function* () {
      yield 1;
    };
}
function makeAsyncGeneratorFunctions(): void {
  for (let i = 0; i < COUNT; i++)
    sink = async function* () {
      yield 1;
    };
}
function* makeYields(): Generator<number> {
  for (let i = 0; i < COUNT; i++) yield i;
}

/** A method needs an object. The second method of an object adds a closure and one word in the object. */
function makeOneMethod(): void {
  for (let i = 0; i < COUNT; i++)
    sink = {
      one() {
        return 1;
      },
    };
}
function makeTwoMethods(): void {
  for (let i = 0; i < COUNT; i++)
    sink = {
      one() {
        return 1;
      },
      two() {
        return 2;
      },
    };
}

/** An async function. Called with false, it awaits nothing, so V8 allocates for the call alone. */
async function callOnly(waits: boolean): Promise<void> {
  if (waits) await 1;
}
async function awaitValue(waits: boolean): Promise<void> {
  if (waits) await 1;
}
async function awaitPromise(waits: boolean): Promise<void> {
  if (waits) await settled;
}
const settled = Promise.resolve();
async function* endless(): AsyncGenerator<number> {
  for (;;) yield 1;
}
async function* delegate(): AsyncGenerator<number> {
  yield* endless();
}

/**
 * Calls the async functions above `COUNT` times each. V8 allocates for an `await` before the function waits. Returns
 * their names and the number of calls.
 */
export function makeAwaits(): AwaitCalls {
  for (let i = 0; i < COUNT; i++) {
    void callOnly(false);
    void awaitValue(true);
    void awaitPromise(true);
    void delegate().next();
  }
  return { plain: callOnly.name, awaiting: awaitValue.name, delegating: delegate.name, count: COUNT };
}

function makeAll(): void {
  makeAwaits();
  makeArrows();
  makeOneMethod();
  makeTwoMethods();
  makeFunctions();
  makeAsyncFunctions();
  makeGeneratorFunctions();
  makeAsyncGeneratorFunctions();
  const yields = makeYields();
  for (let i = 0; i < COUNT; i++) yields.next();
  void sink;
}

const KINDS: Readonly<Record<string, string>> = {
  [makeArrows.name]: "arrow",
  [makeFunctions.name]: "function",
  [makeAsyncFunctions.name]: "async-function",
  [makeGeneratorFunctions.name]: "generator-function",
  [makeAsyncGeneratorFunctions.name]: "async-generator-function",
  [makeYields.name]: "yield",
};

interface ProfileNode {
  readonly callFrame: { readonly functionName: string };
  readonly selfSize: number;
  readonly children: readonly ProfileNode[];
}

function sumByName(node: ProfileNode, sums: Map<string, number>): Map<string, number> {
  const { functionName } = node.callFrame;
  sums.set(functionName, (sums.get(functionName) ?? 0) + node.selfSize);
  for (const child of node.children) sumByName(child, sums);
  return sums;
}

/**
 * Measures the bytes of one allocation of each counted kind in this version of V8: closures, results of `yield`, and
 * awaits. No marker can hold these allocations, so they are counted and multiplied by their size. Uses V8's sampling
 * profiler at an interval of 1 byte, which misses nothing; at 512 bytes the result was 20 % too small
 * (docs/measurement.md#tracker).
 */
export function calibrateSizes(session: Session): Readonly<Record<string, number>> {
  // Not sampled: V8 allocates feedback and code at the first calls.
  makeAll();
  makeAll();
  session.post("HeapProfiler.enable");
  session.post("HeapProfiler.startSampling", {
    samplingInterval: 1,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  } as never);
  makeAll();
  let sums = new Map<string, number>();
  session.post("HeapProfiler.stopSampling", (error, { profile }) => {
    if (error !== null) throw new Error(`V8's sampling profiler: ${error.message}`);
    sums = sumByName(profile.head, new Map());
  });
  // Rounded down to words, because V8's own allocations are below one word for each object.
  const sizeOf = (bytes: number): number => Math.floor(bytes / (COUNT * WORD_BYTES)) * WORD_BYTES;
  const sum = (fn: () => unknown): number => sums.get(fn.name) ?? 0;
  const sizes = Object.entries(KINDS).map(([name, kind]) => [kind, sizeOf(sums.get(name) ?? 0)] as const);
  const method = sizeOf(sum(makeTwoMethods) - sum(makeOneMethod)) - WORD_BYTES;
  const awaiting = (fn: () => unknown): number => sizeOf(sum(fn) - sum(callOnly as () => unknown));
  return Object.fromEntries([
    ...sizes,
    ["method", method],
    ["await", awaiting(awaitValue as () => unknown)],
    ["await-promise", awaiting(awaitPromise as () => unknown)],
    [DELEGATING_CALL, sizeOf(sum(delegate as () => unknown))],
    ...(LATER_AWAIT_BYTES === 0 ? [] : [["later-await", LATER_AWAIT_BYTES]]),
  ]);
}
