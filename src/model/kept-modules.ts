/** Registered symbol of the global function by which a bundle hands its modules' state to the harness (bundle/kept-state.ts). */
export const KEEP_MODULE = "heapbook.keep";

const STATEMENT = `globalThis[Symbol.for("${KEEP_MODULE}")]`;

/** Whether a line of a bundle is the statement that keeps the state of its modules, the last one. */
export function isKeeping(line: string): boolean {
  return line.startsWith(STATEMENT);
}

/** That statement. @param names of variables in its scope */
export function keepingStatement(names: Iterable<string>): string {
  return `${STATEMENT}?.(() => [${[...names].join(", ")}]);`;
}
