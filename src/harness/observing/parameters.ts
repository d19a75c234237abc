import { readFileSync } from "node:fs";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Params } from "../../model/values.ts";
import { send } from "../channel.ts";
import { pathOf } from "./recorder.ts";

// `import` of node:util would run all its getters: from Node 22 on they make process.stderr and load 0.4 MB.
const { inspect } = process.getBuiltinModule("node:util");

/**
 * Words of code that may copy an object by the structured clone algorithm, which refuses a proxy, that calls a region more often
 * than the trial `output` does, or that may do something else under a probe. The result of that code depends on all parameters.
 */
const NOT_OBSERVED =
  /\b(?:structuredClone|postMessage|workerData|serialize|writeValue|iterations|warmup|metrics|execArgv)\b/;

/**
 * The parameters of a cell as an object that reports, once each, which of the report's parameters are read. Every other trial has
 * the plain object.
 *
 * @param params parameters of the report and the variant, frozen
 * @param variant parameters of the variant, which are in the fingerprint
 */
export function observeParameters(params: Params, variant: Params): Params {
  const seen = new Set<string>();
  const report = (kind: "param" | "param-names", name: string): void => {
    if (seen.has(`${kind} ${name}`)) return;
    seen.add(`${kind} ${name}`);
    send({ type: "read", path: name, kind });
  };
  const note = (name: string | symbol): void => {
    if (typeof name !== "string" || Object.hasOwn(variant, name)) return;
    // Methods of every object, where no parameter has their name.
    if (name in Object.prototype && !Object.hasOwn(params, name)) return;
    report("param", name);
  };
  const noteAll = (): void => {
    report("param-names", "");
    for (const name of Object.keys(params)) note(name);
  };
  const bundle = process.argv[1] ?? "";
  if (NOT_OBSERVED.test(authorsCode(readFileSync(bundle, "utf8")))) {
    noteAll();
    return params;
  }
  // `console.log(params)` looks through a proxy at its target.
  const target = Object.freeze(
    Object.defineProperty({ ...params }, inspect.custom, {
      value: () => {
        noteAll();
        return { ...params };
      },
    }),
  );
  return new Proxy(target, {
    get(_, name) {
      note(name);
      return Reflect.get(target, name);
    },
    has(_, name) {
      note(name);
      return Reflect.has(target, name);
    },
    getOwnPropertyDescriptor(_, name) {
      note(name);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
    ownKeys() {
      report("param-names", "");
      return Reflect.ownKeys(target);
    },
  });
}

/** A bundle without Heapbook's library: esbuild writes `// path` before each module, relative to the report's folder. */
function authorsCode(bundle: string): string {
  // This file is in `harness/` itself or in a folder below.
  const own = fileURLToPath(import.meta.url).replace(/^(.*)[\\/]harness[\\/].*$/, "$1");
  const isOwn = (module: string): boolean => {
    const name = /^\/\/ (\S.*)\n/.exec(module)?.[1];
    return name !== undefined && pathOf(name)?.startsWith(own + sep) === true;
  };
  return bundle
    .split(/^(?=\/\/ \S)/m)
    .filter((module) => !isOwn(module))
    .join("");
}
