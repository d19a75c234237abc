import { diffArrays } from "diff";
import type { LineAllocation, LineProfile, StartUpAmounts } from "../model/line-profile.ts";

/**
 * Largest number of edits that the alignment of two files looks for. If files differ more, only lines with a unique
 * text are matched.
 */
const MOST_EDITS = 5000;
/**
 * Smallest share of lines that two files must have in common, relative to the smaller file, to be matched although
 * their paths differ.
 */
const LEAST_SHARED = 0.5;

type Lines = readonly string[];

/** Line numbers in one file by the matching line numbers in another; both count from 1. */
export type LineMatches = ReadonlyMap<number, number>;

/** Texts of lines without indentation, so that a line that was only indented counts as the same. */
const texts = (lines: Lines): string[] => lines.map((line) => line.trim());

/**
 * Numbers of the lines whose text occurs only once, by text. Short texts, such as `}`, are left out, because they
 * identify no line.
 */
function uniqueLines(lines: readonly string[], numbers: Iterable<number>): Map<string, number> {
  const found = new Map<string, number>();
  const repeated = new Set<string>();
  for (const number of numbers) {
    const text = lines[number - 1] ?? "";
    if (found.has(text)) repeated.add(text);
    found.set(text, number);
  }
  for (const text of found.keys()) if (repeated.has(text) || !/\w\W*\w/.test(text)) found.delete(text);
  return found;
}

/**
 * Matches the lines of two versions of a file by their text: in order first (E. W. Myers, "An O(ND) Difference Algorithm and Its
 * Variations", Algorithmica 1, 1986), then lines that moved, whose text occurs once among the rest of either.
 */
export function matchLines(before: Lines, after: Lines): LineMatches {
  const [from, to] = [texts(before), texts(after)];
  const matches = new Map<number, number>();
  const left = { before: new Set<number>(), after: new Set<number>() };
  const changes = diffArrays(from, to, { maxEditLength: MOST_EDITS });
  let [a, b] = [1, 1];
  for (const { count = 0, added, removed } of changes ?? []) {
    for (let k = 0; k < count; k += 1) {
      if (added) left.after.add(b++);
      else if (removed) left.before.add(a++);
      else matches.set(a++, b++);
    }
  }
  if (changes === undefined) {
    for (let number = 1; number <= from.length; number += 1) left.before.add(number);
    for (let number = 1; number <= to.length; number += 1) left.after.add(number);
  }
  const moved = uniqueLines(to, left.after);
  for (const [text, number] of uniqueLines(from, left.before)) {
    const target = moved.get(text);
    if (target !== undefined) matches.set(number, target);
  }
  return matches;
}

/** Share of the smaller file's lines, 0…1, that the other file also has. */
function sharedLines(one: Lines, other: Lines): number {
  const written = (lines: Lines): string[] => texts(lines).filter((text) => /\w\W*\w/.test(text));
  const [a, b] = [written(one), written(other)];
  const counts = new Map<string, number>();
  for (const text of b) counts.set(text, (counts.get(text) ?? 0) + 1);
  let shared = 0;
  for (const text of a) {
    const count = counts.get(text) ?? 0;
    if (count > 0) shared += 1;
    counts.set(text, count - 1);
  }
  return shared / Math.max(1, Math.min(a.length, b.length));
}

const baseName = (file: string): string => file.slice(file.lastIndexOf("/") + 1);

/**
 * Matches the files of two programs: by path first, else the most similar file; files with the same name are preferred.
 * Returns paths in `after` by path in `before`.
 */
function matchFiles(
  before: LineProfile["sources"],
  after: LineProfile["sources"],
  mains: readonly [before: string, after: string] | undefined,
): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const free = new Set(Object.keys(after));
  const match = (from: string, to: string): void => {
    files.set(from, to);
    free.delete(to);
  };
  if (mains !== undefined && Object.hasOwn(before, mains[0]) && free.has(mains[1])) match(...mains);
  const allocating = Object.keys(before).filter((file) => !files.has(file));
  for (const file of allocating) if (free.has(file)) match(file, file);
  const candidates = allocating
    .filter((file) => !files.has(file))
    .flatMap((from) =>
      [...free].map((to) => {
        const shared = sharedLines(before[from] ?? [], after[to] ?? []);
        return { from, to, shared, isNamesake: baseName(from) === baseName(to) };
      }),
    )
    .filter(({ shared }) => shared >= LEAST_SHARED)
    .sort((x, y) => Number(y.isNamesake) - Number(x.isNamesake) || y.shared - x.shared || (x.from < y.from ? -1 : 1));
  for (const { from, to } of candidates) if (!files.has(from) && free.has(to)) match(from, to);
  return files;
}

const AMOUNTS = ["liveBytes", "liveObjects", "allocatedBytes", "allocations", "functionLevelBytes"] as const;

/** The amounts of a line without those of its module's start. */
function lessStartUp(line: LineAllocation, startUp: StartUpAmounts): LineAllocation {
  return {
    ...line,
    startUp: undefined,
    liveBytes: line.liveBytes - startUp.liveBytes,
    liveObjects: line.liveObjects - startUp.liveObjects,
    allocatedBytes: line.allocatedBytes - startUp.allocatedBytes,
    allocations: line.allocations - startUp.allocations,
    functionLevelBytes: line.functionLevelBytes - startUp.allocatedBytes,
  };
}

/** Sums lines with the same file and number; lines without amounts are left out. */
function sumByPlace(lines: readonly LineAllocation[]): LineAllocation[] {
  const sums = new Map<string, LineAllocation>();
  for (const line of lines) {
    const key = `${line.line}:${line.file}`;
    const known = sums.get(key);
    if (known === undefined) {
      if (AMOUNTS.some((amount) => line[amount] !== 0)) sums.set(key, line);
      continue;
    }
    const sum = Object.fromEntries(AMOUNTS.map((amount) => [amount, known[amount] + line[amount]]));
    const startUp = known.startUp ?? line.startUp;
    sums.set(key, { ...known, ...sum, ...(startUp === undefined ? {} : { startUp }) });
  }
  return [...sums.values()];
}

/**
 * Moves a profile's lines to the positions of another program. Each line that the other program also has gets the file
 * and number there. Other lines keep their file, which is renamed `a.js (name)` if the other program has an `a.js`.
 *
 * @param name name of the profile, used in renamed files
 * @param mains paths of the two main files, which are matched whatever they are called
 */
export function alignProfile(
  before: LineProfile,
  after: LineProfile,
  name: string,
  mains?: readonly [before: string, after: string],
): LineProfile {
  const files = matchFiles(before.sources, after.sources, mains);
  const matches = new Map(
    [...files].map(([from, to]) => [from, matchLines(before.sources[from] ?? [], after.sources[to] ?? [])]),
  );
  const apart = (file: string): string => (Object.hasOwn(after.sources, file) ? `${file} (${name})` : file);
  const place = ({ file, line }: Pick<LineAllocation, "file" | "line">): { file: string; line: number } => {
    const number = matches.get(file)?.get(line);
    const target = files.get(file);
    return number === undefined || target === undefined ? { file: apart(file), line } : { file: target, line: number };
  };
  const moved = before.lines.flatMap((line): LineAllocation[] => {
    const { startUp } = line;
    if (startUp === undefined) return [{ ...line, ...place(line) }];
    // A module's start is always at line 1, even if line 1 has moved.
    const start = { ...line, ...startUp, file: files.get(line.file) ?? apart(line.file), line: 1 };
    const rest = { ...lessStartUp(line, startUp), ...place(line) };
    return [{ ...start, functionLevelBytes: startUp.allocatedBytes }, rest];
  });
  const lines = sumByPlace(moved);
  const used = new Set(lines.map(({ file }) => file));
  const kept = Object.entries(before.sources).map(([file, source]) => [apart(file), source] as const);
  return { ...before, lines, sources: Object.fromEntries(kept.filter(([file]) => used.has(file))) };
}
