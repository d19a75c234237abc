/** Generated programs whose live bytes can be computed at each moment. */
import { arrayBytes } from "./sizes.ts";

type Kind = "array" | "pairs" | "buffer";
type Step =
  | { readonly do: "put"; readonly slot: number; readonly kind: Kind; readonly length: number }
  | { readonly do: "free"; readonly slot: number }
  | { readonly do: "churn"; readonly kind: Kind; readonly length: number; readonly times: number };

export type Program = readonly Step[];

const SLOTS = 8;
const KINDS: readonly Kind[] = ["array", "pairs", "buffer"];
/** Objects of a typed array on the heap, beside its memory; at most. */
const BUFFER_OBJECT_BYTES = 320;
/** From some bytes to some megabytes, small ones as often as large ones. */
const LARGEST_EXPONENT = 4.7;
const STEPS = 20;

/** A program of steps that put something into a slot, free a slot, or make something that is dropped at once. */
export function generate(random: () => number): Program {
  const below = (end: number): number => Math.floor(end * random());
  const kind = (): Kind => KINDS[below(KINDS.length)] ?? "array";
  return Array.from({ length: STEPS }, (): Step => {
    const choice = random();
    if (choice < 0.2) return { do: "free", slot: below(SLOTS) };
    if (choice < 0.4) return { do: "churn", kind: kind(), length: 1 + below(2000), times: 1 + below(50) };
    const length = Math.round(10 ** (1 + random() * (LARGEST_EXPONENT - 1)));
    return { do: "put", slot: below(SLOTS), kind: kind(), length };
  });
}

function bytesOf(kind: Kind, length: number): number {
  if (kind === "buffer") return 8 * length;
  return arrayBytes(length) + (kind === "pairs" ? length * arrayBytes(2) : 0);
}

/** The largest number of bytes alive at any moment of a program, and at most as many that the computation lacks. */
export function peakOf(program: Program): { readonly bytes: number; readonly besides: number } {
  const slots = new Array<number>(SLOTS).fill(0);
  let live = 0;
  let bytes = 0;
  for (const step of program) {
    if (step.do === "free") {
      live -= slots[step.slot] ?? 0;
      slots[step.slot] = 0;
      continue;
    }
    const made = bytesOf(step.kind, step.length);
    bytes = Math.max(bytes, live + made); // what the slot held before is alive while the next is made
    if (step.do === "put") {
      live += made - (slots[step.slot] ?? 0);
      slots[step.slot] = made;
    }
  }
  return { bytes, besides: BUFFER_OBJECT_BYTES * program.length };
}

function make(kind: Kind, length: number): unknown {
  if (kind === "buffer") return new Float64Array(length);
  const all = new Array<unknown>(length).fill(0);
  if (kind === "pairs") for (let i = 0; i < length; i++) all[i] = [i, i];
  return all;
}

const held = new Array<unknown>(SLOTS).fill(undefined);

/** Runs a program. Nothing of it is alive at its end. */
export function run(program: Program): void {
  for (const step of program) {
    if (step.do === "free") held[step.slot] = undefined;
    else if (step.do === "put") held[step.slot] = make(step.kind, step.length);
    else for (let i = 0; i < step.times; i++) make(step.kind, step.length);
  }
  held.fill(undefined);
}
