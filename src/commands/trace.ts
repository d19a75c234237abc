import { existsSync, writeFileSync } from "node:fs";
import { basename, extname, relative, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { readRegularText } from "../files.ts";
import { chooseInstrumentation, type Engine, type Instrumentation } from "../model/instrumentation.ts";
import type { LineProfile } from "../model/line-profile.ts";
import { toHeapProfile } from "../results/heap-profile.ts";
import type { ProgramOutput } from "../trace/trace.ts";
import { type Traced, traceProgram } from "../trace/trace.ts";
import { formatUserError, formatWarning, type Terminal } from "./output.ts";
import { describeDifference, describeGrowth, describeLimits, describeProfile, describeReadings } from "./trace-text.ts";

export interface TraceFlags {
  readonly export: string | undefined;
  readonly top: number;
  readonly compare: string | undefined;
  readonly json: boolean;
  readonly to: string | undefined;
  readonly output: string | undefined;
  /** Engine named by `--engine`; undefined without that option. */
  readonly engine: Engine | undefined;
  /** Whether `--allocated` was given, short for the engine `meter`. */
  readonly allocated: boolean;
  /** Path for a `.heapprofile` of allocated bytes; undefined for none. */
  readonly heapprofile: string | undefined;
  /** Path for a `.heapprofile` of live bytes; undefined for none. */
  readonly heapprofileLive: string | undefined;
  readonly modules: readonly string[];
  /**
   * Mean bytes between two samples, from `--sample`, which is short for the engine `sampler`; undefined without that
   * option.
   */
  readonly sample: number | undefined;
  readonly flags: readonly string[];
  /** Time limit in ms, after which the program is killed; undefined for no limit. */
  readonly timeoutMs: number | undefined;
  /** Whether the program's output is not shown on the terminal. */
  readonly quiet: boolean;
  /** Time in ms after which the run ends with its results; undefined for no limit. */
  readonly for: number | undefined;
  /** Signal on which the program reads its live bytes; undefined for none. */
  readonly on: NodeJS.Signals | undefined;
  /** Path of a script that uses the program's server; undefined for none. */
  readonly drive: string | undefined;
}

/** The other side of a comparison: a stored profile, another program, or an earlier revision. */
interface Other {
  /** Returns the other side's profile, with lines moved to their positions in the program's own files. */
  profileFor(own: LineProfile): Promise<LineProfile>;
  close(): void;
}

type TraceScript = (script: string, output: ProgramOutput, folder?: string) => Promise<Traced>;

/**
 * Opens the other side of a comparison: a file that `--json` wrote, another program, or the same program at a git
 * revision. Files are read before anything runs, so that their errors come first; the other program runs after the
 * first one.
 */
async function openOther(compare: string, file: string, root: string, traceOne: TraceScript): Promise<Other> {
  const { alignProfile } = await import("../trace/align-profiles.ts");
  const name = basename(compare);
  if (compare.endsWith(".json")) {
    const saved = await readProfile(compare, root);
    return { profileFor: async (own) => alignProfile(saved, own, name), close() {} };
  }
  const nameIn = (script: string): string => relative(root, resolve(root, script)).replaceAll("\\", "/");
  const traceOther = async (script: string, folder?: string): Promise<LineProfile> =>
    (await traceOne(script, "hidden", folder)).profile;
  if (!existsSync(resolve(root, compare)) && !existsSync(resolve(root, `${compare}.js`))) {
    const { isRevision, checkOut } = await import("../trace/revision.ts");
    if (isRevision(compare, root)) {
      const { root: folder, file: script, remove } = checkOut(compare, file, root);
      const mains = [script, nameIn(file)] as const;
      return {
        profileFor: async (own) => alignProfile(await traceOther(script, folder), own, compare, mains),
        close: remove,
      };
    }
  }
  if (!["", ".js", ".json"].some((extension) => existsSync(resolve(root, `${compare}${extension}`)))) {
    throw new UserError(`\`${compare}\` of \`--compare\` is neither a file nor a git revision.`, {
      code: "file-not-found",
      hint: "Name a program, a file that `--json` wrote, or a revision such as `HEAD~1`.",
    });
  }
  const mains = [nameIn(compare), nameIn(file)] as const;
  return { profileFor: async (own) => alignProfile(await traceOther(compare), own, name, mains), close() {} };
}

/** Reads a line profile from a file that `--json` wrote. */
async function readProfile(file: string, root: string): Promise<LineProfile> {
  let text: string;
  try {
    text = readRegularText(resolve(root, file));
  } catch (error) {
    throw new UserError(`${file} cannot be read.`, { code: "file-not-found", cause: error });
  }
  const { parseLineProfile } = await import("../store/parse-results.ts");
  return parseLineProfile(text, file);
}

/**
 * Checks the options.
 * @throws UserError `bad-usage` for options that contradict each other or the engine, and for `--output` without `--to
 *   html` or `--json`
 */
function checkOutputs(
  { json, to, output, on, for: time, drive, export: name, heapprofileLive }: TraceFlags,
  engine: Engine,
): void {
  if (heapprofileLive !== undefined && engine === "meter") {
    throw new UserError("--heapprofile-live needs live bytes, which the engine meter does not measure.", {
      code: "bad-usage",
      hint: "Use --engine tracker or --engine sampler.",
    });
  }
  if (on !== undefined && engine !== "tracker") {
    throw new UserError(`--on needs the engine tracker, not ${engine}.`, {
      code: "bad-usage",
      hint: "Only the tracker can read the live bytes while the program runs.",
    });
  }
  if (name !== undefined && (time !== undefined || drive !== undefined)) {
    throw new UserError(`--export and ${drive === undefined ? "--for" : "--drive"} contradict each other.`, {
      code: "bad-usage",
      hint: "With --export, only the call of one export is measured.",
    });
  }
  if (json && to !== undefined) {
    throw new UserError("--json and --to html ask for two outputs.", { code: "bad-usage", hint: "Use one of them." });
  }
  if (output !== undefined && to === undefined && !json) {
    throw new UserError("--output needs --to html or --json.", { code: "bad-usage", hint: "Add --to html." });
  }
}

/**
 * The engine with its settings, from the options.
 * @throws UserError if `--engine` contradicts `--allocated` or `--sample`
 */
function instrumentationOf({ engine, allocated, sample }: TraceFlags): Instrumentation {
  const refuse = (option: string, meaning: Engine): UserError =>
    new UserError(`--engine ${engine} and ${option} are two engines.`, {
      code: "bad-usage",
      hint: `${option} is short for --engine ${meaning}. Give one of them.`,
    });
  if (engine !== undefined && engine !== "meter" && allocated) throw refuse("--allocated", "meter");
  if (engine !== undefined && engine !== "sampler" && sample !== undefined) throw refuse("--sample", "sampler");
  return chooseInstrumentation({ engine, sample, ...(allocated ? { live: false } : {}) }, "program");
}

/** Writes an output file. @param shown its path for messages @throws UserError `output-not-writable` */
function writeOutput(path: string, shown: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UserError(`${shown} cannot be written (${reason}).`, {
      code: "output-not-writable",
      hint: "Name a file in an existing folder with -o.",
      cause: error,
    });
  }
}

/** The command line that makes the same page again; the page shows it. */
function commandOf(file: string, args: readonly string[], flags: TraceFlags): string {
  const quote = (word: string): string => (/^[\w./:=,@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  const options = [
    ...(flags.export === undefined ? [] : ["--export", flags.export]),
    ...(flags.compare === undefined ? [] : ["--compare", flags.compare]),
    ...(flags.engine === undefined ? [] : ["--engine", flags.engine]),
    ...(flags.allocated ? ["--allocated"] : []),
    ...(flags.sample === undefined ? [] : ["--sample", String(flags.sample)]),
    ...(flags.modules.length === 0 ? [] : ["--modules", flags.modules.join(",")]),
    ...(flags.for === undefined ? [] : ["--for", `${flags.for / 1000}s`]),
    ...(flags.on === undefined ? [] : ["--on", flags.on]),
    ...(flags.drive === undefined ? [] : ["--drive", flags.drive]),
    ...(flags.flags.length === 0 ? [] : [`--flags=${flags.flags.join(" ")}`]),
  ];
  const rest = args.length === 0 ? [] : ["--", ...args.map(quote)];
  const output = flags.output === undefined ? [] : ["-o", quote(flags.output)];
  return ["npx heapbook trace", ...[file, ...options].map(quote), "--to html", ...output, ...rest].join(" ");
}

/** Where the program's output goes: to the page through pipes, or to stderr if stdout is needed for JSON. */
function outputOf({ quiet, json, to, output }: TraceFlags): ProgramOutput {
  if (quiet) return "hidden";
  if (to === "html") return "kept";
  return json && output === undefined ? "stderr" : "terminal";
}

/**
 * `heapbook trace`: traces a program and prints its heaviest lines, in the format of Python's tracemalloc. With `--to
 * html` it writes a page instead and prints the page's path.
 * @param args arguments of the program
 * @returns the exit code of the program; 1 if its driver failed
 * @throws UserError as `traceProgram()`; `bad-usage`; `output-not-writable`; `invalid-results` if the file to compare
 *   with is not a profile
 */
export async function trace(
  file: string,
  args: readonly string[],
  flags: TraceFlags,
  root: string,
  terminal: Terminal,
): Promise<number> {
  const { modules, timeoutMs, compare } = flags;
  const instrumentation = instrumentationOf(flags);
  checkOutputs(flags, instrumentation.engine);
  const traceOne = (script: string, output: ProgramOutput, folder = root): Promise<Traced> =>
    traceProgram({
      file: script,
      args,
      root: folder,
      exportName: flags.export,
      modules,
      instrumentation,
      flags: flags.flags,
      timeoutMs,
      endAfterMs: flags.for,
      readOn: flags.on,
      driver: flags.drive,
      output,
    });
  const opened = compare === undefined ? undefined : await openOther(compare, file, root, traceOne);
  let traced: Traced;
  let other: LineProfile | undefined;
  try {
    traced = await traceOne(file, outputOf(flags));
    other = await opened?.profileFor(traced.profile);
  } finally {
    opened?.close();
  }
  for (const warning of traced.warnings) terminal.err(formatWarning(warning));
  for (const [by, path] of [
    ["allocated", flags.heapprofile],
    ["live", flags.heapprofileLive],
  ] as const) {
    if (path === undefined) continue;
    writeOutput(resolve(root, path), path, JSON.stringify(toHeapProfile(traced.profile, root, by)));
    terminal.err(`Wrote ${path}\n`);
  }
  if (flags.json) printJson(traced, flags, root, terminal);
  else if (flags.to === "html") terminal.out(await writePage({ file, args, traced, other, flags, root }));
  else {
    const { profile, readings } = traced;
    if (other === undefined) for (const line of describeGrowth(readings, profile, flags.top)) terminal.out(line);
    for (const line of describeTrace(profile, other, flags.top, instrumentation)) terminal.out(line);
    for (const line of describeReadings(readings, profile, flags.top)) terminal.out(line);
  }
  return reportDriver(traced, terminal);
}

function printJson({ profile, readings }: Traced, { output }: TraceFlags, root: string, terminal: Terminal): void {
  const text = JSON.stringify(readings.length === 0 ? profile : { ...profile, readings }, undefined, 1);
  if (output === undefined) terminal.out(text);
  else writeOutput(resolve(root, output), output, `${text}\n`);
}

/** Prints the error of the driver, if it failed. @returns the exit code of the command */
function reportDriver({ run, exitCode }: Traced, terminal: Terminal): number {
  if (run.driveError === undefined) return exitCode;
  if (!(run.driveError instanceof UserError)) throw run.driveError;
  terminal.err(formatUserError(run.driveError));
  return run.driveError.exitCode;
}

/** The tables of a trace as lines of text. If the engine measures both, live bytes come before allocated ones. */
function describeTrace(
  profile: LineProfile,
  other: LineProfile | undefined,
  top: number,
  { engine }: Instrumentation,
): string[] {
  const amounts = engine === "meter" ? (["allocated"] as const) : (["live", "allocated"] as const);
  const tables = amounts.map((amount) =>
    other === undefined ? describeProfile(profile, amount, top) : describeDifference(profile, other, amount, top),
  );
  return [
    ...tables.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines])),
    ...describeLimits([profile, other]),
  ];
}

interface PageInput {
  readonly file: string;
  readonly args: readonly string[];
  readonly traced: Traced;
  readonly other: LineProfile | undefined;
  readonly flags: TraceFlags;
  readonly root: string;
}

/** Writes the page of a trace, and returns its path as the user wrote it. @throws UserError `output-not-writable` */
async function writePage({ file, args, traced, other, flags, root }: PageInput): Promise<string> {
  const path = flags.output ?? `${basename(resolve(root, file), extname(file))}.trace.html`;
  const { makeTracePage } = await import("../trace/page.ts");
  const compared = other === undefined ? undefined : { name: flags.compare ?? "", profile: other };
  const command = commandOf(file, args, flags);
  const page = await makeTracePage({ file, traced, other: compared, top: flags.top, root, command });
  writeOutput(resolve(root, path), path, page);
  return path;
}
