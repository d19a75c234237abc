import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formatDifference } from "../../analysis/comparison-text.ts";
import { formatValue } from "../../analysis/format.ts";
import type { RecordedOutput } from "../../document/recorded-output.ts";
import { fillTemplate, html } from "../html/template.ts";
import { escapeHtml } from "../text/escape.ts";
import { type ComparedLine, compareOutputs, type MarkedText } from "../text/output-diff.ts";

/** An output quoted from elsewhere, set beside what the cell has printed. */
export interface ComparedOutput {
  /** Where the recorded one is from. */
  readonly source: string;
  readonly tolerance: number;
  readonly lines: readonly ComparedLine[];
}

/** What the column of the cell's own output is called. */
const OWN = "This run";

/**
 * Compares what a cell has printed to stdout with what was recorded.
 *
 * @param variants names of the variants that it is for, where those shown together are more
 */
export function compareRecorded(
  recorded: RecordedOutput,
  obtained: string,
  folder: string,
  variants: string,
): ComparedOutput {
  // `text` stands in the cell; whether the file is there was checked before anything ran.
  const text = recorded.text ?? readFileSync(join(folder, recorded.file ?? ""), "utf8");
  return {
    source: variants === "" ? recorded.source : `${recorded.source} (${variants})`,
    tolerance: recorded.tolerance,
    lines: compareOutputs(text, obtained, recorded.tolerance),
  };
}

/** The two outputs in a table, side by side; stacked on a narrow screen by the style sheet. */
export function renderRecorded(compared: ComparedOutput): string {
  return fillTemplate("recorded", {
    caption: describeCompared(compared),
    source: compared.source,
    own: OWN,
    rows: compared.lines.map((line) => ({
      kind: line.state,
      recorded: html(renderMarked(line.recorded)),
      obtained: html(renderMarked(line.obtained)),
      state: STATES[line.state],
      difference: describeDifference(line) ?? null,
    })),
  });
}

/** The same as a table of GitHub's. */
export function formatRecorded(compared: ComparedOutput): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const head = [compared.source, OWN, "Line"].map((text) => text.replace(/([\\|`*_<>[\]])/g, "\\$1"));
  const lines = compared.lines.map((line) => {
    const difference = describeDifference(line);
    const state = STATES[line.state] + (difference === undefined ? "" : `, ${difference}`);
    return row([formatMarked(line.recorded), formatMarked(line.obtained), state]);
  });
  return [`${describeCompared(compared)}.`, "", row(head), row(["---", "---", "---"]), ...lines].join("\n");
}

const STATES: Readonly<Record<ComparedLine["state"], string>> = {
  same: "same",
  near: "same",
  different: "different",
  missing: "not printed",
  new: "new",
};

/** `Recorded output beside this run's: 2 of 3 lines the same; numbers within 1 % count as the same`. */
function describeCompared({ lines, tolerance }: ComparedOutput): string {
  const filled = lines.filter(({ recorded, obtained }) =>
    [recorded, obtained].some((text) => textOf(text).trim() !== ""),
  );
  const same = filled.filter(({ state }) => state === "same" || state === "near").length;
  const within = tolerance === 0 ? "" : `; numbers within ${formatValue(tolerance * 100, "%")} count as the same`;
  const count = `${same} of ${filled.length} ${filled.length === 1 ? "line" : "lines"}`;
  return `Recorded output beside this run’s: ${count} the same${within}`;
}

/** `+0.61 %`, `up to −12 %` of several numbers; undefined where none differs, or one does from 0, which has no per cent. */
function describeDifference({ differences }: ComparedLine): string | undefined {
  const [first, ...others] = [...differences].sort((a, b) => Math.abs(b) - Math.abs(a));
  if (first === undefined || !Number.isFinite(first)) return undefined;
  const percent = formatDifference(Number((first * 100).toPrecision(2)), "%");
  return others.length === 0 ? percent : `up to ${percent}`;
}

function textOf(marked: readonly MarkedText[] | undefined): string {
  return (marked ?? []).map(({ text }) => text).join("");
}

function renderMarked(marked: readonly MarkedText[] | undefined): string {
  if (marked === undefined) return '<span class="dim">no such line</span>';
  const parts = marked.map(({ text, marked: differs }) => {
    const escaped = escapeHtml(text);
    return differs ? `<mark>${escaped}</mark>` : escaped;
  });
  return `<samp>${parts.join("")}</samp>`;
}

/** As code; blanks that a table would fold become no-break ones. */
function formatMarked(marked: readonly MarkedText[] | undefined): string {
  const text = textOf(marked);
  if (text.trim() === "") return "";
  const kept = text.replace(/^ +| {2,}/g, (blanks) => "\u00a0".repeat(blanks.length)).replace(/\|/g, "\\|");
  const longest = Math.max(0, ...[...kept.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = "`".repeat(longest + 1);
  const pad = longest > 0 ? " " : "";
  return `${mark}${pad}${kept}${pad}${mark}`;
}
