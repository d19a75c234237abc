import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** A command that has ended, as its user saw it. */
export interface CliRun {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedCli {
  readonly child: ChildProcess;
  readonly ended: Promise<CliRun>;
}

export interface CliOptions {
  /** Working directory: where `.heapbook` and `_site` are. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Program with arguments that starts the command, such as `nice`; by default this Node. */
  readonly by?: readonly string[];
}

/** Starts `heapbook …` as built into dist/, with a user's environment and no terminal. */
export function startCli(args: readonly string[], options: CliOptions): StartedCli {
  // What vitest sets for itself is none of a user's.
  const { NODE_OPTIONS: _options, VITEST: _vitest, NODE_ENV: _nodeEnv, ...inherited } = process.env;
  const [program = "", ...before] = options.by ?? [process.execPath];
  const child = spawn(program, [...before, CLI, ...args], {
    cwd: options.cwd,
    env: { ...inherited, NO_COLOR: "1", TZ: "UTC", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { child, ended: whenEnded(child) };
}

/** Runs `heapbook …` to its end. */
export function runCli(args: readonly string[], options: CliOptions): Promise<CliRun> {
  return startCli(args, options).ended;
}

/** Runs any other program to its end. */
export function runProgram(program: string, args: readonly string[], options: CliOptions): Promise<CliRun> {
  const env = { ...process.env, NO_COLOR: "1", ...options.env };
  return whenEnded(spawn(program, args, { cwd: options.cwd, env, stdio: ["ignore", "pipe", "pipe"] }));
}

function whenEnded(child: ChildProcess): Promise<CliRun> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
  });
}
