/** A number of `npm run audit:edits`: `EDITS`, `KILLS` or `SEED`. @param otherwise in other runs of the tests */
export function auditNumber(name: "EDITS" | "FLAGSHIP" | "KILLS" | "SEED", otherwise: number): number {
  return Number(process.env[`HEAPBOOK_AUDIT_${name}`] ?? otherwise);
}

/** Numbers from 0 to 1 that a seed decides (mulberry32, T. Ettinger 2017). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of some values, each as likely as the others. @param random gives numbers from 0 to 1 */
export function pick<Value>(random: () => number, values: readonly Value[]): Value {
  return values[Math.floor(random() * values.length)] as Value;
}
