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
import { describeDifference, describeLimits, describeProfile, describeReadings } from "./trace-text.ts";

export interface TraceFlags {
  readonly export: string | undefined;
  readonly top: number;
  readonly compare: string | undefined;
  readonly json: boolean;
  readonly to: string | undefined;
  readonly output: string | undefined;
  /** The engine by name; undefined without `--engine`. */
  readonly engine: Engine | undefined;
  /** Short for the engine `meter`. */
  readonly allocated: boolean;
  /** File for the `.heapprofile` of allocated bytes. */
  readonly heapprofile: string | undefined;
  /** File for the `.heapprofile` of live bytes. */
  readonly heapprofileLive: string | undefined;
  readonly modules: readonly string[];
  /** Mean bytes between two samples: short for the engine `sampler`. */
  readonly sample: number | undefined;
  readonly flags: readonly string[];
  /** After which the program is killed; undefined for no limit. */
  readonly timeoutMs: number | undefined;
  /** Whether the terminal does not show what the program prints. */
  readonly quiet: boolean;
  /** Time after which the run ends with its results, in milliseconds. */
  readonly for: number | undefined;
  /** Signal on which the live bytes are read. */
  readonly on: NodeJS.Signals | undefined;
  /** Script that works with the program's server. */
  readonly drive: string | undefined;
}

/** What a program is compared with. */
interface Other {
  /** The other profile in the places of the program's own. */
  profileFor(own: LineProfile): Promise<LineProfile>;
  close(): void;
}

type TraceScript = (script: string, output: ProgramOutput, folder?: string) => Promise<Traced>;

/**
 * Opens what a program is compared with: a file that `--json` wrote, another program, or the same one at a git revision. What cannot be
 * read is an error before anything runs; a program runs after the one that is compared with it.
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

/** Reads a line profile that `--json` wrote. */
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

/** @throws UserError `bad-usage` for options that contradict each other or the engine, and for `--output` without `--to html` or `--json` */
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

/** @throws UserError where `--engine` contradicts one of the short forms */
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

/** @throws UserError `output-not-writable` where it cannot be written */
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

/** The command line that writes the same page; the page shows it. */
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

/** Where what the program prints goes: to the page through pipes, and to stderr where stdout is for JSON. */
function outputOf({ quiet, json, to, output }: TraceFlags): ProgramOutput {
  if (quiet) return "hidden";
  if (to === "html") return "kept";
  return json && output === undefined ? "stderr" : "terminal";
}

/**
 * Traces a program and prints its heaviest lines, in the form of Python's tracemalloc. With `--to html` it writes a page instead and
 * prints its path.
 * @param args arguments of the program
 * @returns the exit code of the program; 1 where its driver failed
 * @throws UserError as `traceProgram()`; `bad-usage`; `output-not-writable`; `invalid-results` for a file to compare with that is no profile
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

/** Prints why the driver failed. @returns the exit code of the command */
function reportDriver({ run, exitCode }: Traced, terminal: Terminal): number {
  if (run.driveError === undefined) return exitCode;
  if (!(run.driveError instanceof UserError)) throw run.driveError;
  terminal.err(formatUserError(run.driveError));
  return run.driveError.exitCode;
}

/** The tables of a trace, live bytes before allocated ones where the engine measures both. */
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

/** Writes the page of a trace and returns its path as the user names it. @throws UserError `output-not-writable` */
async function writePage({ file, args, traced, other, flags, root }: PageInput): Promise<string> {
  const path = flags.output ?? `${basename(resolve(root, file), extname(file))}.trace.html`;
  const { makeTracePage } = await import("../trace/page.ts");
  const compared = other === undefined ? undefined : { name: flags.compare ?? "", profile: other };
  const command = commandOf(file, args, flags);
  const page = await makeTracePage({ file, traced, other: compared, top: flags.top, root, command });
  writeOutput(resolve(root, path), path, page);
  return path;
}
