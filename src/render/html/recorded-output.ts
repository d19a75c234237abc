import { withColon } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import {
  type ComparedOutput,
  describeCompared,
  describeDifference,
  nameLineState,
} from "../components/recorded-output.ts";
import { escapeHtml } from "../text/escape-html.ts";
import type { MarkedText } from "../text/output-diff.ts";
import { fillTemplate, html } from "./template.ts";

/** Recorded output and stdout of the cell in two columns; the style sheet stacks the columns on a narrow screen. */
export function renderRecordedHtml(compared: ComparedOutput): string {
  return fillTemplate("recorded", {
    caption: describeCompared(compared),
    source: compared.source,
    own: say("thisRun"),
    line: say("line"),
    rows: compared.lines.map((line) => ({
      kind: line.state,
      // Narrow screens have no heads: each line names where it is from, with the colon of the language.
      from: withColon(line.state === "same" ? say("bothRuns") : compared.source, ""),
      own: withColon(say("thisRun"), ""),
      recorded: html(renderLine(line.recorded)),
      obtained: html(renderLine(line.obtained)),
      state: nameLineState(line),
      difference: describeDifference(line) ?? null,
    })),
  });
}

function renderLine(line: readonly MarkedText[] | undefined): string {
  if (line === undefined) return `<span class="dim">${escapeHtml(say("noLine"))}</span>`;
  const parts = line.map(({ text, marked }) => {
    const escaped = escapeHtml(text);
    return marked ? `<mark>${escaped}</mark>` : escaped;
  });
  return `<samp>${parts.join("")}</samp>`;
}
