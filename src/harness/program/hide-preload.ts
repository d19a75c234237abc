import Module from "node:module";
import { getEnvironmentData, isMainThread, setEnvironmentData } from "node:worker_threads";
import { hideInternals } from "./internals.ts";

/** A flag that Heapbook adds, and that a user may have given, too. */
const EXPOSE = "--expose-internals";
/** Key of the data inherited by worker threads. The value is Node's arguments as the user gave them. */
const KEY = "heapbook";

const internals = Module as unknown as { readonly _cache: Record<string, unknown> };

/**
 * Hides from the program that Node loaded a file before it. Cleans `require.cache`, and `process.execArgv` of the
 * program and its workers, which load the file as well. Also hides Node's internal modules, unless the user gave
 * `--expose-internals`.
 *
 * @param execArgv Node's arguments as the user gave them; undefined in a worker
 * @param file absolute path of the preloaded file
 */
export function hidePreload(execArgv: readonly string[] | undefined, file: string): void {
  delete internals._cache[file];
  if (execArgv !== undefined) setEnvironmentData(KEY, [...execArgv]);
  const own = isMainThread ? execArgv : (getEnvironmentData(KEY) as readonly string[] | undefined);
  if (own !== undefined) process.execArgv = [...own];
  if (own?.includes(EXPOSE) !== true) hideInternals();
}
