import alea from "seedrandom/lib/alea.js";
import { currentTrial } from "./measuring/current-trial.ts";
import { params } from "./params.ts";

let generator: (() => number) | undefined;

/**
 * Returns the next pseudo-random number in [0, 1). Every trial of a variant gets the same sequence. The seed is the
 * report's parameter `seed` (default 0) and the variant's parameters, except `runtime` so that runtimes are compared
 * over the same numbers. The generator is Alea (J. Baagøe), from the package seedrandom.
 */
export function random(): number {
  generator ??= alea(seed());
  return generator();
}

function seed(): string {
  const { runtime: _runtime, ...variant } = currentTrial()?.variant ?? {};
  return JSON.stringify([params["seed"] ?? 0, variant]);
}
