import { formatBytes } from "../../analysis/format.ts";
import type { Trial, TrialSet } from "../../model/report-results.ts";
import { join } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import type { ProvenanceValue } from "./provenance.ts";

/** Largest number of distinct values that are listed; more are summarized, for example as a range. */
const MOST_LISTED = 6;

/**
 * Describes the trials of each Node version, by `describe`. If there are several versions, each label names its
 * version.
 */
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

/** Lists the heap limits that V8 reported; undefined if no trial reported any. */
export function describeHeapLimits(trials: readonly Trial[]): string | undefined {
  const bytes = trials.flatMap(({ limits }) => (limits === null ? [] : [limits.heapSizeLimitBytes]));
  const sorted = [...new Set(bytes)].sort((a, b) => a - b);
  const [least] = sorted;
  const most = sorted.at(-1);
  if (least === undefined || most === undefined) return undefined;
  const limits = [...new Set(sorted.map((limit) => formatBytes(limit)))];
  if (limits.length <= MOST_LISTED) return say("effective", { values: join(limits, "list") });
  return say("effectiveRange", { low: formatBytes(least), high: formatBytes(most), n: limits.length });
}

/**
 * Lists the initial and maximum sizes of V8's semi-spaces (young generation), the smallest first; undefined if no trial
 * reported any.
 */
export function describeSemiSpaces(trials: readonly Trial[]): string | undefined {
  const sizes = trials.flatMap(({ limits }) => {
    if (limits === null) return [];
    const { semiSpaceStartBytes: start, semiSpaceLimitBytes: limit } = limits;
    return [{ start, limit: limit === null ? start : Math.max(start, limit) }];
  });
  sizes.sort((a, b) => a.start - b.start || a.limit - b.limit);
  const spaces = new Set(sizes.map(describeSize));
  const [least] = sizes;
  if (least === undefined) return undefined;
  if (spaces.size > MOST_LISTED) {
    const most = sizes.reduce((largest, { limit }) => Math.max(largest, limit), 0);
    return say("effectiveRange", { low: formatBytes(least.start), high: formatBytes(most), n: spaces.size });
  }
  // A comma would read as if one semi-space grew to several sizes.
  const sign = sizes.some(({ start, limit }) => limit > start) ? "semicolon" : "list";
  return say("effective", { values: join([...spaces], sign) });
}

function describeSize({ start, limit }: { readonly start: number; readonly limit: number }): string {
  if (limit === start) return formatBytes(start);
  return say("growing", { start: formatBytes(start), limit: formatBytes(limit) });
}
