import { execFile } from "node:child_process";
import { realpathSync } from "node:fs";
import { promisify } from "node:util";
import { UserError } from "../errors.ts";
import type { TextCache } from "../model/text-cache.ts";
import { binaryKey } from "./node-binary.ts";
import { pythonEnvironment, pythonFile } from "./python-program.ts";

/** Versions and paths that a Python interpreter reports (src/python/identify.py). */
export interface PythonDescription {
  /** `CPython`, `PyPy`. */
  readonly implementation: string;
  /** Version: `3.11.7`; `3.13.1t` for a build without the global interpreter lock. */
  readonly version: string;
  readonly major: number;
  readonly minor: number;
  /** Width of a pointer in bits. */
  readonly bits: number;
  /** `sys.version`, which contains the build date and the compiler. */
  readonly build: string;
  readonly executable: string;
  readonly prefix: string;
  /** Folder of the standard library. */
  readonly library: string;
  readonly platform: string;
  readonly arch: string;
}

const run = promisify(execFile);
/** Time limit in ms for a Python to answer. An idle machine needs 50 ms; a busy one much more. */
const ASK_TIMEOUT_MS = 120_000;

/**
 * Starts a Python to read its version (about 50 ms), and caches the answer. Exception: programs that choose an
 * interpreter, such as pyenv's shims, are not cached, because their choice changes without a change of the file.
 * @throws UserError `python-not-usable` if it does not run or is not Python
 */
export async function describePython(path: string, cache: TextCache): Promise<PythonDescription> {
  const key = `python-binary 2 ${binaryKey(path)}`;
  const kept = cache.get(key);
  if (kept !== undefined) return JSON.parse(kept) as PythonDescription;
  const described = await askPython(path);
  const isItself = described.executable !== "" && realpathSync(described.executable) === realpathSync(path);
  if (isItself) cache.set(key, JSON.stringify(described));
  return described;
}

async function askPython(path: string): Promise<PythonDescription> {
  let said = "";
  let cause: unknown;
  try {
    const { stdout, stderr } = await run(path, [pythonFile("identify.py")], {
      env: pythonEnvironment({}),
      timeout: ASK_TIMEOUT_MS,
    });
    said = `${stdout}\n${stderr}`;
    return JSON.parse(stdout) as PythonDescription;
  } catch (error) {
    cause = error;
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    said = `${said}${stdout}\n${stderr}`.trim();
  }
  // A Python that is too old for the script still prints its version in the error.
  const version = /\bPython (\d+)\.(\d+)\S*/.exec(said);
  if (version !== null) {
    const [whole, major, minor] = version;
    return { ...UNKNOWN, version: whole.replace("Python ", ""), major: Number(major), minor: Number(minor) };
  }
  const { code, killed } = cause as NodeJS.ErrnoException & { readonly killed?: boolean };
  if (killed === true) {
    throw new UserError(`The Python ${path} did not answer within ${ASK_TIMEOUT_MS / 1000} s.`, {
      code: "python-not-usable",
      hint: `Render again if the machine was busy; if not, see whether \`${path} --version\` answers. With \`python: pyodide\` the cell runs without this Python.`,
      cause,
    });
  }
  const first = said.split("\n").find((line) => line.trim() !== "");
  const reason = first?.trim() ?? (typeof code === "string" ? `it does not start (${code})` : "it is not Python");
  throw new UserError(`The Python ${path} cannot be used: ${reason}`, {
    code: "python-not-usable",
    hint: "Name another interpreter with the option `python`, or use `python: pyodide`.",
    cause,
  });
}

const UNKNOWN: PythonDescription = {
  implementation: "Python",
  version: "",
  major: 0,
  minor: 0,
  bits: 0,
  build: "",
  executable: "",
  prefix: "",
  library: "",
  platform: "",
  arch: "",
};
