/** Most calls of async functions that are remembered; beyond it all are forgotten, and count as calls that have awaited. */
const MOST_CALLS = 1024;

/**
 * Calls of async functions that have begun in this turn and may not have awaited: their number, then the site of each function. A call that
 * ends without an `await` stays until a call around it awaits, or another turn begins.
 */
const begun = new Int32Array(MOST_CALLS + 1);

/** Begins a call of an async function. */
export function $hbmBegin(functionSite: number): void {
  const count = begun[0] as number;
  const place = count === MOST_CALLS ? 1 : count + 1;
  begun[0] = place;
  begun[place] = functionSite;
}

/** Whether the `await` of a function is the first of its call: that call began in this turn, as the last of this function. */
export function $hbmIsFirstAwait(functionSite: number): boolean {
  let place = begun[0] as number;
  while (place > 0 && begun[place] !== functionSite) place--;
  if (place === 0) return false;
  begun[0] = place - 1;
  return true;
}

/** A function goes on after an `await`: in a turn that it begins, because V8 resumes it from an empty stack. */
export function $hbmResume(): void {
  begun[0] = 0;
}
