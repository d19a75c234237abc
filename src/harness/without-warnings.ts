/**
 * Calls a function of Node that may warn (experimental, internal), without the warning: it would appear in the output
 * of the cell or program, whose author did not cause it.
 */
export function withoutWarnings<T>(call: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return call();
  } finally {
    process.emitWarning = emitWarning;
  }
}
