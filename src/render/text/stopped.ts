import type { ReportResults } from "../../model/report-results.ts";
import { say } from "../../words/say.ts";
import { plainTerminalText } from "./terminal-text.ts";

/** The reason why a cell has no output or only a part of it, in words, for every format. */
export interface Stopped {
  /** `error`: the cell failed. `limit`: the cell reached its heap limit or its time limit. `blocked`: the cell was not run. */
  readonly kind: "error" | "limit" | "blocked";
  readonly title: string;
  /** Place of the error, number of failed variants and trials. */
  readonly asides: readonly string[];
  /** Text beside a bar; `percent` (0 to 100) is undefined when V8 did not report the heap size. */
  readonly gauge: { readonly percent: number | undefined; readonly text: string } | undefined;
  readonly lines: readonly (readonly Piece[])[];
  /** Text with code between backticks. */
  readonly hint: string | undefined;
  /** Labels of the cells that `NEEDS_PLACE` stands for in `title`. */
  readonly needs: readonly string[];
}

/** A piece of a line: `strong` for places in the author's files, `quiet` for frames of other code. */
export interface Piece {
  readonly text: string;
  readonly style: "plain" | "strong" | "quiet";
}

/** Placeholder in the title for the labels of needed cells, so that a format can link them. */
export const NEEDS_PLACE = "…";

/** Defaults: an error without details. */
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

/** Why needed cells have no result: at least one failed, or none was run. */
export function whyMissing(labels: readonly string[], results: ReportResults): string {
  const cells = results.cells.filter((cell) => labels.includes(cell.label));
  return cells.some((cell) => cell.state === "failed") ? say("whyFailed") : say("whyNotRun");
}

/** Describes a cell without a stored result under `--no-execute`. */
export function describeNotRun(): Stopped {
  return {
    ...STOPPED,
    kind: "blocked",
    title: say("noResult"),
    hint: say("noResultHint"),
  };
}

/** Output of a process as lines of plain text. */
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
