import { basename, isAbsolute, relative, sep } from "node:path";
import type { PythonTrialInstructions } from "../model/records.ts";
import type { StackFrame } from "../model/report-results.ts";
import type { Traceback } from "../model/thrown-error.ts";
import { pyodideMain, pythonEnvironment, pythonFile } from "../runtimes/python-program.ts";
import type { PythonSpec, TrialSpec } from "./trial-executor.ts";

/** A program to be started. */
export interface Command {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
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
export function shortenPaths<Value>(value: Value, { folder, library }: PathRoots): Value {
  const rename = (text: string): string => {
    const named = text.replaceAll(folder + sep, "");
    return library === undefined ? named : named.replaceAll(library + sep, basename(library) + sep);
  };
  return renameIn(value, rename) as Value;
}

/** The folders from which files are named. */
export interface PathRoots {
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
