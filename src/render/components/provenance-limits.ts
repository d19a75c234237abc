import { formatBytes } from "../../analysis/format.ts";
import type { Trial, TrialSet } from "../../model/report-results.ts";
import type { ProvenanceValue } from "./provenance.ts";

/** More distinct values than these are told as a range. */
const MOST_LISTED = 6;

/** A description of the trials of each runtime, named where there are several. */
export function byRuntime(
  sets: readonly TrialSet[],
  describe: (trials: readonly Trial[]) => string | undefined,
): readonly ProvenanceValue[] {
  const versions = [...new Set(sets.map(({ environment }) => environment.node))];
  return versions.flatMap((node): ProvenanceValue[] => {
    const own = sets.filter(({ environment }) => environment.node === node);
    const text = describe(own.flatMap(({ trials }) => trials));
    return text === undefined ? [] : [{ label: versions.length > 1 ? `Node ${node}` : undefined, text, code: false }];
  });
}

/** The heap limits that V8 held to. */
export function describeHeapLimits(trials: readonly Trial[]): string | undefined {
  const bytes = trials.flatMap(({ limits }) => (limits === null ? [] : [limits.heapSizeLimitBytes]));
  const sorted = [...new Set(bytes)].sort((a, b) => a - b);
  const [least] = sorted;
  const most = sorted.at(-1);
  if (least === undefined || most === undefined) return undefined;
  const told = [...new Set(sorted.map((limit) => formatBytes(limit)))];
  if (told.length <= MOST_LISTED) return `${told.join(", ")} (effective)`;
  return `${formatBytes(least)} to ${formatBytes(most)}, ${told.length} different ones (effective)`;
}

/** What the semi-spaces of the young generation began with, and what they could grow to. */
export function describeSemiSpaces(trials: readonly Trial[]): string | undefined {
  const told = new Set(
    trials.flatMap(({ limits }) => {
      if (limits === null) return [];
      const { semiSpaceStartBytes: start, semiSpaceLimitBytes: limit } = limits;
      if (limit === null || limit <= start) return [formatBytes(start)];
      return [`${formatBytes(start)} growing to ${formatBytes(limit)}`];
    }),
  );
  if (told.size === 0) return undefined;
  return told.size <= MOST_LISTED ? `${[...told].join(", ")} (effective)` : `${told.size} different ones (effective)`;
}
