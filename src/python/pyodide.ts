/**
 * The host of a python cell where there is no Python: CPython in WebAssembly, in this Node process. It runs the same Python
 * code as a system's interpreter does (`heapbook/` beside this file), which sees the report's folder at its own path. Nothing
 * of this process is measured, so it may load Pyodide.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { loadPyodide, PyodideAPI } from "pyodide";
import { send, writeFully } from "../harness/channel.ts";
import type { PythonTrialInstructions, TrialMessage } from "../model/records.ts";

/** Where Python finds Heapbook's own modules, in its file system. */
const OWN_FOLDER = "/heapbook";

function readInstructions(): PythonTrialInstructions {
  const text = process.env["HEAPBOOK_TRIAL"];
  if (text === undefined) throw new Error("heapbook: this file is started by Heapbook, not by hand");
  delete process.env["HEAPBOOK_TRIAL"];
  return JSON.parse(text) as PythonTrialInstructions;
}

/** The environment as Python sees it; its own home, since this machine's is not in its file system. */
function readEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(entries), HOME: "/home/pyodide" };
}

/** Ends as the cell asked for, by `os._exit`, or says what stopped the interpreter itself, such as a trap in WebAssembly. */
function fail(error: unknown): never {
  const { status, name, message } = error as { status?: unknown; name?: unknown; message?: unknown };
  if (typeof status === "number") process.exit(status);
  const thrown = { name: String(name ?? "Error"), message: String(message ?? error), stack: "", uncaught: false };
  send({ type: "error", error: { ...thrown, traceback: { frames: [], hiddenFrames: 0 } } });
  process.exit(1);
}

/** The interpreter, with the report's folder and Heapbook's own modules in its file system. */
async function start({ folder, pyodide }: PythonTrialInstructions): Promise<PyodideAPI> {
  if (pyodide === undefined) throw new Error("heapbook: nobody said where Pyodide is");
  // By its path: it may be installed where the report is, and not beside Heapbook.
  const module = (await import(pathToFileURL(pyodide).href)) as { readonly loadPyodide: typeof loadPyodide };
  const python = await module.loadPyodide({ env: readEnvironment() });
  const mounts = { [folder]: folder, [OWN_FOLDER]: fileURLToPath(new URL(".", import.meta.url)) };
  for (const [path, host] of Object.entries(mounts)) {
    python.FS.mkdirTree(path);
    python.mountNodeFS(path, host);
  }
  python.setStdout({ write: writer(1), isatty: false });
  python.setStderr({ write: writer(2), isatty: false });
  python.registerJsModule("_heapbook_host", { send: (line: string) => send(JSON.parse(line) as TrialMessage) });
  return python;
}

function writer(descriptor: number): (bytes: Uint8Array) => number {
  return (bytes) => {
    writeFully(descriptor, bytes);
    return bytes.length;
  };
}

/** Runs the cell. @returns the exit code */
function run(python: PyodideAPI, instructions: PythonTrialInstructions): number {
  const entry = python.runPython(`
import os, sys
os.chdir(${JSON.stringify(instructions.folder)})
sys.path.insert(0, ${JSON.stringify(OWN_FOLDER)})
from heapbook import _host
_host.run
`) as (instructions: string, program: string) => number;
  return entry(JSON.stringify(instructions), readFileSync(instructions.bundle, "utf8"));
}

const instructions = readInstructions();
let exitCode: number;
try {
  exitCode = run(await start(instructions), instructions);
} catch (error) {
  fail(error);
}
process.exit(exitCode);
