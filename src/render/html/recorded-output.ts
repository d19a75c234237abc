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

/**
 * Renders the recorded output and the cell's stdout side by side; on a narrow screen the style sheet stacks the two.
 */
export function renderRecordedHtml(compared: ComparedOutput): string {
  return fillTemplate("recorded", {
    caption: describeCompared(compared),
    source: compared.source,
    own: say("thisRun"),
    line: say("line"),
    rows: compared.lines.map((line) => ({
      kind: line.state,
      // On a narrow screen the column heads are hidden, so each line names its origin, followed by the colon of the
      // language.
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
