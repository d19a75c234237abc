/**
 * Loads what Node loads at the first `console.log`: 54 KiB alive on Node 22, 159 KiB on Node 24, which the tracker gives to the line that
 * prints. Called before a line profile begins, which is of the program and not of Node's modules.
 */
export function loadStreams(): void {
  for (const name of ["node:stream", "node:net", "node:tty"] as const) process.getBuiltinModule(name);
}
