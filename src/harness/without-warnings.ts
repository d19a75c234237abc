/**
 * Calls a function with `process.emitWarning` disabled. The author did not cause the warning, which would appear in the
 * output of the cell or program.
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
