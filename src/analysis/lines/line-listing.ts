import type { LineProfile } from "../../model/line-profile.ts";
import type { Listing, ListingMark } from "../../model/line-views.ts";
import { lessExact, type NamedProfile, pairLines } from "./line-table.ts";

// Bundled into cells that show listings: imports nothing but what is as free of dependencies.

export interface ListingOptions {
  readonly file: string;
  /** The run that differences are from. */
  readonly compareWith?: NamedProfile | undefined;
  /** Lines kept around each that allocates; what lies farther off is left out. */
  readonly context: number;
}

/** Fewer lines than this are not worth leaving out: the gap would take as much room. */
const LEAST_GAP = 4;

/** Files up to here are listed whole. */
const WHOLE_LINES = 400;
const FEW_LINES = 5;

/** Lines to keep around each that allocates, in a file of so many. */
export function contextOf(lineCount: number): number {
  return lineCount <= WHOLE_LINES ? WHOLE_LINES : FEW_LINES;
}

/** A file of a profile, each line that allocates with its bytes; null where no profile has the file. */
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
  // What stands after the last line break is no line.
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** Stretches of the file with all lines that are near one of `near`; blank lines at their ends are left out. */
function cutParts(text: readonly string[], near: readonly number[], context: number): Listing["parts"] {
  const kept = new Array<boolean>(text.length).fill(false);
  for (const line of near) {
    const from = Math.max(0, line - 1 - context);
    kept.fill(true, from, Math.min(text.length, line + context));
  }
  // A short gap is shown rather than told.
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

/** Of two runs shares are of the larger, so that a difference has the same weight whichever stands first. */
function largestTotal(profiles: readonly LineProfile[]): Listing["total"] {
  const total = (key: "liveBytes" | "allocatedBytes"): number =>
    Math.max(
      ...profiles.map(({ lines, elsewhere }) => lines.reduce((bytes, line) => bytes + line[key], elsewhere[key])),
    );
  return { liveBytes: total("liveBytes"), allocatedBytes: total("allocatedBytes") };
}
