import * as z from "zod";

/** Words for error messages: the values that `runtime` accepts. */
export const RUNTIME_EXPECTED = "`node`, `node@22` or the path of a Node binary, such as ./out/node";

/** Value of `matrix.runtime` that stands for every runtime on the machine. */
export const INSTALLED = "installed";

/**
 * Schema of the option `runtime`: `node` (the Node that runs Heapbook), `node@22`, `node@22.3` or `node@22.3.1`
 * (installed by `heapbook runtime add`), or a path with a slash, relative to the report's folder. Whether that runtime
 * exists is checked later.
 */
export const runtimeSchema = z
  .string(RUNTIME_EXPECTED)
  .trim()
  .regex(/^(?:node|node@\d+(?:\.\d+){0,2}|[^/\\\r\n]*[/\\].*)$/, RUNTIME_EXPECTED);
