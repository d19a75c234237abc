/** Calls a function of Node that warns, of which the author knows nothing: the warning would be in the output of the cell or the program. */
export function withoutWarnings<T>(call: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return call();
  } finally {
    process.emitWarning = emitWarning;
  }
}
