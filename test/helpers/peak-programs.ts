import fc from "fast-check";

/** What a generated program puts into a slot. `length` is the number of elements. */
type Kind = "array" | "buffer" | "pairs";

/** One step of a generated program. */
export type Step =
  /** Makes something in a slot while what the slot holds is alive, then drops that. */
  | { readonly do: "put"; readonly slot: number; readonly kind: Kind; readonly length: number }
  | { readonly do: "free"; readonly slot: number }
  /** Makes something many times, each dropped at once. */
  | { readonly do: "churn"; readonly kind: Kind; readonly length: number; readonly times: number }
  /** A function whose local variable holds something while other steps run. */
  | { readonly do: "call"; readonly kind: Kind; readonly length: number; readonly steps: readonly Step[] };

const SLOTS = 8;
/** A JSArray and the header of its elements: x64 without pointer compression. */
const ARRAY_BYTES = 48;
const PAIR_BYTES = 64;
/** Objects of a typed array on the heap, beside its external memory; at most. */
export const BUFFER_OBJECT_BYTES = 320;

const bytesOf = (kind: Kind, length: number): number =>
  kind === "buffer" ? 8 * length : ARRAY_BYTES + 8 * length + (kind === "pairs" ? PAIR_BYTES * length : 0);

const kind = fc.constantFrom<Kind>("array", "buffer", "pairs");
/** From a few bytes to some megabytes, small ones as often as large ones. */
const length = fc.double({ min: 1, max: 4.7, noNaN: true }).map((exponent) => Math.round(10 ** exponent));
const slot = fc.integer({ min: 0, max: SLOTS - 1 });

/** Programs whose live bytes can be computed at every moment. */
export const programs: fc.Arbitrary<readonly Step[]> = fc.letrec<{ step: Step; steps: readonly Step[] }>((tie) => ({
  step: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("put" as const), slot, kind, length }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("free" as const), slot }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("churn" as const),
        kind,
        length: fc.integer({ min: 1, max: 2000 }),
        times: fc.integer({ min: 1, max: 60 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("call" as const), kind, length, steps: tie("steps") }) },
  ),
  steps: fc.array(tie("step"), { minLength: 1, maxLength: 8 }),
})).steps;

/** The peak of a program: the largest number of bytes alive at any moment. */
export function peakOf(steps: readonly Step[]): number {
  const slots = new Array<number>(SLOTS).fill(0);
  let live = 0;
  let peak = 0;
  const add = (bytes: number): void => {
    live += bytes;
    peak = Math.max(peak, live);
  };
  const run = (all: readonly Step[]): void => {
    for (const step of all) {
      if (step.do === "free") {
        live -= slots[step.slot] ?? 0;
        slots[step.slot] = 0;
        continue;
      }
      const bytes = bytesOf(step.kind, step.length);
      add(bytes);
      if (step.do === "call") run(step.steps);
      if (step.do === "put") {
        live -= slots[step.slot] ?? 0;
        slots[step.slot] = bytes;
      } else {
        live -= bytes;
      }
    }
  };
  run(steps);
  return peak;
}

/** The number of objects that a program can hold at once, to bound what they take beside the computed bytes. */
export function countSteps(steps: readonly Step[]): number {
  return steps.reduce((count, step) => count + 1 + (step.do === "call" ? countSteps(step.steps) : 0), 0);
}

/**
 * The code of a cell that measures programs, each in a region of its own: `p0`, `p1`, … Everything is made in functions of its
 * own: an unoptimised function keeps the last values of its registers alive, which the model does not have.
 */
export function codeOfAll(all: readonly (readonly Step[])[]): string {
  return `import { measure } from "heapbook";
const slots = new Array(${SLOTS}).fill(null);
function make_array(length) { return new Array(length).fill(1); }
function make_buffer(length) { return new Float64Array(length); }
function make_pairs(length) {
  const all = new Array(length);
  for (let i = 0; i < length; i++) all[i] = [i, i];
  return all;
}
function put(slot, make, length) { slots[slot] = make(length); }
function churn(make, length, times) { for (let i = 0; i < times; i++) drop(make, length); }
function drop(make, length) { make(length); }
function call(make, length, body) {
  const local = make(length);
  body();
  return local.length;
}
${all.map(codeOfRegion).join("\n")}`;
}

function codeOfRegion(steps: readonly Step[], index: number): string {
  return `measure(() => {
${codeOfSteps(steps)}
for (let i = 0; i < ${SLOTS}; i++) slots[i] = null;
}, { name: "p${index}" });`;
}

function codeOfSteps(steps: readonly Step[]): string {
  return steps.map(codeOfStep).join("\n");
}

function codeOfStep(step: Step): string {
  switch (step.do) {
    case "put":
      return `put(${step.slot}, make_${step.kind}, ${step.length});`;
    case "free":
      return `slots[${step.slot}] = null;`;
    case "churn":
      return `churn(make_${step.kind}, ${step.length}, ${step.times});`;
    case "call":
      return `call(make_${step.kind}, ${step.length}, () => {\n${codeOfSteps(step.steps)}\n});`;
  }
}
