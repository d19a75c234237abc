import { PASSING_VARIABLES } from "../../model/observations.ts";
import type { Recorder } from "./recorder.ts";

// `import` of node:util would run all its getters: from Node 22 on they make process.stderr and load 0.4 MB.
const { inspect } = process.getBuiltinModule("node:util");

/**
 * Replaces `process.env` by a proxy that records which variables a program reads. Variables set by the program itself
 * are not recorded. Listing all variables counts as reading all of them, except those that differ between shells.
 * Returns the original `process.env`.
 */
export function observeEnvironment(recorder: Recorder): NodeJS.ProcessEnv {
  const real = process.env;
  const own = new Set<string>();
  let listed = false;
  const note = (name: string | symbol): void => {
    if (typeof name !== "string" || own.has(name) || (listed && PASSING_VARIABLES.test(name))) return;
    if (name in Object.prototype && real[name] === undefined) return;
    recorder.observe("env", name);
  };
  const list = (): void => {
    listed = true;
    recorder.observe("env-names", "");
    for (const name of Object.keys(real)) note(name);
  };
  // `console.log(process.env)` inspects the target of a proxy, not the proxy.
  const target = Object.create({
    [inspect.custom]: () => {
      list();
      return { ...real };
    },
  });
  process.env = new Proxy(target, {
    get(_, name) {
      note(name);
      return Reflect.get(real, name);
    },
    has(_, name) {
      note(name);
      return Reflect.has(real, name);
    },
    getOwnPropertyDescriptor(_, name) {
      note(name);
      return Reflect.getOwnPropertyDescriptor(real, name);
    },
    ownKeys() {
      listed = true;
      recorder.observe("env-names", "");
      return Reflect.ownKeys(real);
    },
    getPrototypeOf: () => Object.getPrototypeOf(real),
    // Without these traps, an assignment would define a property on the proxy, which Node's `process.env` refuses.
    set(_, name, value) {
      own.add(String(name));
      return Reflect.set(real, name, value);
    },
    defineProperty(_, name, property) {
      own.add(String(name));
      return Reflect.defineProperty(real, name, property);
    },
    deleteProperty(_, name) {
      own.add(String(name));
      return Reflect.deleteProperty(real, name);
    },
  });
  return real;
}
