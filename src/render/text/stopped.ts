import type { ReportResults } from "../../model/report-results.ts";
import { say } from "../../words/say.ts";
import { plainTerminalText } from "./terminal-text.ts";

/** The reason why a cell has no output, or only a part of it, in words; every format renders this. */
export interface Stopped {
  /**
   * `error`: the cell failed. `limit`: the cell reached its heap limit or its time limit. `blocked`: the cell was not
   * run.
   */
  readonly kind: "error" | "limit" | "blocked";
  readonly title: string;
  /** Short notes beside the title: place of the error, number of failed variants and trials. */
  readonly asides: readonly string[];
  /** A bar, and the text beside it; `percent` (0 to 100) is undefined if V8 did not report the heap size. */
  readonly gauge: { readonly percent: number | undefined; readonly text: string } | undefined;
  readonly lines: readonly (readonly Piece[])[];
  /** A remedy, with code between backticks. */
  readonly hint: string | undefined;
  /** Labels of needed cells, which replace `NEEDS_PLACE` in `title`. */
  readonly needs: readonly string[];
}

/** A piece of a line. `strong` marks places in the author's files, `quiet` marks frames of other code. */
export interface Piece {
  readonly text: string;
  readonly style: "plain" | "strong" | "quiet";
}

/** Placeholder in `title` for the labels of needed cells, so that each format can write them as links. */
export const NEEDS_PLACE = "…";

/** Default values: an error without details. */
export const STOPPED: Stopped = {
  kind: "error",
  title: "",
  asides: [],
  gauge: undefined,
  lines: [],
  hint: undefined,
  needs: [],
};

/** Describes a cell that was not run because a cell that it needs has no result. */
export function describeBlocked(blockedBy: readonly string[], results: ReportResults): Stopped {
  const title = say(blockedBy.length === 1 ? "notRunNeeds" : "notRunNeedsAll", {
    cells: NEEDS_PLACE,
    why: whyMissing(blockedBy, results),
  });
  return { ...STOPPED, kind: "blocked", title, needs: blockedBy };
}

/** Says why needed cells have no result: one of them failed, or none was run. */
export function whyMissing(labels: readonly string[], results: ReportResults): string {
  const cells = results.cells.filter((cell) => labels.includes(cell.label));
  return cells.some((cell) => cell.state === "failed") ? say("whyFailed") : say("whyNotRun");
}

/** Describes a cell that has no stored result, in a render with `--no-execute`. */
export function describeNotRun(): Stopped {
  return {
    ...STOPPED,
    kind: "blocked",
    title: say("noResult"),
    hint: say("noResultHint"),
  };
}

/** Splits the output of a process into lines of plain text. */
export function plainLines(text: string): Piece[][] {
  return plainTerminalText(text)
    .replace(/(?<!\n)\n+$/, "")
    .split("\n")
    .map((line) => [plain(line)]);
}

export function plain(text: string): Piece {
  return { text, style: "plain" };
}

export function strong(text: string): Piece {
  return { text, style: "strong" };
}

export function quiet(text: string): Piece {
  return { text, style: "quiet" };
}
