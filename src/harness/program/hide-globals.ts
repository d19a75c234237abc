import { runInThisContext } from "node:vm";

/** How names of globals begin that instrumented code uses. */
const PREFIX = "$hb";

/**
 * Moves the globals of instrumented code from properties of the global object, which a program may list, to constants of a script, which
 * code of all modules finds by the same name. Must run before the program and after everything is defined.
 */
export function hideGlobals(): void {
  const names = Object.getOwnPropertyNames(globalThis).filter((name) => name.startsWith(PREFIX));
  runInThisContext(`const ${names.map((name) => `${name} = globalThis.${name}`).join(", ")};`);
  for (const name of names) Reflect.deleteProperty(globalThis, name);
}
