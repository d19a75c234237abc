import { join, sentence } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import {
  type ComparedOutput,
  describeCompared,
  describeDifference,
  nameLineState,
  textOf,
} from "../components/recorded-output.ts";
import type { MarkedText } from "../text/output-diff.ts";
import { escapeTableCell, renderCodeCell } from "./table.ts";

/** Renders the recorded output and the cell's stdout as two columns of a table. */
export function renderRecordedMarkdown(compared: ComparedOutput): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const head = [compared.source, say("thisRun"), say("line")].map(escapeTableCell);
  const lines = compared.lines.map((line) => {
    const difference = describeDifference(line);
    const state = join([nameLineState(line), ...(difference === undefined ? [] : [difference])], "comma");
    return row([renderLine(line.recorded), renderLine(line.obtained), state]);
  });
  return [sentence(describeCompared(compared)), "", row(head), row(["---", "---", "---"]), ...lines].join("\n");
}

/**
 * Renders a line as code. No-break spaces keep indentation and alignment, because Markdown collapses runs of spaces.
 */
function renderLine(line: readonly MarkedText[] | undefined): string {
  const text = textOf(line);
  if (text.trim() === "") return "";
  return renderCodeCell(text.replace(/^ +| {2,}/g, (blanks) => "\u00a0".repeat(blanks.length)));
}
