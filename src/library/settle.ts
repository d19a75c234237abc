const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Lets V8 catch up with what is unreachable: a turn of the event loop, a full collection, another turn. After it, WeakRefs
 * of unreachable objects are empty and FinalizationRegistry callbacks have run. Do not `deref()` in the same job as the
 * collection: that keeps the object alive until the job ends.
 */
export async function settle(): Promise<void> {
  await turn();
  if (globalThis.gc === undefined)
    throw new Error("settle() needs --expose-gc, which Heapbook gives to every cell; run it with `heapbook render`");
  globalThis.gc();
  await turn();
}
