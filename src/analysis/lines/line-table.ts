import type { MeasuredInstrumentation } from "../../model/instrumentation.ts";
import type { LineAllocation, LineProfile, RegionProfile, SampledError } from "../../model/line-profile.ts";
import type { AllocationMeasure, LineCounts, LineTable, LineTableRow, LineTableSum } from "../../model/line-views.ts";
import { combineErrors } from "../margin-of-error.ts";

// Part of the bundle of cells that show lines: may import only types, and modules of this folder that import no package.

/** A line profile with the name that tables and charts show. */
export interface NamedProfile {
  readonly name: string;
  readonly profile: LineProfile;
}

/** The profile whose bytes this measure shows; for `peak` the profile at the peak, undefined if none was recorded. */
export function profileBy(by: AllocationMeasure, profile: RegionProfile): LineProfile | undefined {
  return by === "peak" ? profile.atPeak : profile;
}

export interface LineTableOptions {
  readonly by: AllocationMeasure;
  /** Number of lines shown. */
  readonly top: number;
  /** The run whose bytes are subtracted. */
  readonly compareWith?: NamedProfile | undefined;
}

/** A line of one or both runs. A run in which the line did not allocate counts as 0. */
interface LinePair {
  readonly line: LineAllocation;
  readonly difference: LineCounts | null;
  /** Standard errors of the line, or of the difference of two runs; undefined where both are exact. */
  readonly error?: SampledError | undefined;
}

/** Number of places with syntax outside of markers that a table names. */
const MOST_NAMED_PLACES = 3;

/**
 * The bytes of this measure: `allocatedBytes` for `allocated`, else `liveBytes`. For `peak` the counts must come from
 * the profile at the peak.
 */
export function bytesBy(by: AllocationMeasure, counts: Pick<LineCounts, "liveBytes" | "allocatedBytes">): number {
  return by === "allocated" ? counts.allocatedBytes : counts.liveBytes;
}

/** Number of allocations or live objects that goes with the bytes of this measure, to compute the average size. */
export function countBy(by: AllocationMeasure, counts: Pick<LineCounts, "liveObjects" | "allocations">): number {
  return by === "allocated" ? counts.allocations : counts.liveObjects;
}

/**
 * Table of the lines with most bytes, in descending order. A comparison shows the lines that differ most, in the order of CPython's
 * `Snapshot.compare_to`. `rows`, `others` and `elsewhere` add up to `total`.
 */
export function tabulateLines({ name, profile }: NamedProfile, { by, top, compareWith }: LineTableOptions): LineTable {
  const pairs = pairLines(profile, compareWith?.profile);
  const weigh = ({ line, difference }: LinePair): number => Math.abs(bytesBy(by, difference ?? line));
  const sorted = pairs
    .filter((pair) => weigh(pair) > 0 || bytesBy(by, pair.line) > 0)
    .sort((a, b) => weigh(b) - weigh(a) || bytesBy(by, b.line) - bytesBy(by, a.line) || comparePlaces(a.line, b.line));
  const shown = new Set(sorted.slice(0, top));
  const rest = pairs.filter((pair) => !shown.has(pair));
  const others = { ...sumPairs(rest, compareWith !== undefined), lines: rest.length };
  const elsewhere = elsewhereOf(profile, compareWith?.profile);
  const all = [sumPairs(pairs, compareWith !== undefined), elsewhere];
  return {
    name,
    comparedWith: compareWith === undefined ? null : compareWith.name,
    by,
    instrumentation: lessExact(profile, compareWith?.profile),
    rows: [...shown].map(
      ({ line, difference, error }): LineTableRow => ({
        ...line,
        ...(error === undefined ? {} : { errorBytes: bytesBy(by, error) }),
        source: sourceOf(line, profile, compareWith?.profile).trim(),
        difference,
      }),
    ),
    others,
    elsewhere,
    total: {
      liveBytes: sum(all.map((one) => one.liveBytes)),
      allocatedBytes: sum(all.map((one) => one.allocatedBytes)),
      difference:
        compareWith === undefined
          ? null
          : {
              liveBytes: sum(all.map((one) => one.difference?.liveBytes ?? 0)),
              allocatedBytes: sum(all.map((one) => one.difference?.allocatedBytes ?? 0)),
            },
    },
    notInstrumented: {
      places: profile.notInstrumented.slice(0, MOST_NAMED_PLACES),
      count: profile.notInstrumented.length,
    },
    inexact: { places: profile.inexact.slice(0, MOST_NAMED_PLACES), count: profile.inexact.length },
    functionLevelBytes: sum(pairs.map(({ line }) => line.functionLevelBytes)),
  };
}

/**
 * The instrumentation of the less exact of two compared profiles, with the bytes that both may have too much; the
 * profile's own if there is no `base`.
 */
export function lessExact({ instrumentation }: LineProfile, base: LineProfile | undefined): MeasuredInstrumentation {
  if (base === undefined) return instrumentation;
  const lesser = instrumentation.engine === "tracker" ? base.instrumentation : instrumentation;
  if (lesser.engine === "sampler") return lesser;
  const errorBoundBytes = errorBoundOf(instrumentation) + errorBoundOf(base.instrumentation);
  return errorBoundBytes === 0 ? lesser : { ...lesser, errorBoundBytes };
}

/** Bytes by which a profile may be off, at most, because of code that is counted inexactly; 0 for samples. */
export const errorBoundOf = (instrumentation: MeasuredInstrumentation): number =>
  instrumentation.engine === "sampler" ? 0 : (instrumentation.errorBoundBytes ?? 0);

/** Every line of one or two runs, paired by file and number; each pair holds the difference of the two runs. */
export function pairLines(profile: LineProfile, base: LineProfile | undefined): readonly LinePair[] {
  if (base === undefined) return profile.lines.map((line) => ({ line, difference: null, error: line.standardError }));
  const keyOf = ({ file, line }: LineAllocation): string => `${line}:${file}`;
  const own = new Map(profile.lines.map((line) => [keyOf(line), line]));
  const other = new Map(base.lines.map((line) => [keyOf(line), line]));
  const none = { liveBytes: 0, liveObjects: 0, allocatedBytes: 0, allocations: 0, functionLevelBytes: 0 };
  return [...new Set([...own.keys(), ...other.keys()])].flatMap((key): LinePair[] => {
    const [a, b] = [own.get(key), other.get(key)];
    const place = a ?? b;
    if (place === undefined) return [];
    const line = a ?? { ...none, file: place.file, line: place.line };
    return [
      { line, difference: subtract(line, b ?? none), error: errorOfDifference(line.standardError, b?.standardError) },
    ];
  });
}

/** Source text of a line, from the first profile that contains the line; empty if none does. */
export function sourceOf(
  place: Pick<LineAllocation, "file" | "line">,
  ...profiles: (LineProfile | undefined)[]
): string {
  for (const profile of profiles) {
    const lines =
      profile !== undefined && Object.hasOwn(profile.sources, place.file) ? profile.sources[place.file] : [];
    const text = lines?.[place.line - 1];
    if (text !== undefined) return text;
  }
  return "";
}

/** Compares by file, then by line. */
export function comparePlaces(
  a: Pick<LineAllocation, "file" | "line">,
  b: Pick<LineAllocation, "file" | "line">,
): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line;
}

function subtract(a: LineCounts, b: LineCounts): LineCounts {
  return {
    liveBytes: a.liveBytes - b.liveBytes,
    liveObjects: a.liveObjects - b.liveObjects,
    allocatedBytes: a.allocatedBytes - b.allocatedBytes,
    allocations: a.allocations - b.allocations,
  };
}

/** Standard error of the difference of two runs, whose errors are independent; undefined if both are exact. */
function errorOfDifference(a: SampledError | undefined, b: SampledError | undefined): SampledError | undefined {
  return a === undefined && b === undefined ? undefined : combineErrors([a, b]);
}

function sumPairs(pairs: readonly LinePair[], compared: boolean): LineTableSum {
  return {
    liveBytes: sum(pairs.map(({ line }) => line.liveBytes)),
    allocatedBytes: sum(pairs.map(({ line }) => line.allocatedBytes)),
    difference: compared
      ? {
          liveBytes: sum(pairs.map(({ difference }) => difference?.liveBytes ?? 0)),
          allocatedBytes: sum(pairs.map(({ difference }) => difference?.allocatedBytes ?? 0)),
        }
      : null,
  };
}

function elsewhereOf({ elsewhere }: LineProfile, base: LineProfile | undefined): LineTableSum {
  return {
    ...elsewhere,
    difference:
      base === undefined
        ? null
        : {
            liveBytes: elsewhere.liveBytes - base.elsewhere.liveBytes,
            allocatedBytes: elsewhere.allocatedBytes - base.elsewhere.allocatedBytes,
          },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
