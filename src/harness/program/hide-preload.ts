import Module from "node:module";
import { getEnvironmentData, isMainThread, setEnvironmentData } from "node:worker_threads";
import { hideInternals } from "./internals.ts";

/** Flag of Node's that a user may give, too. */
const EXPOSE = "--expose-internals";
/** Key under which workers of the program find Node's arguments as the user gave them. */
const KEY = "heapbook";

const internals = Module as unknown as { readonly _cache: Record<string, unknown> };

/**
 * Hides from the program that Node has loaded a file before it: in `require.cache`, and in `process.execArgv` of the program and of its
 * workers, which load the file as well. Hides Node's internal modules, too, which Heapbook's own arguments open.
 *
 * @param execArgv Node's arguments as the user gave them; undefined in a worker
 */
export function hidePreload(execArgv: readonly string[] | undefined, file: string): void {
  delete internals._cache[file];
  if (execArgv !== undefined) setEnvironmentData(KEY, [...execArgv]);
  const own = isMainThread ? execArgv : (getEnvironmentData(KEY) as readonly string[] | undefined);
  if (own !== undefined) process.execArgv = [...own];
  if (own?.includes(EXPOSE) !== true) hideInternals();
}
