/**
 * Host of a python cell on a machine without Python. Runs CPython compiled to WebAssembly (Pyodide) in this Node
 * process, with the same Python code as a system's interpreter (`heapbook/` beside this file). Python sees the report's
 * folder at its real path. This process is not measured, so it may load packages.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { loadPyodide, PyodideAPI } from "pyodide";
import { send, writeFully } from "../harness/channel.ts";
import type { PythonTrialInstructions, TrialMessage } from "../model/records.ts";

/** Folder of Heapbook's Python modules in Pyodide's file system. */
const OWN_FOLDER = "/heapbook";

function readInstructions(): PythonTrialInstructions {
  const text = process.env["HEAPBOOK_TRIAL"];
  if (text === undefined)
    throw new Error("heapbook: HEAPBOOK_TRIAL is not set. Heapbook starts this file; run `heapbook render`.");
  delete process.env["HEAPBOOK_TRIAL"];
  return JSON.parse(text) as PythonTrialInstructions;
}

/**
 * Returns the environment variables for Python. HOME is Pyodide's, because its file system lacks this machine's home.
 */
function readEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(entries), HOME: "/home/pyodide" };
}

/**
 * Exits with the code of `os._exit()`. Reports any other error, which stopped the interpreter itself, such as a trap in
 * WebAssembly.
 */
function fail(error: unknown): never {
  const { status, name, message } = error as { status?: unknown; name?: unknown; message?: unknown };
  if (typeof status === "number") process.exit(status);
  const thrown = { name: String(name ?? "Error"), message: String(message ?? error), stack: "", uncaught: false };
  send({ type: "error", error: { ...thrown, traceback: { frames: [], hiddenFrames: 0 } } });
  process.exit(1);
}

/** Starts the interpreter, with the report's folder and Heapbook's Python modules in its file system. */
async function start({ folder, pyodide }: PythonTrialInstructions): Promise<PyodideAPI> {
  if (pyodide === undefined) throw new Error("heapbook: the instructions have no path of Pyodide");
  // Imported by path, because Pyodide may be installed beside the report instead of beside Heapbook.
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

/** Runs the cell in the interpreter. @returns the exit code */
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
