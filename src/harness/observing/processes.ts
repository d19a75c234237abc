import childProcess from "node:child_process";
import { basename, resolve } from "node:path";
import workerThreads, { type WorkerOptions } from "node:worker_threads";
import { noteNodeOptions } from "./node-options.ts";
import { pathOf, type Recorder } from "./recorder.ts";

// `import` of node:util would run all its getters: from Node 22 on they make process.stderr and load 0.4 MB.
const { promisify } = process.getBuiltinModule("node:util");

/** Paths and variables by which processes started by a cell are made to report what they read. */
export interface ChildObserver {
  /** Absolute path of the CommonJS module that each Node process loads first. */
  readonly module: string;
  /** Folder of the `sitecustomize.py` that each Python process loads first. */
  readonly pythonFolder: string;
  /** Path of the file to which the processes append records. */
  readonly records: string;
  /** The original environment of this process, not the proxy that observes reads. */
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Key of the data inherited by worker threads (`setEnvironmentData`). The value is the path of the file to which they
 * append records.
 */
export const RECORDS_KEY = "heapbook: observed";

/** Returns the option for `NODE_OPTIONS` that loads a module before the modules of all other options. */
export function preloadOption(module: string): string {
  return `--require=${/[\s"\\]/.test(module) ? JSON.stringify(module) : module}`;
}

/** Matches a shell command that is more than one program with plain arguments. */
const SHELL = /[|&;<>()$`*?[\]{}~\n]/;

/**
 * Observes the programs and worker threads that a cell starts. Programs that cannot be observed are reported as such.
 */
export function observeProcesses(recorder: Recorder, observer: ChildObserver): void {
  const withFiles = ["spawn", "execFile", "spawnSync", "execFileSync"] as const;
  for (const name of withFiles) {
    wrap(name, (args) => {
      const [file, second] = args;
      const options = optionsOf(args);
      const shown = options.shell ? [file, ...(Array.isArray(second) ? second : [])].join(" ") : undefined;
      const observed =
        shown === undefined
          ? noteProgram(String(file), second, options, recorder)
          : noteCommand(shown, options, recorder);
      return withEnvironment(args, observer, observed);
    });
  }
  for (const name of ["exec", "execSync"] as const) {
    wrap(name, (args) => withEnvironment(args, observer, noteCommand(String(args[0]), optionsOf(args), recorder)));
  }
  wrap("fork", (args) => {
    const options = optionsOf(args);
    const { execArgv = process.execArgv } = options;
    const own = Array.isArray(execArgv) ? execArgv : [];
    const script = args[0] instanceof URL ? pathOf(args[0]) : args[0];
    return withEnvironment(args, observer, noteProgram(process.execPath, [...own, script], options, recorder));
  });
  const { Worker } = workerThreads;
  workerThreads.Worker = class extends Worker {
    constructor(file: string | URL, options: WorkerOptions = {}) {
      if (options.eval !== true) recorder.read("content", file);
      const { env } = options;
      // Not passed as a variable: all threads that share the environment would see it.
      workerThreads.setEnvironmentData(RECORDS_KEY, observer.records);
      try {
        super(file, {
          ...options,
          execArgv: [...(options.execArgv ?? []), `--require=${observer.module}`],
          env: typeof env === "symbol" ? env : { ...(env ?? observer.environment) },
        });
      } finally {
        workerThreads.setEnvironmentData(RECORDS_KEY, undefined);
      }
    }
  };
  Object.defineProperty(workerThreads.Worker, "name", { value: "Worker" });
}

/**
 * Reports programs that Node starts without `node:child_process`, and so without the environment by which they would be
 * observed: test files of `run()` of `node:test`, and the program that `process.execve()` puts in this one's place.
 *
 * @param code of the cell; `node:test` is loaded only where the code names it
 */
export function reportOtherStarts(recorder: Recorder, code: string): void {
  const report = (of: Record<string, unknown>, name: string, what: string): void => {
    const original = of[name];
    if (typeof original !== "function") return;
    of[name] = new Proxy(original, {
      apply(target, self, args: unknown[]) {
        recorder.unobserved(what);
        return Reflect.apply(target as (...args: unknown[]) => unknown, self, args);
      },
    });
  };
  report(process as unknown as Record<string, unknown>, "execve", "`process.execve()`");
  if (!code.includes("node:test")) return;
  const test = process.getBuiltinModule("node:test") as unknown as Record<string, unknown>;
  report(test, "run", "`run()` of `node:test`");
}

type Starter = "spawn" | "execFile" | "spawnSync" | "execFileSync" | "exec" | "execSync" | "fork";
type Options = {
  readonly env?: NodeJS.ProcessEnv;
  readonly shell?: unknown;
  readonly cwd?: unknown;
  readonly execArgv?: unknown;
};

function wrap(name: Starter, change: (args: unknown[]) => unknown[]): void {
  const original = childProcess[name] as (...args: unknown[]) => unknown;
  const wrapped = function (this: unknown, ...args: unknown[]): unknown {
    return Reflect.apply(original, this, change(args));
  };
  const {
    prototype: _prototype,
    [promisify.custom]: own,
    ...properties
  } = Object.getOwnPropertyDescriptors(original) as unknown as Record<PropertyKey, PropertyDescriptor>;
  Object.defineProperties(wrapped, properties);
  if (own !== undefined) {
    // `promisify(execFile)` returns this function, which calls the unwrapped one.
    const value = (...args: unknown[]): unknown => Reflect.apply(own.value as typeof original, original, change(args));
    Object.defineProperty(wrapped, promisify.custom, { ...own, value });
  }
  (childProcess as unknown as Record<string, unknown>)[name] = wrapped;
}

const isOptions = (value: unknown): value is Options =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const optionsOf = (args: readonly unknown[]): Options => args.slice(1).find(isOptions) ?? {};

/**
 * Returns the arguments with an environment in which a Node or Python process reports what it reads. A program that is
 * not observed gets the plain environment, because Node copies all variables and each would count as read by the cell.
 */
function withEnvironment(args: unknown[], observer: ChildObserver, observed: boolean): unknown[] {
  const { module, pythonFolder, records, environment } = observer;
  const index = args.findIndex((each, at) => at > 0 && isOptions(each));
  const given = index < 0 ? {} : (args[index] as Options);
  const env = { ...(given.env ?? environment) };
  const added = {
    NODE_OPTIONS: [preloadOption(module), env["NODE_OPTIONS"]].filter(Boolean).join(" "),
    PYTHONPATH: [pythonFolder, env["PYTHONPATH"]].filter(Boolean).join(":"),
    HEAPBOOK_OBSERVED: records,
  };
  const options = { ...given, env: observed ? { ...env, ...added } : env };
  if (index >= 0) return args.map((each, at) => (at === index ? options : each));
  const before = Array.isArray(args[1]) || (args.length > 1 && args[1] == null) ? 2 : 1;
  return [...args.slice(0, before), options, ...args.slice(before)];
}

/**
 * Records a program by its file, and the script that it runs. @returns whether the program will report what it reads
 */
function noteProgram(file: string, args: unknown, { cwd }: Options, recorder: Recorder): boolean {
  const name = basename(file);
  const isNode = file === process.execPath || /^node(?:js)?$/.test(name);
  const isPython = /^python(?:\d+(?:\.\d+)?)?$/.test(name);
  if (!isNode && !isPython) {
    recorder.unobserved(`the program \`${name}\``);
    return false;
  }
  const list: unknown[] = Array.isArray(args) ? args : [];
  // Isolated Pythons (-I, -E, -S) ignore the environment or sitecustomize.py.
  if (isPython && list.some((arg) => /^-[a-zA-Z]*[IES]/.test(String(arg)))) {
    recorder.unobserved(`the isolated \`${name}\``);
    return false;
  }
  const folder = pathOf(cwd ?? ".") ?? ".";
  const script = isNode
    ? noteNodeOptions(list, folder, recorder)
    : list.find((arg) => typeof arg === "string" && !arg.startsWith("-"));
  if (typeof script === "string") recorder.read("content", resolve(folder, script));
  return script !== null;
}

/**
 * Records a shell command. Observed only if it is one Node or Python with plain arguments. Returns whether it is
 * observed.
 */
function noteCommand(command: string, options: Options, recorder: Recorder): boolean {
  const words = command.trim().split(/\s+/);
  if (SHELL.test(command)) {
    recorder.unobserved(`the shell command \`${words[0]} …\``);
    return false;
  }
  const [program = "", ...rest] = words.map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
  return noteProgram(program, rest, options, recorder);
}
