import { diffArrays } from "diff";
import { bytesBy, pairLines, sourceOf } from "../analysis/lines/line-table.ts";
import { marginOfError } from "../analysis/margin-of-error.ts";
import type { LineProfile } from "../model/line-profile.ts";
import type { VariantResult } from "../model/report-results.ts";
import { lineProfilesOf } from "../results/result-module.ts";
import type { LineDiff } from "./types.ts";

/** Maps line numbers of the old text to line numbers of the new one; removed lines get negative numbers. */
interface Renumbering {
  readonly toAfter: ReadonlyMap<number, number>;
}

/**
 * Lists the lines of one variant whose allocated or live bytes differ. Lines of the two texts are aligned first (E. W.
 * Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1, 1986); a moved line, and a line edited in
 * place, count as the same line. Estimated differences within their 95 % margin of error are left out.
 * @returns an empty list if a side has no line profile, or if the engines differ
 */
export function compareLines(cell: string, before: VariantResult, after: VariantResult): LineDiff[] {
  const earlier = new Map(lineProfilesOf(before).map((profile) => [profile.region, profile]));
  return lineProfilesOf(after).flatMap((profile) => {
    const base = earlier.get(profile.region);
    if (base === undefined || base.instrumentation.engine !== profile.instrumentation.engine) return [];
    return compareProfiles(profile, base).map((line) => ({ cell, params: after.params, ...line }));
  });
}

function compareProfiles(after: LineProfile, before: LineProfile): Omit<LineDiff, "cell" | "params">[] {
  const files = [...new Set([...Object.keys(before.sources), ...Object.keys(after.sources)])];
  const renumberings = new Map(
    files.map((file) => [file, alignLines(before.sources[file] ?? [], after.sources[file] ?? [])]),
  );
  const earlierLine = new Map<string, number>();
  const moved = before.lines.map((line) => {
    const number = renumberings.get(line.file)?.toAfter.get(line.line) ?? line.line;
    earlierLine.set(`${number}:${line.file}`, line.line);
    return { ...line, line: number };
  });
  return pairLines(after, { ...before, lines: moved }).flatMap(({ line, difference, error }) =>
    (["allocated", "live"] as const).flatMap((by) => {
      const differenceBytes = difference === null ? 0 : bytesBy(by, difference);
      const margin = error === undefined ? 0 : marginOfError(bytesBy(by, error));
      if (differenceBytes === 0 || Math.abs(differenceBytes) <= margin) return [];
      const lineAfter = line.line < 0 ? null : line.line;
      const lineBefore = earlierLine.get(`${line.line}:${line.file}`) ?? numberBefore(renumberings, line);
      const source =
        lineAfter === null
          ? sourceOf({ file: line.file, line: lineBefore ?? 0 }, before)
          : sourceOf({ file: line.file, line: lineAfter }, after);
      const afterBytes = bytesBy(by, line);
      return [
        {
          region: after.region,
          file: line.file,
          lineBefore,
          lineAfter,
          source: source.trim(),
          by,
          beforeBytes: afterBytes - differenceBytes,
          afterBytes,
          differenceBytes,
        },
      ];
    }),
  );
}

/** The line's number in the old text; null for a new line. */
function numberBefore(
  renumberings: ReadonlyMap<string, Renumbering>,
  { file, line }: { readonly file: string; readonly line: number },
): number | null {
  for (const [from, to] of renumberings.get(file)?.toAfter ?? []) if (to === line) return from;
  return null;
}

/** Largest number of edits that the alignment searches for; texts with more edits are compared by line number. */
const MOST_EDITS = 5000;

function alignLines(before: readonly string[], after: readonly string[]): Renumbering {
  const toAfter = new Map<number, number>();
  const changes = diffArrays([...before], [...after], { maxEditLength: MOST_EDITS });
  if (changes === undefined) return { toAfter };
  let [from, to] = [1, 1];
  for (let index = 0; index < changes.length; index += 1) {
    const { count = 0, added, removed } = changes[index] ?? { added: false, removed: false };
    if (added) {
      to += count;
      continue;
    }
    if (!removed) {
      for (let k = 0; k < count; k += 1) toAfter.set(from + k, to + k);
      [from, to] = [from + count, to + count];
      continue;
    }
    // Replaced lines: pairs are taken as edited in place, in order; surplus lines are removed.
    const next = changes[index + 1];
    const replaced = next?.added === true ? Math.min(count, next.count ?? 0) : 0;
    for (let k = 0; k < count; k += 1) toAfter.set(from + k, k < replaced ? to + k : -(from + k));
    from += count;
  }
  return { toAfter };
}
