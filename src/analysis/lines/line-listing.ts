import type { LineProfile } from "../../model/line-profile.ts";
import type { Listing, ListingMark } from "../../model/line-views.ts";
import { lessExact, type NamedProfile, pairLines } from "./line-table.ts";

// Part of the bundle of cells that show listings: may import only modules that import no package.

export interface ListingOptions {
  readonly file: string;
  /** The run whose bytes are subtracted from those of the listed run. */
  readonly compareWith?: NamedProfile | undefined;
  /** Number of lines shown before and after each line that allocates. */
  readonly context: number;
}

/** Fewest lines that a listing hides. The mark of a shorter gap would take as much room as its lines. */
const LEAST_GAP = 4;

/** Longest file, in lines, that is shown whole. */
const WHOLE_LINES = 400;
const FEW_LINES = 5;

/** Number of context lines to show around each line that allocates, for a file of this length. */
export function contextOf(lineCount: number): number {
  return lineCount <= WHOLE_LINES ? WHOLE_LINES : FEW_LINES;
}

/** Listing of a file with the bytes of each line that allocates; null where no profile contains the file. */
export function listFile({ name, profile }: NamedProfile, options: ListingOptions): Listing | null {
  const { file, compareWith, context } = options;
  const text = textOf(profile, file) ?? (compareWith && textOf(compareWith.profile, file));
  if (text === undefined) return null;
  const marks = pairLines(profile, compareWith?.profile)
    .filter(({ line }) => line.file === file)
    .map(({ line, difference }): ListingMark => {
      const { liveBytes, allocatedBytes } = difference ?? line;
      return { line: line.line, liveBytes, allocatedBytes, functionLevelBytes: line.functionLevelBytes };
    })
    .filter(({ liveBytes, allocatedBytes }) => liveBytes !== 0 || allocatedBytes !== 0)
    .sort((a, b) => a.line - b.line);
  return {
    file,
    name,
    comparedWith: compareWith === undefined ? null : compareWith.name,
    instrumentation: lessExact(profile, compareWith?.profile),
    parts: cutParts(
      text,
      marks.map(({ line }) => line),
      context,
    ),
    lineCount: text.length,
    marks,
    total: largestTotal([profile, ...(compareWith === undefined ? [] : [compareWith.profile])]),
  };
}

function textOf({ sources }: LineProfile, file: string): readonly string[] | undefined {
  if (!Object.hasOwn(sources, file)) return undefined;
  const lines = sources[file] ?? [];
  // The text after the last line break is not a line.
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** The parts of a file within `context` lines of the lines in `near`, without blank lines at their ends. */
function cutParts(text: readonly string[], near: readonly number[], context: number): Listing["parts"] {
  const kept = new Array<boolean>(text.length).fill(false);
  for (const line of near) {
    const from = Math.max(0, line - 1 - context);
    kept.fill(true, from, Math.min(text.length, line + context));
  }
  // A short gap is shown.
  for (let start = 0; start < text.length; ) {
    let end = start;
    while (end < text.length && !kept[end]) end += 1;
    if (end > start && end - start < LEAST_GAP && near.length > 0) kept.fill(true, start, end);
    start = end + 1;
  }
  const parts: { firstLine: number; lines: string[] }[] = [];
  for (const [index, line] of text.entries()) {
    if (!kept[index]) continue;
    const last = parts.at(-1);
    if (last !== undefined && last.firstLine + last.lines.length === index + 1) last.lines.push(line);
    else parts.push({ firstLine: index + 1, lines: [line] });
  }
  return parts.flatMap(trimPart);
}

function trimPart({ firstLine, lines }: Listing["parts"][number]): Listing["parts"] {
  const isText = (line: string): boolean => line.trim() !== "";
  const start = lines.findIndex(isText);
  if (start === -1) return [];
  return [{ firstLine: firstLine + start, lines: lines.slice(start, lines.findLastIndex(isText) + 1) }];
}

/**
 * The larger total of each measure among the runs. Shares of a difference then do not depend on the order of the runs.
 */
function largestTotal(profiles: readonly LineProfile[]): Listing["total"] {
  const total = (key: "liveBytes" | "allocatedBytes"): number =>
    Math.max(
      ...profiles.map(({ lines, elsewhere }) => lines.reduce((bytes, line) => bytes + line[key], elsewhere[key])),
    );
  return { liveBytes: total("liveBytes"), allocatedBytes: total("allocatedBytes") };
}
