import { fileURLToPath } from "node:url";
import { builtFile } from "../files.ts";
import { withoutNodeVariables } from "../model/node-variables.ts";
import { inheritedVariables } from "./inherited-variables.ts";

/** Absolute path of a file of src/python, or of its copy in dist/. */
export function pythonFile(name: string): string {
  return fileURLToPath(new URL(`../python/${name}`, import.meta.url));
}

/** Path of the program that hosts Pyodide. Always the built file, because Node 20 cannot run TypeScript. */
export function pyodideMain(): string {
  return builtFile("python/pyodide.js", import.meta.url);
}

/**
 * The environment of a Python process: Heapbook's own, without variables that change how Python or Node run. Adds a
 * fixed hash seed and UTF-8, and turns off `__pycache__` beside the report.
 */
export function pythonEnvironment(own: Readonly<Record<string, string>>, inherits = true): NodeJS.ProcessEnv {
  const inherited = Object.entries(withoutNodeVariables(inheritedVariables(inherits))).filter(
    ([name]) => !/^PYTHON(?!HOME$)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    PYTHONHASHSEED: "0",
    PYTHONUTF8: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    ...own,
  };
}
