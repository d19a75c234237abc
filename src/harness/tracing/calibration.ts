import type { Session } from "node:inspector";

/** So many of each are made. */
const COUNT = 1000;
/** V8 allocates in words of so many bytes. */
const WORD_BYTES = 8;

let sink: unknown;

// Each by a function of its own, by whose name the profile tells what it has allocated.
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

/** Methods come with an object around them: a second one in it takes its closure and a word of the object more. */
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

function makeAll(): void {
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
 * Bytes of one closure of each kind, and of what a generator gives for each `yield`, on this V8: measured, not known. No
 * marker can hold these, so they are counted, and weighed with this. By V8's sampling profiler at an interval of 1 byte,
 * which misses nothing; at 512 it was a fifth off.
 */
export function calibrateSizes(session: Session): Readonly<Record<string, number>> {
  // What is made once, feedback and code, is made now.
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
  // Rounded down to words: what V8 made once for itself is less than a word for each.
  const sizeOf = (bytes: number): number => Math.floor(bytes / (COUNT * WORD_BYTES)) * WORD_BYTES;
  const sum = (fn: () => unknown): number => sums.get(fn.name) ?? 0;
  const sizes = Object.entries(KINDS).map(([name, kind]) => [kind, sizeOf(sums.get(name) ?? 0)] as const);
  const method = sizeOf(sum(makeTwoMethods) - sum(makeOneMethod)) - WORD_BYTES;
  return Object.fromEntries([...sizes, ["method", method]]);
}
