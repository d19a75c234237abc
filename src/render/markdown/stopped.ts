import { join, withAside } from "../../words/punctuation.ts";
import { NEEDS_PLACE, type Stopped } from "../text/stopped.ts";
import { renderAlert } from "./alert.ts";
import { escapeMarkdown } from "./escape.ts";
import { fence } from "./fence.ts";

/** Renders a GitHub alert with the reason, in place of the output of a cell that failed or was not run. */
export function renderStoppedMarkdown(stopped: Stopped): string {
  const needs = join(
    stopped.needs.map((label) => `\`${label}\``),
    "list",
  );
  const escaped = escapeMarkdown(stopped.title);
  const title = needs === "" ? escaped : escaped.replace(NEEDS_PLACE, needs);
  const lines = stopped.lines.map((line) => line.map(({ text }) => text).join(""));
  const parts = [
    stopped.asides.length === 0 ? `**${title}**` : withAside(`**${title}**`, join(stopped.asides, "comma")),
    ...(stopped.gauge === undefined ? [] : [stopped.gauge.text]),
    ...(lines.length === 0 ? [] : [fence(lines.join("\n"), "text")]),
    ...(stopped.hint === undefined ? [] : [stopped.hint]),
  ];
  return renderAlert(stopped.kind === "blocked" ? "WARNING" : "CAUTION", parts.join("\n\n"));
}
