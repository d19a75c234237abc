/**
 * The host of a python cell where there is no Python: CPython in WebAssembly, in this Node process. It runs the same Python
 * code as a system's interpreter does (`heapbook/` beside this file), which sees the report's folder at its own path. Nothing
 * of this process is measured, so it may load Pyodide.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadPyodide } from "pyodide";
import { send, writeFully } from "../harness/channel.ts";
import type { PythonTrialInstructions, TrialMessage } from "../harness/protocol.ts";

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

const instructions = readInstructions();
const { folder } = instructions;
const python = await loadPyodide({ env: readEnvironment() });
for (const [path, host] of [
  [folder, folder],
  [OWN_FOLDER, fileURLToPath(new URL(".", import.meta.url))],
] as const) {
  python.FS.mkdirTree(path);
  python.mountNodeFS(path, host);
}
for (const [descriptor, redirect] of [
  [1, python.setStdout],
  [2, python.setStderr],
] as const) {
  const write = (bytes: Uint8Array): number => {
    writeFully(descriptor, bytes);
    return bytes.length;
  };
  redirect({ write, isatty: false });
}
python.registerJsModule("_heapbook_host", { send: (line: string) => send(JSON.parse(line) as TrialMessage) });

const run = python.runPython(`
import os, sys
os.chdir(${JSON.stringify(folder)})
sys.path.insert(0, ${JSON.stringify(OWN_FOLDER)})
from heapbook import _host
_host.run
`) as (instructions: string, program: string) => number;
process.exit(run(JSON.stringify(instructions), readFileSync(instructions.bundle, "utf8")));
