const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Frees unreachable objects: a turn of the event loop, a full collection, another turn. Afterwards, WeakRefs of unreachable objects
 * are empty and FinalizationRegistry callbacks have run. A `deref()` in the job of the collection would keep its object alive
 * until that job ends.
 * @throws Error without `--expose-gc`
 */
export async function settle(): Promise<void> {
  await turn();
  if (globalThis.gc === undefined)
    throw new Error(
      "settle() needs --expose-gc. Heapbook passes this flag to every cell: run the cell by `heapbook render`.",
    );
  globalThis.gc();
  await turn();
}
