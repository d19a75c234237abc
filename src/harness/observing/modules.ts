import { existsSync } from "node:fs";
import Module from "node:module";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { observeAddon, observeSqliteWhenLoaded } from "./databases.ts";
import { watch } from "./files.ts";
import type { Recorder } from "./recorder.ts";

// Copied before it is wrapped: paths checked by the observer itself must not be recorded.
const exists = existsSync;

/** Node's resolver of CommonJS modules. Not documented, but wrapped by many tools. */
interface Resolver {
  /** Loaded modules, by path. */
  readonly _cache?: Readonly<Record<string, unknown>>;
  _resolveFilename(request: string, parent: Parent | undefined, ...rest: unknown[]): string;
  _resolveLookupPaths(request: string, parent: Parent | undefined): string[] | null;
  /** The folders `node_modules` of a folder and of those above it. */
  _nodeModulePaths(folder: string): string[];
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

/** Parts of Node without files, processes or the environment. */
const HARMLESS_BINDINGS =
  /^(?:async_wrap|buffer|config|constants|contextify|crypto|icu|inspector|js_stream|natives|url|util|uv|v8|zlib)$/;

/** Name of the package in a request: `lodash` of `lodash/fp`, `@scope/name` of `@scope/name/sub`. */
const packageOf = (request: string): string => request.split("/", request.startsWith("@") ? 2 : 1).join("/");

/**
 * Observes modules loaded while the cell runs, by `createRequire` and in packages. Records each path where Node looked,
 * found or not, and native addons. Node reads their text by `fs.readFileSync`, which is observed already.
 */
export function observeModules(recorder: Recorder): void {
  const resolver = Module as unknown as Resolver;
  const { _resolveFilename: original } = resolver;
  if (typeof original !== "function") return;
  // Modules loaded before this call, by `--require`.
  for (const file of Object.keys(resolver._cache ?? {})) if (isAbsolute(file)) recorder.read("content", file);
  resolver._resolveFilename = (request, parent, ...rest) => {
    if (Module.isBuiltin(request)) return Reflect.apply(original, Module, [request, parent, ...rest]);
    const { paths } = (rest[1] ?? {}) as { readonly paths?: readonly string[] };
    const looked = lookedFor(resolver, request, parent, paths);
    try {
      const found = Reflect.apply(original, Module, [request, parent, ...rest]) as string;
      readBefore(recorder, looked, found, isPath(request) ? "" : request);
      recorder.read("content", found);
      readScope(recorder, found);
      // A `#name` and the package's own name are resolved by the package.json of the requesting module.
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
  watch(process, "binding", ([name]) => {
    if (!HARMLESS_BINDINGS.test(String(name))) recorder.unobserved("`process.binding()`");
  });
  watch(Module, "findPackageJSON", ([specifier, base]) => {
    const text = String(specifier);
    const start = text.startsWith("file:") ? fileURLToPath(text) : text;
    const from = String(base ?? "").startsWith("file:") ? dirname(fileURLToPath(String(base))) : process.cwd();
    if (!isPath(start)) return;
    for (let at = dirname(resolve(from, start)); ; at = dirname(at)) {
      const manifest = join(at, "package.json");
      recorder.read("exists", manifest);
      if (exists(manifest) || dirname(at) === at) return;
    }
  });
  watch(Module, "register", () => recorder.unobserved("`module.register()`"));
}

/**
 * Records the paths where Node looked before it found a module. A file that appears at one of them would be loaded
 * instead.
 *
 * @param request name within a package, such as `lodash/fp`; empty for a path. Of a path, Node tries all files before
 * the folder (`x.js` before `x/index.js`)
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

/**
 * Records the package.json that decides how Node loads a file, and the nearer paths where another one would take
 * precedence.
 */
function readScope(recorder: Recorder, file: string): void {
  for (let at = dirname(file); !at.endsWith("/node_modules"); at = dirname(at)) {
    const manifest = join(at, "package.json");
    recorder.read("package", manifest);
    if (exists(manifest) || dirname(at) === at) return;
  }
}

const isPath = (request: string): boolean => /^(?:\.{0,2}\/|\.{1,2}$)/.test(request);

/** @param paths folders in place of that of the parent, as `require.resolve` takes them */
function lookedFor(
  resolver: Resolver,
  request: string,
  parent: Parent | undefined,
  paths: readonly string[] | undefined,
): string[] {
  if (paths !== undefined) {
    return paths.flatMap((folder) =>
      isPath(request)
        ? endingsOf(resolve(folder, request))
        : resolver._nodeModulePaths(resolve(folder)).map((each) => join(each, packageOf(request))),
    );
  }
  const folder = dirname(parent?.filename ?? join(process.execPath, "x"));
  if (isPath(request)) {
    return endingsOf(resolve(folder, request));
  }
  const folders = resolver._resolveLookupPaths(request, parent) ?? [];
  return folders.map((each) => join(each, packageOf(request)));
}

/**
 * Path of the package.json of the package in `node_modules` that contains a file; it is the nearest one that has a name
 * and a version. Undefined for other files.
 */
function manifestOf(file: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0].concat("/package.json");
}
