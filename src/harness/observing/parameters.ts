import { readFileSync } from "node:fs";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Params } from "../../model/values.ts";
import { send } from "../channel.ts";
import { pathOf } from "./recorder.ts";

// `import` of node:util would run all its getters: from Node 22 on they make process.stderr and load 0.4 MB.
const { inspect } = process.getBuiltinModule("node:util");

/**
 * Matches code whose result counts as depending on all parameters. Such code may copy an object by structured clone,
 * which refuses a proxy; call a region more often than the trial `output` does; or behave differently under a probe.
 */
const NOT_OBSERVED =
  /\b(?:structuredClone|postMessage|workerData|serialize|writeValue|iterations|warmup|metrics|execArgv)\b/;

/**
 * Returns the parameters of a cell as an object that reports each parameter of the report when it is read, once. Only
 * `output` trials use this object; other trials use the plain one.
 *
 * @param params parameters of the report and the variant, frozen
 * @param variant parameters of the variant, which are part of the fingerprint
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
    // Names of methods that every object has, unless a parameter has the same name.
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
  // `console.log(params)` inspects the target of a proxy, not the proxy.
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

/**
 * Returns the code of a bundle without Heapbook's library. esbuild writes `// path` before each module, relative to the
 * report's folder.
 */
function authorsCode(bundle: string): string {
  // This module is bundled into a file in `harness/` or in a folder below it.
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
