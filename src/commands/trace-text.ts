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
import { errorBoundOf, pairLines } from "../analysis/lines/line-table.ts";
import { combineErrors, marginOfError, relativeMarginOfError } from "../analysis/margin-of-error.ts";
import type { MeasuredInstrumentation } from "../model/instrumentation.ts";
import type { LineAllocation, LineProfile, LiveReading, SampledError } from "../model/line-profile.ts";
import type { AllocationMeasure } from "../model/line-views.ts";
import { describeOldGeneration } from "../render/text/instrumentation.ts";
import {
  describeInexact,
  describeNotInstrumented,
  describeOutside,
  describeUnknownExternal,
} from "../results/not-instrumented-text.ts";
import { say } from "../words/say.ts";

const TITLES: Readonly<Record<AllocationMeasure, string>> = {
  live: "Live at the end",
  peak: "Alive at the peak",
  allocated: "Allocated, freed memory included",
};

/** The note in the title of a table of estimates: how they were sampled; empty for exact values. */
function samplingNote({ instrumentation }: LineProfile): string {
  return instrumentation.engine === "sampler"
    ? `, estimated from samples, one for every ${instrumentation.intervalBytes} B on average; ± is half of the 95 % interval`
    : "";
}

const keyOf = ({ file, line }: Pick<Statistic, "file" | "line">): string => `${line}:${file}`;

const errorBy = (amount: AllocationMeasure, { allocatedBytes, liveBytes }: SampledError): number =>
  amount === "allocated" ? allocatedBytes : liveBytes;

/**
 * Makes a function that returns the margin of error of a line's estimate, to print after the line: `, ±3 %`; empty for
 * exact values.
 */
function describeErrors({ lines }: LineProfile, amount: AllocationMeasure): (statistic: Statistic) => string {
  const errors = new Map(lines.map((line) => [keyOf(line), line.standardError]));
  return (statistic) => {
    const error = errors.get(keyOf(statistic));
    const margin = error === undefined ? null : relativeMarginOfError(errorBy(amount, error), statistic.size);
    return margin === null ? "" : `, ±${margin} %`;
  };
}

/**
 * Makes a function that returns the margin of error of a line's difference, in bytes, to print after the line; empty
 * for exact values.
 */
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

/**
 * The margin of error of the sum of all lines' estimates: in per cent of `size`, or in bytes if `size` is undefined.
 * Empty for exact values.
 */
function describeTotalError(profiles: readonly LineProfile[], amount: AllocationMeasure, size?: number): string {
  const errors = profiles.flatMap(({ lines }) => lines.map(({ standardError }) => standardError));
  if (errors.every((error) => error === undefined)) return "";
  const error = errorBy(amount, combineErrors(errors));
  if (size === undefined) return `, ±${formatTraceSize(marginOfError(error))}`;
  const margin = relativeMarginOfError(error, size);
  return margin === null ? "" : `, ±${margin} %`;
}

type Sources = LineProfile["sources"];

/** One row of the table, followed by the source line, in the format of tracemalloc's documentation. */
function rowOf(text: string, { file, line }: Statistic, sources: Sources): string[] {
  const source = sourceLine(sources, file, line);
  return source === "" ? [text] : [text, `    ${source}`];
}

const sumSizes = (statistics: readonly Statistic[]): { size: number; count: number } => ({
  size: statistics.reduce((sum, { size }) => sum + size, 0),
  count: statistics.reduce((sum, { count }) => sum + count, 0),
});

/**
 * Makes a function that returns a row for the part of a line that belongs to its module's start, to print below the
 * line.
 */
function describeStartUps({ lines }: LineProfile, amount: AllocationMeasure): (statistic: Statistic) => string[] {
  const starts = new Map(lines.map((line) => [keyOf(line), line.startUp]));
  return (statistic) => {
    const startUp = starts.get(keyOf(statistic));
    const bytes = amount === "allocated" ? startUp?.allocatedBytes : startUp?.liveBytes;
    return bytes === undefined || bytes === 0 ? [] : [`  of it the start of the module: ${formatTraceSize(bytes)}`];
  };
}

/** Explains, once, why the row for memory outside V8's heap is missing; empty if the row exists. */
function unknownExternal(profiles: readonly LineProfile[]): string[] {
  return [...new Set(profiles.flatMap((profile) => describeUnknownExternal(profile) ?? []))];
}

/**
 * Table of the lines with the most bytes, followed by the sums of all others, so that every measured byte is counted.
 */
export function describeProfile(profile: LineProfile, amount: AllocationMeasure, top: number): string[] {
  const statistics = sumStatistics(toStatistics(profile.lines, amount), "lineno");
  const shown = statistics.slice(0, top);
  const rest = statistics.slice(top);
  const other = sumSizes(rest);
  const all = sumSizes(statistics);
  const functionLevel = profile.lines.reduce((sum, line) => sum + line.functionLevelBytes, 0);
  const errorOf = describeErrors(profile, amount);
  const startUpOf = describeStartUps(profile, amount);
  const elsewhere = amount === "allocated" ? profile.elsewhere.allocatedBytes : profile.elsewhere.liveBytes;
  return [
    `${TITLES[amount]}${samplingNote(profile)}`,
    ...shown.flatMap((each) => [
      ...rowOf(`${formatStatistic(each)}${errorOf(each)}`, each, profile.sources),
      ...startUpOf(each),
    ]),
    ...(rest.length === 0 ? [] : [`${rest.length} other: size=${formatTraceSize(other.size)}, count=${other.count}`]),
    `Total: size=${formatTraceSize(all.size)}, count=${all.count}${describeTotalError([profile], amount, all.size)}`,
    ...(amount === "allocated"
      ? [
          `  of it known by function only, not by line: ${formatTraceSize(functionLevel)}`,
          ...(profile.notInstrumented.length === 0
            ? []
            : [`  not line-level: ${describeNotInstrumented(profile.notInstrumented)}`]),
        ]
      : []),
    `Besides, not from a line of the program (Node's own modules, V8's compiled code and type feedback): ${formatTraceSize(elsewhere)}`,
    ...(amount === "live" && (profile.elsewhere.externalBytes ?? 0) > 0
      ? [
          `  of it outside of V8's heap (strings made from Buffers, WebAssembly, Node): ${formatTraceSize(profile.elsewhere.externalBytes ?? 0)}`,
        ]
      : []),
    ...(amount === "live" ? unknownExternal([profile]) : []),
    ...(amount === "live" && profile.instrumentation.engine === "sampler"
      ? [`Beyond the ±: ${say("sampledLive").replaceAll("\u00a0", " ")}.`]
      : []),
    ...describeAccuracy(profile.instrumentation),
    ...describeErrorBound([profile]),
  ];
}

/** Describes the inaccuracies of the engine `meter`; empty for other engines and for exact sums. */
function describeAccuracy(instrumentation: MeasuredInstrumentation): string[] {
  if (instrumentation.engine !== "meter") return [];
  const { unseenCollections, pageCrossings } = instrumentation;
  const old = describeOldGeneration(instrumentation);
  return [
    ...(old === undefined ? [] : [`Lower bound: ${old}.`]),
    ...(unseenCollections > 0
      ? [
          `Lower bound: V8 ran ${unseenCollections} unplanned collections, and memory freed before the meter read it is missing.`,
        ]
      : []),
    ...(pageCrossings > 0 ? [`Up to 128 KiB too much, ${pageCrossings} times: at the ends of V8's pages.`] : []),
  ];
}

/** Says by how many bytes profiles may be off, and of which code; empty for none. */
function describeErrorBound(profiles: readonly LineProfile[]): string[] {
  const places = profiles.flatMap(({ inexact }) => inexact);
  if (places.length === 0) return [];
  const bytes = profiles.reduce((sum, { instrumentation }) => sum + errorBoundOf(instrumentation), 0);
  return [`Exact to within ${formatTraceSize(bytes)}: ${describeInexact(places).replaceAll("\u00a0", " ")}`];
}

/** Lists code that is not instrumented, each position once; empty if there is none. */
export function describeLimits(profiles: readonly (LineProfile | undefined)[]): string[] {
  const places = new Set(profiles.flatMap((profile) => profile?.outside.map(describeOutside) ?? []));
  return places.size === 0 ? [] : ["", `Outside of what is traced by line: ${[...places].join("; ")}`];
}

/** Table of the lines that changed most from `before` to `now`, with the sum of all changes. */
export function describeDifference(
  now: LineProfile,
  before: LineProfile,
  amount: AllocationMeasure,
  top: number,
): string[] {
  const differences = compareStatistics(toStatistics(now.lines, amount), toStatistics(before.lines, amount), "lineno");
  const changed = differences.filter(({ sizeDiff, countDiff }) => sizeDiff !== 0 || countDiff !== 0);
  const sources = { ...before.sources, ...now.sources };
  const errorOf = describeDifferenceErrors(now, before, amount);
  const sum = changed.reduce((total, { sizeDiff }) => total + sizeDiff, 0);
  return [
    `${TITLES[amount]}${samplingNote(now) || samplingNote(before)}`,
    ...changed.slice(0, top).flatMap((each) => rowOf(`${formatStatisticDiff(each)}${errorOf(each)}`, each, sources)),
    ...(changed.length > top ? [`${changed.length - top} other lines differ`] : []),
    changed.length === 0
      ? "No line differs"
      : `Total: ${formatTraceSize(sum, true)}${describeTotalError([now, before], amount)}`,
    ...describeErrorBound([now, before]),
  ];
}

/**
 * Table of the lines whose live bytes grew while the driver ran, the largest growth first: a leak is on top, however much
 * memory the start of the program keeps. Empty for a run without a driver.
 */
export function describeGrowth(readings: readonly LiveReading[], end: LineProfile, top: number): string[] {
  const start = readings.find(({ isDriverStart }) => isDriverStart === true);
  if (start === undefined) return [];
  const grown = compareStatistics(toStatistics(end.lines, "live"), toStatistics(start.lines, "live"), "lineno")
    .filter(({ sizeDiff }) => sizeDiff > 0)
    .sort((a, b) => b.sizeDiff - a.sizeDiff);
  return [
    "Grown while the driver ran: live at its end, less live before it",
    ...grown.slice(0, top).flatMap((each) => rowOf(formatStatisticDiff(each), each, end.sources)),
    ...(grown.length > top ? [`${grown.length - top} other lines grew`] : []),
    `Total of all lines: ${formatTraceSize(sumLive(end.lines) - start.liveBytes, true)}`,
    "",
  ];
}

/**
 * Table of the live bytes: a row for each reading during the run and one for the end, each with the lines that have
 * grown most since the row before.
 */
export function describeReadings(readings: readonly LiveReading[], end: LineProfile, top: number): string[] {
  if (readings.every(({ isDriverStart }) => isDriverStart === true)) return [];
  const last: LiveReading = { atMs: Number.NaN, liveBytes: sumLive(end.lines), lines: end.lines };
  let before: readonly LineAllocation[] = [];
  const rows = [...readings, last].flatMap(({ atMs, isDriverStart, liveBytes, lines }, index) => {
    const driver = isDriverStart === true ? ", before the driver" : "";
    const name = Number.isNaN(atMs) ? "at the end" : `${index + 1}. after ${(atMs / 1000).toFixed(1)} s${driver}`;
    const growth = liveBytes - sumLive(before);
    const changed = compareStatistics(toStatistics(lines, "live"), toStatistics(before, "live"), "lineno")
      .filter(({ sizeDiff }) => sizeDiff > 0)
      .slice(0, Math.min(top, 3));
    before = lines;
    return [
      `${name}: live=${formatTraceSize(liveBytes)} (${formatTraceSize(growth, true)})`,
      ...changed.map((each) => `    ${formatStatisticDiff(each)}`),
    ];
  });
  return ["", "Live bytes on the way, with the lines that grew most since the row before", ...rows];
}

const sumLive = (lines: readonly LineAllocation[]): number => lines.reduce((sum, { liveBytes }) => sum + liveBytes, 0);
