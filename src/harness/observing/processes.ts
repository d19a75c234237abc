import childProcess from "node:child_process";
import { basename } from "node:path";
import workerThreads, { type WorkerOptions } from "node:worker_threads";
import { pathOf, type Recorder } from "./recorder.ts";

/** How the processes that a cell starts are observed: by variables of their environment. */
export interface ChildObserver {
  /** URL of the module that a Node loads first. */
  readonly module: string;
  /** Folder of the `sitecustomize.py` that a Python loads first. */
  readonly pythonFolder: string;
  /** File to which they append records. */
  readonly records: string;
  /** Variables of this process, without the proxy. */
  readonly environment: NodeJS.ProcessEnv;
}

/** Characters that make more of a command than one program with its arguments. */
const SHELL = /[|&;<>()$`*?[\]{}~\n]/;

/** Observes the programs and worker threads that a cell starts, where it can be done, and records the others. */
export function observeProcesses(recorder: Recorder, observer: ChildObserver): void {
  const withFiles = ["spawn", "execFile", "spawnSync", "execFileSync"] as const;
  for (const name of withFiles) {
    wrap(name, (args) => {
      const [file, second] = args;
      const options = args.find(isOptions);
      const shown = options?.shell ? [file, ...(Array.isArray(second) ? second : [])].join(" ") : undefined;
      const observed = shown === undefined ? noteProgram(String(file), second, recorder) : noteCommand(shown, recorder);
      return withEnvironment(args, observer, observed);
    });
  }
  for (const name of ["exec", "execSync"] as const) {
    wrap(name, (args) => withEnvironment(args, observer, noteCommand(String(args[0]), recorder)));
  }
  wrap("fork", (args) => {
    recorder.read("content", args[0]);
    return withEnvironment(args, observer, true);
  });
  const { Worker } = workerThreads;
  workerThreads.Worker = class extends Worker {
    constructor(file: string | URL, options: WorkerOptions = {}) {
      if (options.eval !== true) recorder.read("content", file);
      const { env } = options;
      if (typeof env === "symbol") {
        recorder.unobserved("a worker thread that shares its environment");
        super(file, options);
        return;
      }
      super(file, {
        ...options,
        execArgv: [...(options.execArgv ?? []), `--import=${observer.module}`],
        env: { ...(env ?? observer.environment), HEAPBOOK_OBSERVED: observer.records },
      });
    }
  };
  Object.defineProperty(workerThreads.Worker, "name", { value: "Worker" });
}

type Starter = "spawn" | "execFile" | "spawnSync" | "execFileSync" | "exec" | "execSync" | "fork";
type Options = { readonly env?: NodeJS.ProcessEnv; readonly shell?: unknown };

function wrap(name: Starter, change: (args: unknown[]) => unknown[]): void {
  const original = childProcess[name] as (...args: unknown[]) => unknown;
  const wrapped = function (this: unknown, ...args: unknown[]): unknown {
    return Reflect.apply(original, this, change(args));
  };
  const { prototype: _prototype, ...properties } = Object.getOwnPropertyDescriptors(original);
  Object.defineProperties(wrapped, properties);
  (childProcess as unknown as Record<string, unknown>)[name] = wrapped;
}

const isOptions = (value: unknown): value is Options =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The arguments with an environment that makes a Node or a Python report what it reads. A program that is not observed gets the plain
 * environment: Node copies the variables, and through the proxy each would count as one that the cell reads.
 */
function withEnvironment(args: unknown[], observer: ChildObserver, observed: boolean): unknown[] {
  const { module, pythonFolder, records, environment } = observer;
  const index = args.findIndex((each, at) => at > 0 && isOptions(each));
  const given = index < 0 ? {} : (args[index] as Options);
  const env = { ...(given.env ?? environment) };
  const added = {
    NODE_OPTIONS: [env["NODE_OPTIONS"], `--import=${module}`].filter(Boolean).join(" "),
    PYTHONPATH: [pythonFolder, env["PYTHONPATH"]].filter(Boolean).join(":"),
    HEAPBOOK_OBSERVED: records,
  };
  const options = { ...given, env: observed ? { ...env, ...added } : env };
  if (index >= 0) return args.map((each, at) => (at === index ? options : each));
  const before = Array.isArray(args[1]) || (args.length > 1 && args[1] == null) ? 2 : 1;
  return [...args.slice(0, before), options, ...args.slice(before)];
}

/** Notes a program by its file. @returns whether it will report what it reads */
function noteProgram(file: string, args: unknown, recorder: Recorder): boolean {
  const name = basename(file);
  const isNode = file === process.execPath || /^node(?:js)?$/.test(name);
  const isPython = /^python(?:\d+(?:\.\d+)?)?$/.test(name);
  if (!isNode && !isPython) {
    recorder.unobserved(`the program \`${name}\``);
    return false;
  }
  const list: unknown[] = Array.isArray(args) ? args : [];
  // Isolated Pythons (-I, -E, -S) ignore the environment or the site.
  if (isPython && list.some((arg) => /^-[a-zA-Z]*[IES]/.test(String(arg)))) {
    recorder.unobserved(`the isolated \`${name}\``);
    return false;
  }
  const script = list.find((arg) => typeof arg === "string" && !arg.startsWith("-"));
  if (script !== undefined && pathOf(script) !== undefined) recorder.read("content", script);
  return true;
}

/** Notes a command of a shell, which is observed where it is one Node or Python with plain arguments. */
function noteCommand(command: string, recorder: Recorder): boolean {
  const words = command.trim().split(/\s+/);
  if (SHELL.test(command)) {
    recorder.unobserved(`the shell command \`${words[0]} …\``);
    return false;
  }
  const [program = "", ...rest] = words.map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
  return noteProgram(program, rest, recorder);
}
