/**
 * Most calls of async functions that are remembered. One more call makes the meter forget all of them; a forgotten call
 * counts as having awaited.
 */
const MOST_CALLS = 1024;

/**
 * Calls of async functions that began in this turn and may not have awaited. Element 0 is their number; the elements
 * after it are the sites of the functions. A call that ends without `await` stays until an outer call awaits or another
 * turn begins.
 */
const begun = new Int32Array(MOST_CALLS + 1);

/** Records that a call of an async function begins. */
export function $hbmBegin(functionSite: number): void {
  const count = begun[0] as number;
  const place = count === MOST_CALLS ? 1 : count + 1;
  begun[0] = place;
  begun[place] = functionSite;
}

/**
 * Whether an `await` is the first of its call: true if a call of this function is recorded as begun in this turn.
 * Removes that call and all later ones.
 */
export function $hbmIsFirstAwait(functionSite: number): boolean {
  let place = begun[0] as number;
  while (place > 0 && begun[place] !== functionSite) place--;
  if (place === 0) return false;
  begun[0] = place - 1;
  return true;
}

/**
 * Called when a function goes on after an `await`. V8 resumes it from an empty stack, so a new turn begins and all
 * recorded calls are dropped.
 */
export function $hbmResume(): void {
  begun[0] = 0;
}
