import { runInThisContext } from "node:vm";

/** Prefix of the globals that instrumented code uses. */
const PREFIX = "$hb";

/**
 * Turns the globals of instrumented code from properties of the global object into constants of a script. A program can
 * list the former, not the latter; code of all modules finds both by the same name. Must run before the program, after
 * all globals are defined.
 */
export function hideGlobals(): void {
  const names = Object.getOwnPropertyNames(globalThis).filter((name) => name.startsWith(PREFIX));
  runInThisContext(`const ${names.map((name) => `${name} = globalThis.${name}`).join(", ")};`);
  for (const name of names) Reflect.deleteProperty(globalThis, name);
}
