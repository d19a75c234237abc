/**
 * Key of a registered symbol. The global function under this symbol receives the state of a bundle's modules, so that
 * the harness keeps them alive (bundle/kept-state.ts).
 */
export const KEEP_MODULE = "heapbook.keep";

const STATEMENT = `globalThis[Symbol.for("${KEEP_MODULE}")]`;

/** Whether this line of a bundle is the last statement, which keeps the state of the bundle's modules alive. */
export function isKeeping(line: string): boolean {
  return line.startsWith(STATEMENT);
}

/** The statement that keeps the state of a bundle's modules alive. @param names names of the modules' variables */
export function keepingStatement(names: Iterable<string>): string {
  return `${STATEMENT}?.(() => [${[...names].join(", ")}]);`;
}
