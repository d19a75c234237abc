import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A file of src/python, where the build puts it. */
export function pythonFile(name: string): string {
  return fileURLToPath(new URL(`../python/${name}`, import.meta.url));
}

/** The host of Pyodide is run as built: Node 20 cannot run TypeScript. */
export function pyodideMain(): string {
  const built = pythonFile("pyodide.js");
  return existsSync(built) ? built : fileURLToPath(new URL("../../dist/python/pyodide.js", import.meta.url));
}

/**
 * The environment of a Python: this process's without what would change how Python or Node run behind the report's back.
 * Hashes of texts are the same in every process, text is UTF-8, and no `__pycache__` is left beside the report.
 */
export function pythonEnvironment(own: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:PYTHON(?!HOME$)|NODE_OPTIONS$|NODE_V8_COVERAGE$)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    PYTHONHASHSEED: "0",
    PYTHONUTF8: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    ...own,
  };
}
