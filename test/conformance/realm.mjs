/** A realm of its own for each run of a test, with the globals of test262 and those of marked code. */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { types } from "node:util";
import vm from "node:vm";
import { buildSync } from "esbuild";

/** Longest run of code that does not come back, in milliseconds. */
const TIMEOUT_MS = 10_000;
/** Longest wait for a test that ends in a callback, in milliseconds. */
const ASYNC_MS = 3000;
const COUNTERS = 2 ** 16;

const file = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The functions that marked code calls, as code that can run in any realm; `$hbTypes` is node:util's `types`. */
const markers = new vm.Script(
  buildSync({
    stdin: {
      contents: `import { installMarkers } from "./markers.ts"; installMarkers(${COUNTERS});`,
      resolveDir: file("src/harness"),
      loader: "ts",
    },
    bundle: true,
    write: false,
    format: "iife",
    banner: { js: "((process)=>{" },
    footer: { js: "})({getBuiltinModule:()=>({types:$hbTypes})});delete globalThis.$hbTypes;" },
  }).outputFiles[0].text,
);

/** Functions of the meter that read nothing: what is tested is the code that calls them. */
const meter = new vm.Script(
  `for (const name of ["Add","Large","In","Enter","InOf","Out","OutLarge","Made","Due","Yield","Begin","Await","Resume","Step","Here","Leave"])
    Object.defineProperty(globalThis, "$hbm" + name, { value: () => 0, configurable: true, enumerable: false, writable: true });`,
);

/** Function.prototype.toString as `heapbook trace` has it (src/harness/program/function-texts.ts). */
const texts = new vm.Script(
  `{ const { toString } = Function.prototype; const authorText = $hbText; delete globalThis.$hbText;
     Function.prototype.toString = new Proxy(toString, { apply(target, self, values) {
       const text = Reflect.apply(target, self, values);
       return text.includes("$hb") ? authorText(text) : text;
     } }); }`,
);

const harness = new Map();

function harnessScript(name, root) {
  const known = harness.get(name);
  if (known !== undefined) return known;
  const path = join(root, "harness", name);
  const script = new vm.Script(readFileSync(path, "utf8"), { filename: path });
  harness.set(name, script);
  return script;
}

function makeHost(context, print) {
  const host = {
    global: vm.runInContext("globalThis", context),
    gc() {},
    evalScript: (code) => vm.runInContext(code, context),
    createRealm: () => makeRealm(print, false).host,
    detachArrayBuffer(buffer) {
      structuredClone(buffer, { transfer: [buffer] });
      return null;
    },
  };
  return host;
}

function makeRealm(print, isMarked, textOf = (text) => text) {
  const context = vm.createContext({ print, setTimeout, console: { log() {} } });
  const host = makeHost(context, print);
  Object.defineProperty(host.global, "$262", { value: host, configurable: true, enumerable: false, writable: true });
  if (isMarked) {
    host.global.$hbTypes = types;
    host.global.$hbText = textOf;
    for (const script of [markers, meter, texts]) script.runInContext(context);
  }
  return { context, host };
}

const nameOf = (error) =>
  (typeof error === "object" && error !== null) || typeof error === "function"
    ? `${error.constructor?.name ?? "?"}: ${error.message}`
    : `threw ${String(error)}`;

function instrumented(instrument, source, name, sourceType, state) {
  const options = { module: state.module++, fileName: name, sourceType, firstCounter: state.counters };
  const { code, counters } = instrument(source, { ...options, engine: state.engine });
  state.counters += counters;
  return code;
}

/** Loads modules into a realm, each once. */
function makeLoader(context, codeOf) {
  const modules = new Map();
  const load = (path, source) => {
    const known = modules.get(path);
    if (known !== undefined) return known;
    const module = new vm.SourceTextModule(codeOf(source, path, "module"), {
      context,
      identifier: path,
      initializeImportMeta: (meta) => Object.assign(meta, { url: pathToFileURL(path).href }),
      importModuleDynamically: (specifier) => importFrom(path, specifier),
    });
    modules.set(path, module);
    return module;
  };
  const link = (specifier, { identifier }) => {
    const path = resolve(dirname(identifier), specifier);
    return load(path, readFileSync(path, "utf8"));
  };
  // V8 aborts where one module is linked twice at a time.
  let linking = Promise.resolve();
  async function run(module) {
    linking = linking.then(() => (module.status === "unlinked" ? module.link(link) : undefined));
    await linking;
    if (module.status !== "evaluating") await module.evaluate({ timeout: TIMEOUT_MS });
    return module;
  }
  const importFrom = async (path, specifier) => run(link(specifier, { identifier: path }));
  return { load, run, importFrom };
}

/** The source of a test in one mode. */
export const sourceIn = ({ source }, mode) => (mode === "strict" ? `"use strict";\n${source}` : source);

/**
 * Runs a test in one mode and returns what it did: `passed`, or the error that it ended with.
 * @param marking undefined for the code as it is, otherwise `{ instrument, engine, textOf }`
 */
export async function runTest(test, mode, root, marking) {
  let finish = () => {};
  const finished = new Promise((resolve) => {
    finish = resolve;
  });
  const state = { module: 0, counters: 0, engine: marking?.engine };
  const codeOf = (source, name, sourceType) =>
    marking === undefined ? source : instrumented(marking.instrument, source, name, sourceType, state);
  const { context } = makeRealm((text) => finish(String(text)), marking !== undefined, marking?.textOf);
  for (const name of test.includes) harnessScript(name, root).runInContext(context);
  try {
    const { load, run, importFrom } = makeLoader(context, codeOf);
    if (mode === "module") await run(load(test.path, test.source));
    else {
      const options = { filename: test.path, importModuleDynamically: (specifier) => importFrom(test.path, specifier) };
      const code = codeOf(sourceIn(test, mode), test.path, "script");
      new vm.Script(code, options).runInContext(context, { timeout: TIMEOUT_MS });
    }
  } catch (error) {
    return nameOf(error);
  }
  if (!test.isAsync) return "passed";
  const timer = setTimeout(() => finish("never called $DONE"), ASYNC_MS);
  const text = await finished;
  clearTimeout(timer);
  return text === "Test262:AsyncTestComplete" ? "passed" : text;
}
