/**
 * Node's own loader of ES modules in the main thread, where Node lacks synchronous hooks (`registerHooks`, from Node 22.15 on). The public
 * way, `module.register()`, runs hooks in a thread of its own, which takes more CPU time than all of plain Node's start.
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

/** Parts of Node's internal class `ModuleLoader`. */
export interface ModuleLoader {
  load(url: string, context: LoadContext): Promise<LoadResult>;
  /** A promise where the program has registered hooks. */
  resolve: Resolve;
  resolveSync: Resolve;
  /** What `module.register()` calls. */
  register(...values: unknown[]): unknown;
}

/** The loader of the main thread. To be called before Node's internal modules are hidden. */
export function loadModuleLoader(): ModuleLoader {
  const { getOrInitializeCascadedLoader } = createRequire(import.meta.url)("internal/modules/esm/loader") as {
    getOrInitializeCascadedLoader(): ModuleLoader;
  };
  return getOrInitializeCascadedLoader();
}

/** As the loader resolves, and then as TypeScript does. */
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
 * Hooks the loader, until the program registers hooks of its own: those run in Node's thread of hooks, in which Heapbook's must come before
 * them.
 *
 * @param register moves Heapbook's hooks to that thread
 */
export function hookLoader(loader: ModuleLoader, packages: ReadonlySet<string>, register: () => void): void {
  const own = loader as ModuleLoader & Record<string, unknown>;
  const { load, resolve, resolveSync } = loader;
  // `then` adds no frame to the stacks of Node's loader, as an async function would.
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
    // Own properties: those of the class are then found again.
    for (const name of ["load", "resolve", "resolveSync", "register"]) Reflect.deleteProperty(own, name);
    register();
    return own.register(...values);
  };
}
