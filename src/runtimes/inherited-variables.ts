import { ALWAYS_INHERITED } from "../model/observations.ts";

/** The environment of Heapbook that a cell's process begins with. @param inherits the cell option `inherit-env`; true by default */
export function inheritedVariables(inherits = true): NodeJS.ProcessEnv {
  if (inherits) return process.env;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => ALWAYS_INHERITED.has(name)));
}
