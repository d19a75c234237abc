import { ALWAYS_INHERITED } from "../model/observations.ts";

/**
 * The variables of Heapbook's environment that a cell's process gets.
 * @param inherits the cell option `inherit-env`; true by default
 */
export function inheritedVariables(inherits = true): NodeJS.ProcessEnv {
  if (inherits) return process.env;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => ALWAYS_INHERITED.has(name)));
}
