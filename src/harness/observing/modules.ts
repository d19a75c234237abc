import { existsSync } from "node:fs";
import Module from "node:module";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { observeAddon, observeSqliteWhenLoaded } from "./databases.ts";
import { watch } from "./files.ts";
import type { Recorder } from "./recorder.ts";

// Taken before it is wrapped: what the observer looks for is no observation.
const exists = existsSync;

/** Node's resolver of CommonJS modules. It is no part of the documented interface; many tools wrap it. */
interface Resolver {
  /** Modules that were loaded, by path. */
  readonly _cache?: Readonly<Record<string, unknown>>;
  _resolveFilename(request: string, parent: Parent | undefined, ...rest: unknown[]): string;
  _resolveLookupPaths(request: string, parent: Parent | undefined): string[] | null;
}
interface Parent {
  readonly filename?: string | null;
}

const ENDINGS = [
  "",
  ".js",
  ".json",
  ".node",
  ".cjs",
  ".mjs",
  "/package.json",
  "/index.js",
  "/index.json",
  "/index.node",
];

/** `lodash` of `lodash/fp`, `@scope/name` of `@scope/name/sub`. */
const packageOf = (request: string): string => request.split("/", request.startsWith("@") ? 2 : 1).join("/");

/**
 * Observes modules that are loaded while the cell runs, by `createRequire` and in packages: where Node looked for them, found or not,
 * and native addons. Their text Node reads by `fs.readFileSync`, which is observed already.
 */
export function observeModules(recorder: Recorder): void {
  const resolver = Module as unknown as Resolver;
  const { _resolveFilename: original } = resolver;
  if (typeof original !== "function") return;
  // What `--require` has loaded by now.
  for (const file of Object.keys(resolver._cache ?? {})) if (isAbsolute(file)) recorder.read("content", file);
  resolver._resolveFilename = (request, parent, ...rest) => {
    if (Module.isBuiltin(request)) return Reflect.apply(original, Module, [request, parent, ...rest]);
    const looked = lookedFor(resolver, request, parent);
    try {
      const found = Reflect.apply(original, Module, [request, parent, ...rest]) as string;
      readBefore(recorder, looked, found, isPath(request) ? "" : request);
      recorder.read("content", found);
      readScope(recorder, found);
      // `#name` and the package's own name are found by the package.json of who asks.
      if (!isPath(request) && parent?.filename != null) readScope(recorder, parent.filename);
      const manifest = manifestOf(found);
      if (manifest !== undefined) recorder.read("content", manifest);
      return found;
    } catch (error) {
      for (const path of looked) recorder.read("exists", path);
      throw error;
    }
  };
  watch(
    process,
    "dlopen",
    ([, path]) => recorder.read("content", path),
    (_, [module, path]) => observeAddon(recorder, (module as { exports?: unknown }).exports, path),
  );
  observeSqliteWhenLoaded(recorder);
  watch(Module, "register", () => recorder.unobserved("`module.register()`"));
}

/**
 * Observes what Node looks for before the module that it found, and what would take its place.
 *
 * @param request of a module in a package; empty for a path, whose folder Node looks for after all files of that name (`x.js` before `x/index.js`)
 */
function readBefore(recorder: Recorder, looked: readonly string[], found: string, request: string): void {
  for (const path of looked) {
    if (found === path) return;
    if (!found.startsWith(`${path}/`)) {
      recorder.read("exists", path);
      continue;
    }
    recorder.read("package", join(path, "package.json"));
    if (request === "") continue;
    const within = request.slice(packageOf(request).length);
    if (within !== "") readBefore(recorder, endingsOf(path + within), found, "");
    return;
  }
}

const endingsOf = (base: string): string[] => ENDINGS.map((ending) => base + ending);

/** The package.json that says how Node loads a file, and those that would take its place. */
function readScope(recorder: Recorder, file: string): void {
  for (let at = dirname(file); !at.endsWith("/node_modules"); at = dirname(at)) {
    const manifest = join(at, "package.json");
    recorder.read("package", manifest);
    if (exists(manifest) || dirname(at) === at) return;
  }
}

const isPath = (request: string): boolean => /^(?:\.{0,2}\/|\.{1,2}$)/.test(request);

function lookedFor(resolver: Resolver, request: string, parent: Parent | undefined): string[] {
  const folder = dirname(parent?.filename ?? join(process.execPath, "x"));
  if (isPath(request)) {
    return endingsOf(resolve(folder, request));
  }
  const folders = resolver._resolveLookupPaths(request, parent) ?? [];
  return folders.map((each) => join(each, packageOf(request)));
}

/** The package.json of the package of a file in `node_modules`, which has its name and version. */
function manifestOf(file: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0].concat("/package.json");
}
