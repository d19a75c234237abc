import { basename, isAbsolute, relative, sep } from "node:path";
import type { PythonTrialInstructions } from "../model/records.ts";
import type { StackFrame } from "../model/report-results.ts";
import type { Traceback } from "../model/thrown-error.ts";
import { pyodideMain, pythonEnvironment, pythonFile } from "../runtimes/python-program.ts";
import { mapTexts } from "./map-texts.ts";
import { escapeRegExp } from "./stack-frames.ts";
import type { PythonSpec, TrialSpec } from "./trial-executor.ts";

/** A program with its arguments and environment. */
export interface Command {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** The command that runs a python cell. */
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
  const env = { ...pythonEnvironment(spec.env, spec.inheritEnv), HEAPBOOK_TRIAL: JSON.stringify(instructions) };
  const main = kind === "pyodide" ? pyodideMain() : pythonFile("main.py");
  return { path, args: [main], env };
}

/** Converts a traceback: paths become relative to the report's folder. */
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
 * Shortens absolute paths in every string of a value, because they differ between machines and tracebacks print them.
 * Paths in the report's folder become relative to it. Paths of Python's standard library become `python3.11/…`.
 */
export function shortenPaths<Value>(value: Value, { folder, library }: PathRoots): Value {
  // Only at the start of a path: cutting within `file:///work/study/x` or `/mnt/work/study/x` would leave a meaningless
  // rest.
  const startOf = (path: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}_./~-])${escapeRegExp(path + sep)}`, "gu");
  const rename = (text: string): string => {
    const named = text.replace(startOf(folder), "");
    return library === undefined ? named : named.replace(startOf(library), () => basename(library) + sep);
  };
  return mapTexts(value, rename);
}

/** The folders that are removed from paths. */
export interface PathRoots {
  readonly folder: string;
  /** Folder of the standard library; undefined if there is none on this machine. */
  readonly library: string | undefined;
}
