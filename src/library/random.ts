import alea from "seedrandom/lib/alea.js";
import { currentTrial } from "./current-trial.ts";
import { params } from "./params.ts";

let generator: (() => number) | undefined;

/**
 * The next pseudo-random number in [0, 1): the same sequence in every trial of a variant. Seeded from the report's
 * parameter `seed` (0 where it has none) and the variant, its runtime aside: versions are compared over the same numbers.
 * The generator is seedrandom's Alea (J. Baagøe).
 */
export function random(): number {
  generator ??= alea(seed());
  return generator();
}

function seed(): string {
  const { runtime: _runtime, ...variant } = currentTrial()?.variant ?? {};
  return JSON.stringify([params["seed"] ?? 0, variant]);
}
