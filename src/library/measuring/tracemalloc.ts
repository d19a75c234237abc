import {
  compareStatistics,
  formatStatistic,
  formatStatisticDiff,
  type Statistic as StatisticData,
  type StatisticDiff as StatisticDiffData,
  type StatisticKey,
  sumStatistics,
  toStatistics,
} from "../../analysis/lines/line-statistics.ts";
import type { LineAllocation } from "../../model/line-profile.ts";
import type { AllocationMeasure } from "../../model/line-views.ts";
import type { ResultVariant } from "../../model/result-module.ts";
import { unknownName } from "../variants.ts";
import { currentTrial } from "./current-trial.ts";

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** Memory of one line or one file. Its text has Python's form: `walks.ts:39: size=25.2 MiB, count=400000, average=66 B`. */
export class Statistic implements StatisticData {
  readonly file: string;
  readonly line: number;
  readonly size: number;
  readonly count: number;

  constructor({ file, line, size, count }: StatisticData) {
    this.file = file;
    this.line = line;
    this.size = size;
    this.count = count;
  }

  toString(): string {
    return formatStatistic(this);
  }

  [INSPECT](): string {
    return this.toString();
  }
}

/** Memory of one line or one file, with the difference from another snapshot. */
export class StatisticDiff extends Statistic implements StatisticDiffData {
  readonly sizeDiff: number;
  readonly countDiff: number;

  constructor(data: StatisticDiffData) {
    super(data);
    this.sizeDiff = data.sizeDiff;
    this.countDiff = data.countDiff;
  }

  override toString(): string {
    return formatStatisticDiff(this);
  }
}

/** A shell pattern (`*`, `?`, `[abc]`, `[!abc]`) as a regular expression, as in Python's `fnmatch`. */
function fromPattern(pattern: string): RegExp {
  const source = pattern.replace(
    // regexp: a pattern that the author writes
    /\[(!?)([^\]]+)\]|[\s\S]/g,
    (char, not: string | undefined, set: string | undefined) => {
      if (set !== undefined) return `[${not === "!" ? "^" : ""}${set.replace(/[\\\]^]/g, "\\$&")}]`;
      if (char === "*") return ".*";
      return char === "?" ? "." : char.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    },
  );
  return new RegExp(`^${source}$`, "s");
}

/** A filter of lines: includes or excludes the lines of files whose name matches a pattern. */
export class Filter {
  readonly inclusive: boolean;
  readonly filenamePattern: string;
  readonly lineno: number | undefined;
  readonly #pattern: RegExp;

  constructor(inclusive: boolean, filenamePattern: string, lineno?: number) {
    this.inclusive = inclusive;
    this.filenamePattern = filenamePattern;
    this.lineno = lineno;
    this.#pattern = fromPattern(filenamePattern);
  }

  /**
   * Whether the pattern and the line number match a line. Whether a match includes or excludes the line is not
   * considered here.
   */
  matches({ file, line }: { readonly file: string; readonly line: number }): boolean {
    return this.#pattern.test(file) && (this.lineno === undefined || this.lineno === line);
  }
}

/** Allocations by line, at one moment or of a whole region. */
export class Snapshot {
  readonly #lines: readonly LineAllocation[];

  private constructor(lines: readonly LineAllocation[]) {
    this.#lines = lines;
  }

  /** Makes a snapshot. @param lines lines that the parent sent to the traced process */
  static of(lines: readonly LineAllocation[]): Snapshot {
    return new Snapshot(lines);
  }

  /**
   * Makes a snapshot of a variant's line profile, so that variants can be compared.
   * @param region default: the unnamed or only region
   * @throws Error for an unknown region, and for a variant without the probe `lines`
   */
  static from({ lineProfiles }: Pick<ResultVariant, "lineProfiles">, region?: string): Snapshot {
    const wanted = region ?? (lineProfiles.length === 1 ? lineProfiles[0]?.region : "") ?? "";
    const profile = lineProfiles.find((each) => each.region === wanted);
    if (profile === undefined)
      throw new Error(unknownName("traced region", wanted, new Set(lineProfiles.map((each) => each.region))));
    return new Snapshot(profile.lines);
  }

  /**
   * Memory by line or by file, the largest first.
   * @param amount `live`: live bytes, as in Python. `allocated`: all bytes allocated since tracing began
   */
  statistics(key: StatisticKey, amount: Exclude<AllocationMeasure, "peak"> = "live"): Statistic[] {
    return sumStatistics(toStatistics(this.#lines, amount), key).map((each) => new Statistic(each));
  }

  /** Differences from an older snapshot to this one by line or by file, the largest first. */
  compareTo(older: Snapshot, key: StatisticKey, amount: Exclude<AllocationMeasure, "peak"> = "live"): StatisticDiff[] {
    const [now, before] = [toStatistics(this.#lines, amount), toStatistics(older.#lines, amount)];
    return compareStatistics(now, before, key).map((each) => new StatisticDiff(each));
  }

  /**
   * A snapshot with only those lines that match at least one inclusive filter (if any is given) and no exclusive
   * filter.
   */
  filterTraces(filters: readonly Filter[]): Snapshot {
    const inclusive = filters.filter((each) => each.inclusive);
    const exclusive = filters.filter((each) => !each.inclusive);
    const isKept = (line: LineAllocation): boolean =>
      (inclusive.length === 0 || inclusive.some((each) => each.matches(line))) &&
      !exclusive.some((each) => each.matches(line));
    return new Snapshot(this.#lines.filter(isKept));
  }
}

/** Largest number of live bytes in any reading since tracing began or since `resetPeak()`. */
let peakBytes = 0;

const tracer = () => currentTrial()?.tracer;

function noteLive(bytes: number): number {
  peakBytes = Math.max(peakBytes, bytes);
  return bytes;
}

function readLines(): readonly LineAllocation[] {
  const lines = tracer()?.readLines() ?? [];
  noteLive(lines.reduce((sum, { liveBytes }) => sum + liveBytes, 0));
  return lines;
}

/**
 * Python's module `tracemalloc`, with names in camel case. Traces only in the cell's `output` trial, whose output the
 * report shows. In trials of other probes `isTracing()` is false and snapshots are empty.
 */
export const tracemalloc = {
  /** Starts tracing. Snapshots contain no earlier allocation. */
  start(): void {
    peakBytes = 0;
    tracer()?.start();
  },
  /** Stops tracing and drops all traces. */
  stop(): void {
    peakBytes = 0;
    tracer()?.stop();
  },
  isTracing(): boolean {
    return tracer()?.isTracing() ?? false;
  },
  /** Memory alive now, by line, after a full collection. @throws Error if tracing is off, as Python's does */
  takeSnapshot(): Snapshot {
    if (tracer()?.isTracing() === false) {
      throw new Error("the tracemalloc module must be tracing memory allocations to take a snapshot");
    }
    return Snapshot.of(readLines());
  },
  /**
   * Live bytes allocated since tracing began, now and at the peak. The peak is the largest reading of this function and
   * of `takeSnapshot()`. Unlike Python's peak, it misses higher values between two readings.
   */
  getTracedMemory(): [current: number, peak: number] {
    const current = readLines().reduce((sum, { liveBytes }) => sum + liveBytes, 0);
    return [current, peakBytes];
  },
  /** Sets the peak to the live bytes now. */
  resetPeak(): void {
    peakBytes = 0;
    if (tracer()?.isTracing() === true) readLines();
  },
  /** Drops all traces of earlier allocations. */
  clearTraces(): void {
    peakBytes = 0;
    if (tracer()?.isTracing() === true) tracer()?.start();
  },
  Filter,
  Snapshot,
} as const;
