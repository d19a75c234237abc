import { z } from "zod";

/** What `runtime` must be, for messages. */
export const RUNTIME_EXPECTED = "`node`, `node@22` or the path of a Node binary, such as ./out/node";

/** What is written in a matrix for every runtime there is. */
export const INSTALLED = "installed";

/**
 * What `runtime` takes: `node` (the Node that runs Heapbook), `node@22`, `node@22.3` or `node@22.3.1` (one installed by
 * `heapbook runtime add`), or a path with a slash in it, relative to the report's folder. Whether there is such a runtime
 * is asked later.
 */
export const runtimeSchema = z
  .string(RUNTIME_EXPECTED)
  .trim()
  .regex(/^(?:node|node@\d+(?:\.\d+){0,2}|.*[/\\].*)$/, RUNTIME_EXPECTED);
