/**
 * Hooks Node's own loader of ES modules in the main thread, on versions without synchronous hooks (`registerHooks`,
 * Node 22.15 and 23.5). The public `module.register()` runs hooks in a thread of its own, which takes more CPU time
 * than the whole start of plain Node.
 */
import { createRequire } from "node:module";
import {
  findTypeScript,
  instrumentLoaded,
  type LoadContext,
  type LoadResult,
  loadTypeScript,
  type ResolveResult,
} from "./module-hooks.ts";

type Resolve = (specifier: string, from: string | undefined, ...rest: unknown[]) => unknown;

/** The parts of Node's internal class `ModuleLoader` that Heapbook uses. */
export interface ModuleLoader {
  load(url: string, context: LoadContext): Promise<LoadResult>;
  /** Returns a promise if the program has registered hooks. */
  resolve: Resolve;
  resolveSync: Resolve;
  /** Called by `module.register()`. */
  register(...values: unknown[]): unknown;
}

/** Returns the loader of the main thread. Call it before Node's internal modules are hidden. */
export function loadModuleLoader(): ModuleLoader {
  const { getOrInitializeCascadedLoader } = createRequire(import.meta.url)("internal/modules/esm/loader") as {
    getOrInitializeCascadedLoader(): ModuleLoader;
  };
  return getOrInitializeCascadedLoader();
}

/** Resolves with Node's function first, and as TypeScript does if that fails. */
function resolveWith(own: Resolve, loader: ModuleLoader): Resolve {
  return function heapbookCalls(specifier, from, ...rest) {
    try {
      return own.call(loader, specifier, from, ...rest);
    } catch (error) {
      const found: ResolveResult | undefined = findTypeScript(specifier, { parentURL: from });
      if (found === undefined) throw error;
      return found;
    }
  };
}

/**
 * Hooks the loader until the program registers hooks of its own. Those run in Node's thread of hooks, so Heapbook's
 * hooks move there first.
 *
 * @param register registers Heapbook's hooks in that thread
 */
export function hookLoader(loader: ModuleLoader, packages: ReadonlySet<string>, register: () => void): void {
  const own = loader as ModuleLoader & Record<string, unknown>;
  const { load, resolve, resolveSync } = loader;
  // `then` adds no frame to stacks of Node's loader; an async function would.
  own.load = function heapbookCalls(url, context) {
    const loaded = loadTypeScript(url);
    if (loaded !== undefined) return Promise.resolve({ ...loaded, responseURL: url });
    return load.call(loader, url, context).then(function heapbookCalls(result) {
      return instrumentLoaded(url, result, packages);
    });
  };
  own.resolve = resolveWith(resolve, loader);
  own.resolveSync = resolveWith(resolveSync, loader);
  own.register = function heapbookCalls(...values) {
    // Deleting the own properties makes those of the class visible again.
    for (const name of ["load", "resolve", "resolveSync", "register"]) Reflect.deleteProperty(own, name);
    register();
    return own.register(...values);
  };
}
