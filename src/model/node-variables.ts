/**
 * Variables that change how every Node in the environment runs, or that are for the process of the command line only. No process that
 * Heapbook starts inherits them: a cell gets a flag of V8 by its options, and its result does not depend on who renders.
 */
export const NODE_VARIABLES: ReadonlySet<string> = new Set([
  "NODE_OPTIONS",
  "NODE_V8_COVERAGE",
  "NODE_COMPILE_CACHE",
  "NODE_DEBUG",
  "NODE_DEBUG_NATIVE",
]);

/** An environment without `NODE_VARIABLES`. */
export function withoutNodeVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !NODE_VARIABLES.has(name)));
}
