import { existsSync } from "node:fs";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { PythonTrialInstructions, ThrownFrame } from "../harness/protocol.ts";
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
  const instructions: PythonTrialInstructions = { bundle, folder, variant, firstLine: python.firstLine };
  const env = { ...pythonEnvironment(spec.env), HEAPBOOK_TRIAL: JSON.stringify(instructions) };
  const main = python.kind === "pyodide" ? pyodideMain() : pythonFile("main.py");
  return { path: python.path, args: [main], env };
}

/** The frames of a traceback that are the author's; those of Python's library, of packages and of Heapbook are counted. */
export function readTraceback(
  thrown: readonly ThrownFrame[],
  folder: string,
): { frames: StackFrame[]; hiddenFrames: number } {
  const frames: StackFrame[] = [];
  let hiddenFrames = 0;
  for (const { functionName, file, line, column } of thrown) {
    const inside = file.startsWith(folder + sep) ? relative(folder, file) : file;
    const isInstalled = /(?:^|[/\\])(?:site|dist)-packages[/\\]/.test(inside);
    if (file === "") frames.push({ functionName, line, column });
    else if (/^(?:[/\\<]|[A-Za-z]:)/.test(inside) || isInstalled) hiddenFrames++;
    else frames.push({ functionName, file: inside, line, column });
  }
  return { frames, hiddenFrames };
}

/** Text that a process printed, with files of the report's folder named from there: its own path, no two machines share. */
export function namePlaces(text: string, folder: string): string {
  return text.replaceAll(folder + sep, "");
}
