const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Frees unreachable objects: awaits a turn of the event loop, forces a full collection, awaits another turn.
 * Afterwards, WeakRefs of unreachable objects are empty and FinalizationRegistry callbacks have run. The turns are
 * needed because `WeakRef.deref()` keeps its object alive until the current job ends.
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
