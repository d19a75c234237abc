import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join, resolve } from "node:path";
import { UserError } from "../errors.ts";
import type { InterpreterCode } from "../model/report-results.ts";
import type { TextCache } from "../model/text-cache.ts";
import { describePython, type PythonDescription } from "./python-binary.ts";

/** A Python interpreter that can run cells. */
export interface Python {
  /** As the report names it: `auto`, `system`, `pyodide`, `python3.12` or a path. */
  readonly spec: string;
  /** Name on the page: `CPython 3.11.7, 64-bit`, `CPython 3.14.2 in Pyodide, 32-bit`. */
  readonly name: string;
  /** `system`: a program on this machine. `pyodide`: CPython in WebAssembly, in a Node process. */
  readonly kind: "system" | "pyodide";
  /** Absolute path of the interpreter; of the Node that runs Pyodide. */
  readonly path: string;
  /** Absolute path of Pyodide's module; only where `kind` is `pyodide`. */
  readonly module?: string;
  /** Absolute path of the standard library; absent where it is not a folder on this machine. */
  readonly library?: string;
  /** Properties of the interpreter that results depend on: part of the fingerprint. */
  readonly identity: Readonly<Record<string, string | number>>;
  /** Only for a Pyodide that replaces the system's Python: the reason why that Python cannot run cells. */
  readonly standsInBecause?: string;
}

/** The error for a Python that a report names and this machine does not have. */
export interface MissingPython {
  readonly spec: string;
  readonly code: InterpreterCode;
  readonly message: string;
  readonly hint: string;
  /** Whether the Python exists but did not answer in time. */
  readonly isBusy?: boolean;
}

/** The interpreter of a python cell, or the reason why it is missing. */
export type FoundPython = Python | MissingPython;

export function isMissing(python: FoundPython): python is MissingPython {
  return "message" in python;
}

export interface PythonSearch {
  /** The report's folder, to which paths are relative. */
  readonly folder: string;
  readonly cache: TextCache;
  /** Folders to search for programs, in the form of `PATH`; by default `PATH` itself. */
  readonly path?: string;
}

/** Oldest minor version of Python 3 that can run a cell: it added audit events and end positions in the syntax tree. */
const OLDEST_MINOR = 8;
const INSTALL = "install Python 3.8 or newer (`python3`), or `npm install pyodide`";

/**
 * Finds the Python that a report names. `auto` is the system's Python; Pyodide replaces it if the machine has no Python
 * that is new enough (`standsInBecause`). A missing Python is a result, not an exception: the page shows the reason in
 * place of the cell, and the rest of the report is rendered.
 */
export async function findPython(spec: string, search: PythonSearch): Promise<FoundPython> {
  if (spec === "pyodide") return findPyodide(search.folder);
  if (spec !== "auto") return findSystem(spec, search);
  const system = await findSystem(spec, search);
  // A Python that does not answer, as on a busy machine, may answer in the next render. It is not replaced, so that
  // results do not depend on this.
  if (!isMissing(system) || system.isBusy === true) return system;
  const pyodide = findPyodide(search.folder, spec);
  return isMissing(pyodide) ? system : { ...pyodide, standsInBecause: system.message };
}

async function findSystem(spec: string, search: PythonSearch): Promise<FoundPython> {
  const isPath = /[/\\]/.test(spec);
  const program = isPath ? resolve(search.folder, spec) : locate(spec, search.path ?? process.env["PATH"] ?? "");
  if (program === undefined || !isProgram(program)) {
    const hint = isPath ? `Paths are taken from the report's folder: ${program}` : `Do one of two: ${INSTALL}.`;
    const what =
      isPath || /^python/.test(spec) ? `There is no Python \`${spec}\`.` : "There is no Python on this machine.";
    return { spec, code: "python-not-found", message: what, hint };
  }
  try {
    return toPython(spec, program, await describePython(program, search.cache));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const isBusy = (error.cause as { readonly killed?: boolean } | undefined)?.killed === true;
    return { spec, code: "python-not-usable", message: error.message, hint: error.hint ?? "", isBusy };
  }
}

function toPython(spec: string, program: string, described: PythonDescription): FoundPython {
  const { implementation, version, major, minor, bits, executable } = described;
  if (major !== 3 || minor < OLDEST_MINOR) {
    const message = `Python ${version} (${program}) is too old: cells need Python 3.${OLDEST_MINOR} or newer.`;
    return { spec, code: "python-too-old", message, hint: `Do one of two: ${INSTALL}.` };
  }
  return {
    spec,
    name: `${implementation} ${version}, ${bits}-bit`,
    kind: "system",
    path: executable || program,
    library: described.library,
    identity: { ...described },
  };
}

/** Folder of the npm package `pyodide`, resolved from Heapbook or from the report; undefined if it is not installed. */
function pyodideFolder(folder: string): string | undefined {
  for (const from of [import.meta.url, join(folder, "report.md")]) {
    try {
      return dirname(createRequire(from).resolve("pyodide/package.json"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  return undefined;
}

/** Finds the installed Pyodide and reads its version from its files, without starting it. */
export function findPyodide(reportFolder: string, spec = "pyodide"): FoundPython {
  const folder = pyodideFolder(reportFolder);
  if (folder === undefined) {
    const hint = "npm install pyodide";
    return { spec, code: "pyodide-not-installed", message: "Pyodide is not installed.", hint };
  }
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  const { info } = JSON.parse(readFileSync(join(folder, "pyodide-lock.json"), "utf8")) as {
    info: { python: string; arch: string };
  };
  const bits = info.arch === "wasm64" ? 64 : 32;
  const { node, v8 } = process.versions;
  const identity = { pyodide: manifest.version, python: info.python, bits, node, v8, arch: process.arch };
  return {
    spec,
    name: `CPython ${info.python} in Pyodide, ${bits}-bit`,
    kind: "pyodide",
    path: process.execPath,
    module: join(folder, "pyodide.mjs"),
    identity,
  };
}

/**
 * Finds the program that a shell would run for this name. On some systems, such as Windows, Python 3 is only called
 * `python`.
 */
function locate(spec: string, path: string): string | undefined {
  const names = spec === "auto" || spec === "system" ? ["python3", "python"] : [spec];
  const endings = process.platform === "win32" ? [".exe"] : [""];
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  const candidates = names.flatMap((name) =>
    folders.flatMap((folder) => endings.map((ending) => join(folder, `${name}${ending}`))),
  );
  return candidates.find(isProgram);
}

function isProgram(path: string): boolean {
  if (!existsSync(path) || !statSync(path).isFile()) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // not executable
  }
}
