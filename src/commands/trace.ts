import { readFileSync, writeFileSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import {
  compareStatistics,
  formatStatistic,
  formatStatisticDiff,
  formatTraceSize,
  type Statistic,
  sourceLine,
  sumStatistics,
  toStatistics,
} from "../analysis/lines/line-statistics.ts";
import { pairLines } from "../analysis/lines/line-table.ts";
import { marginOfError, relativeMarginOfError } from "../analysis/margin-of-error.ts";
import { UserError } from "../errors.ts";
import {
  chooseInstrumentation,
  type Engine,
  type Instrumentation,
  type MeasuredInstrumentation,
} from "../model/instrumentation.ts";
import type { LineProfile, SampledError } from "../model/line-profile.ts";
import type { AllocationMeasure } from "../model/line-views.ts";
import { toHeapProfile } from "../results/heap-profile.ts";
import { describeNotInstrumented, describeOutside } from "../results/not-instrumented-text.ts";
import { type Traced, traceScript } from "../trace/trace.ts";
import type { Terminal } from "./output.ts";

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
  readonly heapprofile: string | undefined;
  readonly modules: readonly string[];
  /** Mean bytes between two samples: short for the engine `sampler`. */
  readonly sample: number | undefined;
  readonly flags: readonly string[];
  readonly timeoutMs: number;
}

const TITLES: Readonly<Record<AllocationMeasure, string>> = {
  live: "Live at the end",
  allocated: "Allocated, freed memory included",
};

/** What the title of a table of estimates says. */
function samplingNote({ instrumentation }: LineProfile): string {
  return instrumentation.engine === "sampler"
    ? `, estimated from samples, one for every ${instrumentation.intervalBytes} B on average; ± is half of the 95 % interval`
    : "";
}

const keyOf = ({ file, line }: Pick<Statistic, "file" | "line">): string => `${line}:${file}`;

const errorBy = (amount: AllocationMeasure, { allocatedBytes, liveBytes }: SampledError): number =>
  amount === "live" ? liveBytes : allocatedBytes;

/** After each line of estimates, how far off it may be. */
function describeErrors({ lines }: LineProfile, amount: AllocationMeasure): (statistic: Statistic) => string {
  const errors = new Map(lines.map((line) => [keyOf(line), line.standardError]));
  return (statistic) => {
    const error = errors.get(keyOf(statistic));
    const margin = error === undefined ? null : relativeMarginOfError(errorBy(amount, error), statistic.size);
    return margin === null ? "" : `, ±${margin} %`;
  };
}

/** The same after each line of a difference, in bytes. */
function describeDifferenceErrors(
  now: LineProfile,
  before: LineProfile,
  amount: AllocationMeasure,
): (statistic: Statistic) => string {
  const errors = new Map(pairLines(now, before).map(({ line, error }) => [keyOf(line), error]));
  return (statistic) => {
    const error = errors.get(keyOf(statistic));
    return error === undefined ? "" : `, ±${formatTraceSize(marginOfError(errorBy(amount, error)))}`;
  };
}

type Sources = LineProfile["sources"];

/** One line of the table, and below it the source line, as tracemalloc's documentation prints them. */
function rowOf(text: string, { file, line }: Statistic, sources: Sources): string[] {
  const source = sourceLine(sources, file, line);
  return source === "" ? [text] : [text, `    ${source}`];
}

const sumSizes = (statistics: readonly Statistic[]): { size: number; count: number } => ({
  size: statistics.reduce((sum, { size }) => sum + size, 0),
  count: statistics.reduce((sum, { count }) => sum + count, 0),
});

/** The lines with the most bytes, then sums of the rest, so that every measured byte is counted. */
function describeProfile(profile: LineProfile, amount: AllocationMeasure, top: number): string[] {
  const statistics = sumStatistics(toStatistics(profile.lines, amount), "lineno");
  const shown = statistics.slice(0, top);
  const rest = statistics.slice(top);
  const other = sumSizes(rest);
  const all = sumSizes(statistics);
  const functionLevel = profile.lines.reduce((sum, line) => sum + line.functionLevelBytes, 0);
  const errorOf = describeErrors(profile, amount);
  const elsewhere = amount === "live" ? profile.elsewhere.liveBytes : profile.elsewhere.allocatedBytes;
  return [
    `${TITLES[amount]}${samplingNote(profile)}`,
    ...shown.flatMap((each) => rowOf(`${formatStatistic(each)}${errorOf(each)}`, each, profile.sources)),
    ...(rest.length === 0 ? [] : [`${rest.length} other: size=${formatTraceSize(other.size)}, count=${other.count}`]),
    `Total: size=${formatTraceSize(all.size)}, count=${all.count}`,
    ...(amount === "allocated"
      ? [
          `  of it known by function only, not by line: ${formatTraceSize(functionLevel)}`,
          ...(profile.notInstrumented.length === 0
            ? []
            : [`  not line-level: ${describeNotInstrumented(profile.notInstrumented)}`]),
        ]
      : []),
    `Besides, of no line (Node, and V8's code and feedback): ${formatTraceSize(elsewhere)}`,
    ...describeAccuracy(profile.instrumentation),
  ];
}

/** What the meter could not measure exactly; empty for other engines and for exact sums. */
function describeAccuracy(instrumentation: MeasuredInstrumentation): string[] {
  if (instrumentation.engine !== "meter") return [];
  const { unseenCollections, pageCrossings } = instrumentation;
  return [
    ...(unseenCollections > 0
      ? [
          `Lower bound: V8 ran ${unseenCollections} unplanned collections, and memory freed before the meter read it is missing.`,
        ]
      : []),
    ...(pageCrossings > 0 ? [`Up to 128 KiB too much, ${pageCrossings} times: at the ends of V8's pages.`] : []),
  ];
}

/** Code that markers do not reach, each place once; empty without any. */
function describeLimits(profiles: readonly (LineProfile | undefined)[]): string[] {
  const places = new Set(profiles.flatMap((profile) => profile?.outside.map(describeOutside) ?? []));
  return places.size === 0 ? [] : ["", `Outside of what is traced by line: ${[...places].join("; ")}`];
}

function describeDifference(now: LineProfile, before: LineProfile, amount: AllocationMeasure, top: number): string[] {
  const differences = compareStatistics(toStatistics(now.lines, amount), toStatistics(before.lines, amount), "lineno");
  const changed = differences.filter(({ sizeDiff, countDiff }) => sizeDiff !== 0 || countDiff !== 0);
  const sources = { ...before.sources, ...now.sources };
  const errorOf = describeDifferenceErrors(now, before, amount);
  const sum = changed.reduce((total, { sizeDiff }) => total + sizeDiff, 0);
  return [
    `${TITLES[amount]}${samplingNote(now) || samplingNote(before)}`,
    ...changed.slice(0, top).flatMap((each) => rowOf(`${formatStatisticDiff(each)}${errorOf(each)}`, each, sources)),
    ...(changed.length > top ? [`${changed.length - top} other lines differ`] : []),
    changed.length === 0 ? "No line differs" : `Total: ${formatTraceSize(sum, true)}`,
  ];
}

/** Reads a line profile that `--json` wrote. */
async function readProfile(file: string, root: string): Promise<LineProfile> {
  let text: string;
  try {
    text = readFileSync(resolve(root, file), "utf8");
  } catch (error) {
    throw new UserError(`${file} cannot be read`, { code: "file-not-found", cause: error });
  }
  const { parseLineProfile } = await import("../store/parse-results.ts");
  return parseLineProfile(text, file);
}

/** @throws UserError `bad-usage` for two forms of output, or for `--output` without a page */
function checkOutputs({ json, to, output }: TraceFlags): void {
  if (json && to !== undefined) {
    throw new UserError("--json and --to html ask for two outputs", { code: "bad-usage", hint: "Use one of them." });
  }
  if (output !== undefined && to === undefined) {
    throw new UserError("--output needs --to html", { code: "bad-usage", hint: "Add --to html." });
  }
}

/** @throws UserError where `--engine` contradicts one of the short forms */
function instrumentationOf({ engine, allocated, sample }: TraceFlags): Instrumentation {
  const refuse = (option: string, meaning: Engine): UserError =>
    new UserError(`--engine ${engine} and ${option} are two engines`, {
      code: "bad-usage",
      hint: `${option} is short for --engine ${meaning}. Give one of them.`,
    });
  if (engine !== undefined && engine !== "meter" && allocated) throw refuse("--allocated", "meter");
  if (engine !== undefined && engine !== "sampler" && sample !== undefined) throw refuse("--sample", "sampler");
  return chooseInstrumentation({ engine, sample, ...(allocated ? { live: false } : {}) });
}

/** @throws UserError `output-not-writable` where it cannot be written */
function writeOutput(path: string, shown: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UserError(`${shown} cannot be written (${reason})`, {
      code: "output-not-writable",
      hint: "Name a file in an existing folder with -o.",
      cause: error,
    });
  }
}

/** The command line that writes the same page; the page shows it. */
function commandOf(file: string, flags: TraceFlags): string {
  const quote = (word: string): string => (/^[\w./:=,@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  const options = [
    ...(flags.export === undefined ? [] : ["--export", flags.export]),
    ...(flags.compare === undefined ? [] : ["--compare", flags.compare]),
    ...(flags.engine === undefined ? [] : ["--engine", flags.engine]),
    ...(flags.allocated ? ["--allocated"] : []),
    ...(flags.sample === undefined ? [] : ["--sample", String(flags.sample)]),
    ...(flags.modules.length === 0 ? [] : ["--modules", flags.modules.join(",")]),
    ...(flags.flags.length === 0 ? [] : [`--flags=${flags.flags.join(" ")}`]),
  ];
  const output = flags.output === undefined ? [] : ["-o", quote(flags.output)];
  return ["npx heapbook trace", ...[file, ...options].map(quote), "--to html", ...output].join(" ");
}

/**
 * Traces the allocations of a script and prints its heaviest lines, in the form of Python's tracemalloc.
 * With `--to html` it writes a page instead and prints its path.
 * @throws UserError as `traceScript()`; `bad-usage`; `output-not-writable`; `invalid-results` for a file to compare with that is no profile
 */
export async function trace(
  file: string,
  flags: TraceFlags,
  root: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const { modules, timeoutMs } = flags;
  const instrumentation = instrumentationOf(flags);
  checkOutputs(flags);
  const traceOne = (script: string): Promise<Traced> =>
    traceScript({
      file: script,
      root,
      exportName: flags.export,
      modules,
      instrumentation,
      flags: flags.flags,
      timeoutMs,
      signal,
    });
  const isSaved = flags.compare?.endsWith(".json") === true;
  const saved = flags.compare === undefined || !isSaved ? undefined : await readProfile(flags.compare, root);
  const traced = await traceOne(file);
  const { profile } = traced;
  const other = saved ?? (flags.compare === undefined ? undefined : (await traceOne(flags.compare)).profile);
  if (flags.heapprofile !== undefined) {
    writeFileSync(resolve(root, flags.heapprofile), JSON.stringify(toHeapProfile(profile, root)));
    terminal.err(`Wrote ${flags.heapprofile}\n`);
  }
  if (flags.json) {
    terminal.out(JSON.stringify(profile, undefined, 1));
    return;
  }
  if (flags.to === "html") {
    const path = flags.output ?? `${basename(file, extname(file))}.trace.html`;
    const { makeTracePage } = await import("../trace/page.ts");
    const compared = other === undefined ? undefined : { name: flags.compare ?? "", profile: other };
    const page = await makeTracePage({
      file,
      traced,
      other: compared,
      top: flags.top,
      root,
      command: commandOf(file, flags),
    });
    writeOutput(resolve(root, path), path, page);
    terminal.out(path);
    return;
  }
  const amounts = instrumentation.engine === "meter" ? (["allocated"] as const) : (["live", "allocated"] as const);
  for (const [i, amount] of amounts.entries()) {
    if (i > 0) terminal.out("");
    const lines =
      other === undefined
        ? describeProfile(profile, amount, flags.top)
        : describeDifference(profile, other, amount, flags.top);
    for (const line of lines) terminal.out(line);
  }
  for (const line of describeLimits([profile, other])) terminal.out(line);
}
