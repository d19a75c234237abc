import { join } from "node:path";
import { formatDifference } from "../../analysis/comparison-text.ts";
import { formatValue } from "../../analysis/format.ts";
import type { RecordedOutput } from "../../document/recorded-output.ts";
import { readRegularText } from "../../files.ts";
import { join as joinTexts, withAside } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { type ComparedLine, compareOutputs, type MarkedText } from "../text/output-diff.ts";

/** The result of comparing a recorded output, line by line, with the stdout of the cell. */
export interface ComparedOutput {
  /** Title of the recorded output: its source, and its variants if other variants share the output. */
  readonly source: string;
  /** Relative tolerance of numbers: 0.01 for 1 %. */
  readonly tolerance: number;
  readonly lines: readonly ComparedLine[];
}

/**
 * Compares the stdout of a cell with a recorded output.
 *
 * @param obtained stdout of the cell
 * @param folder folder of the report, to which the path of a recorded file is relative
 * @param variants names of the variants to state beside the source; empty if all variants with this output share the
 *   recorded one
 */
export function compareRecorded(
  recorded: RecordedOutput,
  obtained: string,
  folder: string,
  variants: string,
): ComparedOutput {
  return {
    source: variants === "" ? recorded.source : withAside(recorded.source, variants),
    tolerance: recorded.tolerance,
    lines: compareOutputs(readRecorded(recorded, folder), obtained, recorded.tolerance),
  };
}

/** The recorded text, from the cell or from a file. A check before the run has made sure that the file exists. */
export function readRecorded({ text, file }: RecordedOutput, folder: string): string {
  return text ?? readRegularText(join(folder, file ?? ""));
}

const STATES: Readonly<Record<ComparedLine["state"], "stateSame" | "stateDifferent" | "stateMissing" | "stateNew">> = {
  same: "stateSame",
  near: "stateSame",
  different: "stateDifferent",
  missing: "stateMissing",
  new: "stateNew",
};

/** State of a line in words. A line within the tolerance counts as the same. */
export function nameLineState({ state }: ComparedLine): string {
  return say(STATES[state]);
}

/**
 * Sums up a comparison: `Recorded output and this run: 2 of 3 lines are the same; numbers within 1 % count as equal`.
 */
export function describeCompared({ lines, tolerance }: ComparedOutput): string {
  const filled = lines.filter(({ recorded, obtained }) =>
    [recorded, obtained].some((text) => textOf(text).trim() !== ""),
  );
  const same = filled.filter(({ state }) => state === "same" || state === "near").length;
  const compared = say("recordedSame", { same, n: filled.length });
  const within = tolerance === 0 ? [] : [say("withinEqual", { percent: formatValue(tolerance * 100, "%") })];
  return joinTexts([compared, ...within], "semicolon");
}

/**
 * The largest relative difference of the numbers of a line: `+0.61 %`, or `up to −12 %` if several numbers differ.
 * Undefined if no number differs, and if the recorded number is 0.
 */
export function describeDifference({ differences }: ComparedLine): string | undefined {
  const [first, ...others] = [...differences].sort((a, b) => Math.abs(b) - Math.abs(a));
  if (first === undefined || !Number.isFinite(first)) return undefined;
  const percent = formatDifference(Number((first * 100).toPrecision(2)), "%");
  return others.length === 0 ? percent : say("upTo", { percent });
}

/** The text of a line, with its marks of differences dropped; empty for a line that this output lacks. */
export function textOf(marked: readonly MarkedText[] | undefined): string {
  return (marked ?? []).map(({ text }) => text).join("");
}
