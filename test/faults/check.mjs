/** Runs the built command line, and checks what must hold of every run, whatever its cells do. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** A folder with files, removed by `remove()`. */
export function makeFolder(files) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "heapbook-fault-")));
  const path = (name) => join(folder, name);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
  }
  const read = (name) => (existsSync(path(name)) ? readFileSync(path(name), "utf8") : "");
  return { folder, path, read, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Starts `heapbook …`; `ended` resolves with its exit code, signal and texts. */
export function start(args, cwd, { env = {}, limitMs = 120_000, shell } = {}) {
  const [program, rest] =
    shell === undefined
      ? [process.execPath, [CLI, ...args]]
      : ["bash", ["-c", `${shell}; exec "$@"`, "-", process.execPath, CLI, ...args]];
  const child = spawn(program, rest, {
    cwd,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) child[name].setEncoding("utf8").on("data", (text) => (texts[name] += text));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, limitMs);
  const ended = new Promise((resolve) => {
    child.once("close", (exitCode, signal) => {
      clearTimeout(timer);
      resolve({ exitCode, signal, late, ...texts });
    });
  });
  return { child, ended };
}

export const run = (args, cwd, options) => start(args, cwd, options).ended;

const STACK = /^\s+at .+:\d+:\d+\)?$/m;

/** What is wrong with a run that must end by itself, without a stack and without an unexpected error. */
export function findRunFaults({ exitCode, signal, late, stderr }, allowed = [0, 1, 2]) {
  const faults = [];
  if (late) faults.push("it hangs");
  else if (signal !== null) faults.push(`ended by ${signal}`);
  else if (!allowed.includes(exitCode)) faults.push(`exit code ${exitCode}`);
  const stack = STACK.exec(stderr);
  if (stack !== null) faults.push(`a stack on the terminal: ${stack[0].trim()}`);
  if (/unexpected error|mistake of Heapbook/.test(stderr)) faults.push("an unexpected error");
  return faults.length > 0 ? [...faults, stderr.slice(-600)] : [];
}

/** Whether a process runs. */
export function isAlive(pid) {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
