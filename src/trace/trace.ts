import { constants } from "node:os";
import { formatBytes } from "../analysis/format.ts";
import { ProgramModules } from "../bundle/program-modules.ts";
import { didYouMean, type ErrorCode, UserError } from "../errors.ts";
import { linesFlags } from "../experiment/probe-flags.ts";
import type { Instrumentation } from "../model/instrumentation.ts";
import type { LineProfile, LiveReading } from "../model/line-profile.ts";
import { RESERVED_COUNTERS } from "../model/program-records.ts";
import type { CollectedSamples } from "../model/samples.ts";
import { callFile, type ProgramOutput, type ProgramRun, runProgram } from "../process/run-program.ts";
import { withTrialFolder } from "../process/temporary-folder.ts";
import { joinProfiles } from "../process/trace-session.ts";
import { checkFlag, hasV8Option, readV8Options } from "../runtimes/v8-options.ts";
import { startDriver } from "./driver.ts";
import { checkInstalled } from "./installed-packages.ts";
import { findMain, type MainFile } from "./main-file.ts";

export type { ProgramOutput } from "../process/run-program.ts";

export interface TraceOptions {
  /** Path of the main file as written on the command line. */
  readonly file: string;
  /** Arguments of the program. */
  readonly args: readonly string[];
  /** Working directory of the command and of the program; the profile's files are relative to it. */
  readonly root: string;
  /** The export to call; undefined to trace the whole run of the program. */
  readonly exportName: string | undefined;
  /** Names of packages whose modules are instrumented too. */
  readonly modules: readonly string[];
  readonly instrumentation: Instrumentation;
  /** Node's arguments as the user gave them. */
  readonly flags: readonly string[];
  /** Time limit in ms, after which the program is killed without results; undefined for no limit. */
  readonly timeoutMs: number | undefined;
  /** Time in ms after which the run ends with its results; undefined for no limit. */
  readonly endAfterMs: number | undefined;
  /** Signal on which the program reads its live bytes; undefined for none. */
  readonly readOn: NodeJS.Signals | undefined;
  /** Path of a script that uses the program's server; the run ends when the script ends. */
  readonly driver: string | undefined;
  readonly output: ProgramOutput;
}

/** The result of tracing a program. */
export interface Traced {
  readonly profile: LineProfile;
  /** The run; includes the program's output if it was kept. */
  readonly run: ProgramRun;
  /** Node's arguments before the main file, including those of the engine. */
  readonly flags: readonly string[];
  /** Readings of the live bytes that were taken during the run, in order. */
  readonly readings: readonly LiveReading[];
  /** Warnings for the user, in words: options without effect, processes that were not traced. */
  readonly warnings: readonly string[];
  /**
   * Exit code of the program, as in a shell: 128 + the signal's number after a signal; 0 if Heapbook ended the program.
   */
  readonly exitCode: number;
}

/**
 * Names of the errors with which the process reports that the export is missing or not callable
 * (harness/program/call.ts).
 */
const MISSING = "HeapbookMissingExport";
const NOT_CALLABLE = "HeapbookExportIsNoFunction";

function exitCodeOf({ exit, wasEnded }: ProgramRun): number {
  // With SIGKILL: the program did not end after its results had arrived.
  if (wasEnded && (exit.signal === "SIGTERM" || exit.signal === "SIGKILL" || exit.exitCode === 143)) return 0;
  return exit.signal === null ? (exit.exitCode ?? 1) : 128 + constants.signals[exit.signal];
}

/** The error for a missing or uncallable export; undefined for any other end of the program. */
function exportError({ records }: ProgramRun, { file, exportName }: TraceOptions): UserError | undefined {
  const { thrown } = records;
  if (thrown?.name === MISSING) {
    const names = JSON.parse(thrown.message) as string[];
    const hint =
      names.length === 0 ? "The file exports nothing: omit --export." : didYouMean(exportName ?? "", names, "exports");
    return new UserError(`${file} has no export \`${exportName}\`.`, { code: "unknown-export", hint });
  }
  if (thrown?.name === NOT_CALLABLE) {
    const message = `The export \`${exportName}\` of ${file} is not a function but of type ${thrown.message}.`;
    return new UserError(message, { code: "export-not-callable", hint: "Export a function that does the work." });
  }
  return undefined;
}

const OUT_OF_MEMORY = new Set(["SIGABRT", "SIGTRAP", "SIGILL"]);

/**
 * Whether the program may have ended because its heap was full. V8 aborts in that case, but Node aborts for other
 * reasons too. If the process never used as much memory as the heap limit, the reason was another one.
 */
function mayBeOutOfMemory({ exit, records: { limits }, residentBytes }: ProgramRun): boolean {
  if (!OUT_OF_MEMORY.has(exit.signal ?? "") && exit.exitCode !== 134) return false;
  return limits === null || residentBytes === undefined || residentBytes > limits.heapSizeLimitBytes / 2;
}

/** Makes the error for a program that ended without results. */
function missingProfile(run: ProgramRun, options: TraceOptions): UserError {
  const { file, timeoutMs, instrumentation } = options;
  const { exit, records } = run;
  const fail = (message: string, code: ErrorCode, hint?: string): UserError =>
    new UserError(message, { code, hint, exitCode: 1 });
  const isSampled = instrumentation.engine === "sampler";
  if (exit.spawnError !== undefined) return fail(`Node cannot be started: ${exit.spawnError.message}`, "failed-script");
  if (exit.timedOut) {
    return fail(
      `${file} did not end within ${(timeoutMs ?? 0) / 1000} s.`,
      "timeout",
      "End the run with its results with --for, or take samples with --engine sampler, or allow more time with --timeout.",
    );
  }
  if (run.wasUnresponsive) {
    return fail(
      `${file} computed without a pause for 30 s after it was asked to end, and was killed.`,
      "nothing-measured",
      "Heapbook ends a program between two turns of its event loop. Trace a shorter run, or use --engine meter, which is faster.",
    );
  }
  if (mayBeOutOfMemory(run)) {
    const limit = records.limits === null ? "" : ` of ${formatBytes(records.limits.heapSizeLimitBytes)}`;
    return fail(
      `${file} reached its heap limit${limit} while it was traced.`,
      "out-of-memory",
      isSampled
        ? `V8 keeps a record of every sample. Take fewer with --sample ${instrumentation.intervalBytes * 8}, or allow more memory with --flags=--max-old-space-size=8000.`
        : "V8 keeps a record of every object. Sample with --engine sampler, or allow more memory with --flags=--max-old-space-size=8000.",
    );
  }
  if (exit.exitCode === 9 && records.limits === null) {
    return new UserError(`Node refuses ${options.flags.join(" ")}.`, {
      code: "unknown-flag",
      hint: "`node --help` and `node --v8-options` list the flags.",
    });
  }
  const end = exit.signal === null ? `exit code ${exit.exitCode}` : exit.signal;
  return fail(
    `${file} ended with ${end} before it was measured.`,
    "nothing-measured",
    "A program that closes the file descriptors of Node, is killed, or aborts, gives no results.",
  );
}

/**
 * Checks the values of V8's flags. Flags that V8 does not have are left to Node, which does not list all of its flags
 * (`--env-file`).
 * @throws UserError `unknown-flag` if the value of a V8 flag has the wrong type
 */
async function checkFlags(flags: readonly string[]): Promise<void> {
  if (flags.length === 0) return;
  const options = await readV8Options(process.execPath);
  for (const flag of flags) {
    const problem = hasV8Option(flag, options) ? checkFlag(flag, options) : undefined;
    if (problem !== undefined) throw new UserError(problem.message, { code: "unknown-flag", hint: problem.hint });
  }
}

/**
 * Node's flag that opens internal functions which have no hook (harness/program/internals.ts). The program cannot see
 * the flag.
 */
const INTERNALS = "--expose-internals";

/** Runs the program once, and returns its results. */
async function runOnce(
  options: TraceOptions,
  main: MainFile,
  pass: Pass,
): Promise<{ run: ProgramRun; flags: readonly string[]; unmarked: ReadonlyMap<string, string> }> {
  const { root, args, instrumentation, flags, timeoutMs, exportName, endAfterMs, readOn, driver } = options;
  const modules = new ProgramModules(root, instrumentation.engine);
  const packages = [...options.modules, ...(main.packageName === undefined ? [] : [main.packageName])];
  // The flag is removed so that the program does not find `gc()`; Heapbook's entry gets the function in another way.
  const ownFlags = linesFlags(instrumentation, flags).filter((flag) => flag !== "--expose-gc" || flags.includes(flag));
  const nodeFlags = [...(ownFlags.includes(INTERNALS) ? [] : [INTERNALS]), ...ownFlags, ...main.flags];
  const traced =
    instrumentation.engine === "sampler" ? { ...instrumentation, collected: pass.collected } : instrumentation;
  const run = await withTrialFolder((snapshotFolder) =>
    runProgram({
      node: process.execPath,
      flags: nodeFlags,
      argv: [exportName === undefined ? main.argument : callFile(), ...args],
      cwd: root,
      instructions: {
        tracing: { snapshotFolder, instrumentation: traced, counters: RESERVED_COUNTERS },
        packages,
        execArgv: flags,
        isTypeScript: main.isTypeScript,
        isDriven: driver !== undefined,
        ...(exportName === undefined ? {} : { call: { path: main.path, exportName } }),
        ...(endAfterMs === undefined ? {} : { endAfterMs }),
        ...(readOn === undefined ? {} : { readOn }),
      },
      output: pass.output,
      hasStdin: pass.hasStdin,
      timeoutMs,
      modules,
      ...(driver === undefined ? {} : { drive: startDriver(driver, root) }),
    }),
  );
  return { run, flags: nodeFlags, unmarked: modules.unmarked };
}

/**
 * One of the runs of a program. With the sampler there are two: the first keeps the samples of collected objects, the
 * second drops them.
 */
interface Pass {
  readonly collected: CollectedSamples;
  readonly output: ProgramOutput;
  readonly hasStdin: boolean;
}

/**
 * Warnings for packages of the option `--modules` of which the program loaded no module, each with the nearest loaded
 * package.
 */
function unusedModules({ modules }: TraceOptions, profile: LineProfile, { packages }: ProgramRun): string[] {
  const files = Object.keys(profile.sources);
  return modules
    .filter((name) => !files.some((file) => file.includes(`node_modules/${name}/`)))
    .map((name) => {
      const hint = packages.size === 0 ? "" : ` ${didYouMean(name, [...packages], "packages that it loaded") ?? ""}`;
      return `--modules ${name}: the program allocated nothing in a package of that name.${hint}`;
    });
}

/**
 * Runs a program as Node runs it, or one export of a module, and assigns its allocations to lines.
 *
 * @throws UserError for a file that is no script, and for a program that ended without results: `file-not-found`, `not-a-script`,
 *   `syntax-error`, `unknown-package`, `unknown-export`, `export-not-callable`, `out-of-memory`, `timeout`, `nothing-measured`, `unknown-flag`
 */
export async function traceProgram(options: TraceOptions): Promise<Traced> {
  const main = await findMain(options.file, options.root);
  checkInstalled(options.modules, main.path);
  await checkFlags(options.flags);
  const first = { collected: "kept", output: options.output, hasStdin: true } as const;
  const { run, flags, unmarked } = await runOnce(options, main, first);
  const problem = exportError(run, options);
  if (problem !== undefined) throw problem;
  if (run.profile === undefined) throw missingProfile(run, options);
  let { profile } = run;
  if (options.instrumentation.engine === "sampler") {
    // One process can only keep or drop the samples of collected objects, so the program runs a second time, with its
    // output hidden.
    const second = await runOnce(options, main, { collected: "dropped", output: "hidden", hasStdin: false });
    if (second.run.profile === undefined) throw missingProfile(second.run, options);
    profile = joinProfiles(profile, second.run.profile);
  }
  const left = [...unmarked].map(([file, why]) => `${file} ran without lines of its own: ${why}`);
  const warnings = [...unusedModules(options, profile, run), ...left];
  return { profile, run, flags, readings: run.readings, warnings, exitCode: exitCodeOf(run) };
}
