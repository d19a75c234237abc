import { existsSync } from "node:fs";
import { basename, isAbsolute, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { PythonTrialInstructions, Traceback } from "../harness/protocol.ts";
import type { StackFrame } from "../results/schema.ts";
import type { PythonSpec, TrialSpec } from "./executor.ts";

/** A program to be started. */
export interface Command {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** A file of src/python, where the build puts it. */
export function pythonFile(name: string): string {
  return fileURLToPath(new URL(`../python/${name}`, import.meta.url));
}

/** The host of Pyodide is run as built: Node 20 cannot run TypeScript. */
function pyodideMain(): string {
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

/** How the process of a python cell is started. */
export function pythonCommand(spec: TrialSpec, python: PythonSpec): Command {
  const { bundlePath: bundle, folder, variant } = spec;
  const { kind, path, module, firstLine } = python;
  const instructions: PythonTrialInstructions = {
    bundle,
    folder,
    variant,
    firstLine,
    ...(module === undefined ? {} : { pyodide: module }),
  };
  const env = { ...pythonEnvironment(spec.env), HEAPBOOK_TRIAL: JSON.stringify(instructions) };
  const main = kind === "pyodide" ? pyodideMain() : pythonFile("main.py");
  return { path, args: [main], env };
}

/** A traceback with its files named from the report's folder. */
export function readTraceback(
  traceback: Traceback,
  folder: string,
): { readonly frames: readonly StackFrame[]; readonly hiddenFrames: number } {
  const frames = traceback.frames.map(({ functionName, file, line, column }): StackFrame => {
    if (file === "") return { functionName, line, column };
    return { functionName, file: isAbsolute(file) ? relative(folder, file) : file, line, column };
  });
  return { frames, hiddenFrames: traceback.hiddenFrames };
}

/**
 * What a process printed or showed, with files of the report's folder named from there, and those of Python's library from
 * `python3.11`, in every text of it: tracebacks and tracemalloc give absolute paths, which no two machines share.
 */
export function namePlaces<Value>(value: Value, { folder, library }: Places): Value {
  const rename = (text: string): string => {
    const named = text.replaceAll(folder + sep, "");
    return library === undefined ? named : named.replaceAll(library + sep, basename(library) + sep);
  };
  return renameIn(value, rename) as Value;
}

/** The folders from which files are named. */
export interface Places {
  readonly folder: string;
  /** Of the standard library. */
  readonly library: string | undefined;
}

function renameIn(value: unknown, rename: (text: string) => string): unknown {
  if (typeof value === "string") return rename(value);
  if (Array.isArray(value)) return value.map((item) => renameIn(item, rename));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renameIn(item, rename)]));
}
