import {
  compareStatistics,
  formatStatistic,
  formatStatisticDiff,
  type LineAmount,
  type Statistic as StatisticData,
  type StatisticDiff as StatisticDiffData,
  type StatisticKey,
  sumStatistics,
  toStatistics,
} from "../analysis/lines/line-statistics.ts";
import type { LineAllocation } from "../model/line-profile.ts";
import type { ResultVariant } from "../model/result-module.ts";
import { currentTrial } from "./current-trial.ts";
import { unknownName } from "./variants.ts";

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** Memory of one line or one file. As text it reads as Python's: `walks.ts:39: size=25.2 MiB, count=400000, average=66 B`. */
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

/** The same with what it has more than in another snapshot. */
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

/** A file pattern of the shell (`*`, `?`, `[abc]`, `[!abc]`) as a regular expression: Python's `fnmatch`. */
function fromPattern(pattern: string): RegExp {
  const source = pattern.replace(
    /\[(!?)([^\]]+)\]|[\s\S]/g,
    (char, not: string | undefined, set: string | undefined) => {
      if (set !== undefined) return `[${not === "!" ? "^" : ""}${set.replace(/[\\\]^]/g, "\\$&")}]`;
      if (char === "*") return ".*";
      return char === "?" ? "." : char.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    },
  );
  return new RegExp(`^${source}$`, "s");
}

/** Which lines a snapshot keeps: of the files that a pattern matches, or of all others. */
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

  /** Whether it names the line, whatever is then done with it. */
  names({ file, line }: { readonly file: string; readonly line: number }): boolean {
    return this.#pattern.test(file) && (this.lineno === undefined || this.lineno === line);
  }
}

/** Allocations by line at one moment. */
export class Snapshot {
  readonly #lines: readonly LineAllocation[];

  private constructor(lines: readonly LineAllocation[]) {
    this.#lines = lines;
  }

  /** @param lines as the process that is traced was told them */
  static of(lines: readonly LineAllocation[]): Snapshot {
    return new Snapshot(lines);
  }

  /**
   * What the probe `lines` of a variant found in a region: so results of two variants can be compared.
   * @param region by default the unnamed one, or the only one
   * @throws Error where there is no such region, or where the cell has no `lines` probe
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
   * @param amount `live`, as in Python: what is alive. `allocated`: all that was allocated since tracing began
   */
  statistics(key: StatisticKey, amount: LineAmount = "live"): Statistic[] {
    return sumStatistics(toStatistics(this.#lines, amount), key).map((each) => new Statistic(each));
  }

  /** What this snapshot has more than an older one, the largest difference first. */
  compareTo(older: Snapshot, key: StatisticKey, amount: LineAmount = "live"): StatisticDiff[] {
    const [now, before] = [toStatistics(this.#lines, amount), toStatistics(older.#lines, amount)];
    return compareStatistics(now, before, key).map((each) => new StatisticDiff(each));
  }

  /** The lines that any inclusive filter names, if there are any, and no exclusive one does. */
  filterTraces(filters: readonly Filter[]): Snapshot {
    const inclusive = filters.filter((each) => each.inclusive);
    const exclusive = filters.filter((each) => !each.inclusive);
    const isKept = (line: LineAllocation): boolean =>
      (inclusive.length === 0 || inclusive.some((each) => each.names(line))) &&
      !exclusive.some((each) => each.names(line));
    return new Snapshot(this.#lines.filter(isKept));
  }
}

/** Largest of the readings since tracing began, or since `resetPeak()`. */
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
 * Python's module of this name, with its names in camel case. It traces in the process whose output the report shows; under
 * a probe of the cell, which measures something else, it is free and silent: `isTracing()` is false, snapshots are empty.
 */
export const tracemalloc = {
  /** Begins to trace: what was allocated before is in no snapshot. */
  start(): void {
    peakBytes = 0;
    tracer()?.start();
  },
  /** Ends tracing and forgets. */
  stop(): void {
    peakBytes = 0;
    tracer()?.stop();
  },
  isTracing(): boolean {
    return tracer()?.isTracing() ?? false;
  },
  /** What is alive now, by line, after a full collection. @throws Error where nothing is traced, as Python's does */
  takeSnapshot(): Snapshot {
    if (tracer()?.isTracing() === false) {
      throw new Error("the tracemalloc module must be tracing memory allocations to take a snapshot");
    }
    return Snapshot.of(readLines());
  },
  /**
   * Bytes alive now of what was allocated since tracing began, and the largest of all such readings: those of this function
   * and of `takeSnapshot()`. What was alive between two readings is not seen, as it is by Python's.
   */
  getTracedMemory(): [current: number, peak: number] {
    const current = readLines().reduce((sum, { liveBytes }) => sum + liveBytes, 0);
    return [current, peakBytes];
  },
  /** From here on the peak is that of later readings. */
  resetPeak(): void {
    peakBytes = 0;
    if (tracer()?.isTracing() === true) readLines();
  },
  /** Forgets what was allocated so far. */
  clearTraces(): void {
    peakBytes = 0;
    if (tracer()?.isTracing() === true) tracer()?.start();
  },
  Filter,
  Snapshot,
} as const;
