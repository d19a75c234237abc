import type { LineAllocation, LineProfile } from "../../model/line-profile.ts";
import type { AllocationMeasure } from "../../model/line-views.ts";

// Texts and order follow CPython's Lib/tracemalloc.py (3.11), so that Heapbook and Python print the same text.

/** Key by which lines are grouped. */
export type StatisticKey = "lineno" | "filename";

/** Memory of one line, or of one file. */
export interface Statistic {
  readonly file: string;
  /** 0 for a whole file, as in Python. */
  readonly line: number;
  readonly size: number;
  readonly count: number;
}

/** A statistic with its difference from an earlier one. */
export interface StatisticDiff extends Statistic {
  readonly sizeDiff: number;
  readonly countDiff: number;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Rounds to a whole number as C's printf does: halves to the even number. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** A size in Python's form, `25.2 MiB`; with a sign where it is a difference. */
export function formatTraceSize(bytes: number, signed = false): string {
  let size = bytes;
  const sign = (text: string): string => (signed && !text.startsWith("-") ? `+${text}` : text);
  for (const unit of UNITS) {
    if (Math.abs(size) < 100 && unit !== "B") return sign(`${size.toFixed(1)} ${unit}`);
    if (Math.abs(size) < 10 * 1024 || unit === "TiB") return sign(`${roundHalfEven(size)} ${unit}`);
    size /= 1024;
  }
  throw new Error("every size has a unit");
}

const placeOf = ({ file, line }: Statistic): string => `${file}:${line}`;
const averageOf = ({ size, count }: Statistic): string =>
  count === 0 ? "" : `, average=${formatTraceSize(size / count)}`;
const signedCount = (count: number): string => (count < 0 ? String(count) : `+${count}`);

/** `base-library.ts:39: size=25.2 MiB, count=400000, average=66 B` */
export function formatStatistic(statistic: Statistic): string {
  const { size, count } = statistic;
  return `${placeOf(statistic)}: size=${formatTraceSize(size)}, count=${count}${averageOf(statistic)}`;
}

/** `base-library.ts:39: size=25.2 MiB (+25.2 MiB), count=400000 (+400000), average=66 B` */
export function formatStatisticDiff(statistic: StatisticDiff): string {
  const { size, sizeDiff, count, countDiff } = statistic;
  const sizes = `size=${formatTraceSize(size)} (${formatTraceSize(sizeDiff, true)})`;
  return `${placeOf(statistic)}: ${sizes}, count=${count} (${signedCount(countDiff)})${averageOf(statistic)}`;
}

/** Converts lines to statistics; lines with neither bytes nor objects are left out. */
export function toStatistics(lines: readonly LineAllocation[], amount: AllocationMeasure): Statistic[] {
  return lines
    .map(({ file, line, liveBytes, liveObjects, allocatedBytes, allocations }) =>
      amount === "allocated"
        ? { file, line, size: allocatedBytes, count: allocations }
        : { file, line, size: liveBytes, count: liveObjects },
    )
    .filter(({ size, count }) => size !== 0 || count !== 0);
}

/** Sums of statistics by line or by file. */
function group(statistics: readonly Statistic[], key: StatisticKey): Map<string, Statistic> {
  const groups = new Map<string, Statistic>();
  for (const { file, line, size, count } of statistics) {
    const place = { file, line: key === "filename" ? 0 : line, size: 0, count: 0 };
    const known = groups.get(placeOf(place)) ?? place;
    groups.set(placeOf(place), { ...known, size: known.size + size, count: known.count + count });
  }
  return groups;
}

/** Compares in descending order: by the first number that differs, then by file and line. */
function descending<T extends Statistic>(numbers: (statistic: T) => readonly number[]): (a: T, b: T) => number {
  return (a, b) => {
    const [first, second] = [numbers(a), numbers(b)];
    for (const [i, value] of first.entries()) if (value !== second[i]) return (second[i] ?? 0) - value;
    if (a.file !== b.file) return a.file < b.file ? 1 : -1;
    return b.line - a.line;
  };
}

/** Statistics by line or by file, the largest first: `Snapshot.statistics()`. */
export function sumStatistics(statistics: readonly Statistic[], key: StatisticKey): Statistic[] {
  return [...group(statistics, key).values()].sort(descending(({ size, count }) => [size, count]));
}

/** Differences of two lists of statistics, the largest first: `Snapshot.compare_to()`. */
export function compareStatistics(
  now: readonly Statistic[],
  before: readonly Statistic[],
  key: StatisticKey,
): StatisticDiff[] {
  const [later, earlier] = [group(now, key), group(before, key)];
  const places = new Set([...later.keys(), ...earlier.keys()]);
  return [...places]
    .flatMap((place): StatisticDiff[] => {
      const [there, was] = [later.get(place), earlier.get(place)];
      const where = there ?? was;
      if (where === undefined) return [];
      const { size, count } = there ?? { size: 0, count: 0 };
      const sizeDiff = size - (was?.size ?? 0);
      const countDiff = count - (was?.count ?? 0);
      return [{ file: where.file, line: where.line, size, count, sizeDiff, countDiff }];
    })
    .sort(descending(({ size, sizeDiff, count, countDiff }) => [Math.abs(sizeDiff), size, Math.abs(countDiff), count]));
}

/** The text of a line without the blanks around it; empty where the source is unknown. */
export function sourceLine(sources: LineProfile["sources"], file: string, line: number): string {
  return (sources[file]?.[line - 1] ?? "").trim();
}
