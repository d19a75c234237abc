import { numberDifferences, type ReadLine, readLine } from "./number-text.ts";

/** A piece of a line; `marked` if it differs from the other line. */
export interface MarkedText {
  readonly text: string;
  readonly marked: boolean;
}

/** A line of the recorded output, paired with a line of the new output. */
export interface ComparedLine {
  /** `near`: the lines differ only in blanks, in the notation of numbers, or in numbers within the tolerance. */
  readonly state: "same" | "near" | "different" | "missing" | "new";
  /** Undefined for a line that only the new output has. */
  readonly recorded: readonly MarkedText[] | undefined;
  /** Undefined for a line that only the recorded output has. */
  readonly obtained: readonly MarkedText[] | undefined;
  /** Relative differences of the numbers that differ: 0.01 if the new number is 1 % larger. */
  readonly differences: readonly number[];
}

/**
 * Most pairs of lines that are aligned by similarity, which takes time and memory for each pair. Larger outputs are
 * paired in order.
 */
const MOST_PAIRS = 250_000;
/** Least share of common words with which two lines count as versions of the same line. */
const LEAST_SIMILAR = 0.5;

/**
 * Aligns two outputs line by line, so that a missing line does not make all later lines different. Finds the alignment
 * with the greatest sum of similarity (Needleman and Wunsch, J. Mol. Biol. 48, 1970, with gaps free of cost).
 *
 * @param tolerance relative tolerance of numbers, 0.01 for 1 %
 * @returns one row for each pair of lines, and for each line without a counterpart
 */
export function compareOutputs(recorded: string, obtained: string, tolerance: number): readonly ComparedLine[] {
  const [old, now] = [recorded, obtained].map((text) => splitLines(text).map(readWords)) as [Line[], Line[]];
  const steps = align(old, now, tolerance);
  return pairLeftovers(steps).map(([from, to]) => compareLine(from, to, tolerance));
}

interface Line extends ReadLine {
  readonly text: string;
  readonly words: ReadonlySet<string>;
}

type Step = readonly [recorded: Line | undefined, obtained: Line | undefined];

function splitLines(text: string): string[] {
  const trimmed = text.replace(/\r\n?/g, "\n").trimEnd();
  return trimmed === "" ? [] : trimmed.split("\n");
}

function readWords(text: string): Line {
  const read = readLine(text);
  return { ...read, text, words: new Set(read.skeleton.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "")) };
}

function largestDifference(from: Line, to: Line): number {
  return numberDifferences(from, to).reduce((most, each) => (Math.abs(each) > Math.abs(most) ? each : most), 0);
}

/**
 * Whether a difference is within the tolerance; allows for floating-point rounding, so that 101 is within 1 % of 100.
 */
function isWithin(difference: number, tolerance: number): boolean {
  return Math.abs(difference) <= tolerance * (1 + 1e-9);
}

/**
 * Similarity of two lines for the alignment: 0 for unrelated lines, 0.5 for blank lines, 1.5 to 2 for lines with common
 * words, 3 for lines that differ in numbers, 4 for equal lines.
 */
function similarityOf(from: Line, to: Line, tolerance: number): number {
  if (from.skeleton === to.skeleton) {
    if (from.skeleton === "") return 0.5;
    return isWithin(largestDifference(from, to), tolerance) ? 4 : 3;
  }
  if (from.words.size === 0 || to.words.size === 0) return 0;
  let common = 0;
  for (const word of from.words) if (to.words.has(word)) common += 1;
  const share = (2 * common) / (from.words.size + to.words.size);
  return share >= LEAST_SIMILAR ? 1 + share : 0;
}

function align(old: readonly Line[], now: readonly Line[], tolerance: number): Step[] {
  let start = 0;
  while (start < old.length && start < now.length && old[start]?.text === now[start]?.text) start += 1;
  const head = old.slice(0, start).map((line, index): Step => [line, now[index]]);
  const [oldRest, nowRest] = [old.slice(start), now.slice(start)];
  if (oldRest.length * nowRest.length > MOST_PAIRS) {
    const longest = Math.max(oldRest.length, nowRest.length);
    return [...head, ...Array.from({ length: longest }, (_, index): Step => [oldRest[index], nowRest[index]])];
  }
  return [...head, ...alignRest(oldRest, nowRest, tolerance)];
}

function alignRest(old: readonly Line[], now: readonly Line[], tolerance: number): Step[] {
  const width = now.length + 1;
  // best[i * width + j]: greatest sum of similarities for the lines from index i in `old` and from index j in `now`.
  const best = new Float64Array((old.length + 1) * width);
  const like = new Float64Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      const [from, to] = [old[i], now[j]];
      like[at] = from === undefined || to === undefined ? 0 : similarityOf(from, to, tolerance);
      const paired = like[at] === 0 ? 0 : (like[at] ?? 0) + (best[at + width + 1] ?? 0);
      best[at] = Math.max(paired, best[at + width] ?? 0, best[at + 1] ?? 0);
    }
  }
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const at = i * width + j;
    const isPair = i < old.length && j < now.length && like[at] !== 0;
    if (isPair && best[at] === (like[at] ?? 0) + (best[at + width + 1] ?? 0)) {
      steps.push([old[i++], now[j++]]);
    } else if (i < old.length && (j === now.length || best[at] === best[at + width])) steps.push([old[i++], undefined]);
    else steps.push([undefined, now[j++]]);
  }
  return steps;
}

/** Pairs removed lines with added lines, in order, wherever equally many of both follow each other. */
function pairLeftovers(steps: readonly Step[]): Step[] {
  const result: Step[] = [];
  let gone: Line[] = [];
  let came: Line[] = [];
  const flush = (): void => {
    if (gone.length === came.length) result.push(...gone.map((line, index): Step => [line, came[index]]));
    else result.push(...gone.map((line): Step => [line, undefined]), ...came.map((line): Step => [undefined, line]));
    [gone, came] = [[], []];
  };
  for (const [from, to] of steps) {
    if (from !== undefined && to !== undefined) {
      flush();
      result.push([from, to]);
    } else if (from !== undefined) gone.push(from);
    else if (to !== undefined) came.push(to);
  }
  flush();
  return result;
}

function compareLine(from: Line | undefined, to: Line | undefined, tolerance: number): ComparedLine {
  if (from === undefined || to === undefined) {
    return {
      state: from === undefined ? "new" : "missing",
      recorded: from === undefined ? undefined : plain(from.text),
      obtained: to === undefined ? undefined : plain(to.text),
      differences: [],
    };
  }
  if (from.text === to.text) {
    return { state: "same", recorded: plain(from.text), obtained: plain(to.text), differences: [] };
  }
  if (from.skeleton !== to.skeleton) {
    const [recorded, obtained] = markMiddle(from.text, to.text);
    return { state: "different", recorded, obtained, differences: [] };
  }
  const differences = numberDifferences(from, to);
  const beyond = differences.map((each) => !isWithin(each, tolerance));
  return {
    state: beyond.includes(true) ? "different" : "near",
    recorded: markNumbers(from, beyond),
    obtained: markNumbers(to, beyond),
    differences: differences.filter((each) => each !== 0),
  };
}

function plain(text: string): readonly MarkedText[] {
  return [{ text, marked: false }];
}

function markNumbers(line: ReadLine, beyond: readonly boolean[]): readonly MarkedText[] {
  let number = 0;
  return line.pieces.map(({ text, ...piece }) => ({
    text,
    marked: piece.number !== undefined && beyond[number++] === true,
  }));
}

/** Marks the part of two lines between their common first and common last words. */
function markMiddle(from: string, to: string): [readonly MarkedText[], readonly MarkedText[]] {
  const [a, b] = [from.split(/(\s+)/), to.split(/(\s+)/)];
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const mark = (words: readonly string[]): readonly MarkedText[] =>
    [
      { text: words.slice(0, head).join(""), marked: false },
      { text: words.slice(head, words.length - tail).join(""), marked: true },
      { text: words.slice(words.length - tail).join(""), marked: false },
    ].filter(({ text }) => text !== "");
  return [mark(a), mark(b)];
}
