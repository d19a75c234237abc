import { performance } from "node:perf_hooks";

/** How long some work takes, in ms. */
export async function time(work) {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

/** The lower median. */
export function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
