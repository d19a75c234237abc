import { join } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { escapeHtml } from "../text/escape-html.ts";
import { NEEDS_PLACE, type Piece, type Stopped } from "../text/stopped.ts";
import { renderCodedTextHtml } from "./coded-text.ts";
import { fillTemplate, html } from "./template.ts";

/** Renders the block with the reason, in place of the output of a cell that failed or was not run. */
export function renderStoppedHtml(stopped: Stopped): string {
  const { gauge } = stopped;
  return fillTemplate("stopped", {
    kind: stopped.kind,
    title: linkNeeds(stopped),
    asides: stopped.asides,
    gauge:
      gauge === undefined
        ? null
        : {
            percent: gauge.percent ?? null,
            alt: say("heapUsedAlt", { percent: gauge.percent ?? "" }),
            text: gauge.text,
          },
    text: stopped.lines.length === 0 ? null : html(stopped.lines.map(renderLine).join("\n")),
    hint: stopped.hint === undefined ? null : html(renderCodedTextHtml(stopped.hint)),
  });
}

/** The title of the block, with the labels of needed cells as links. */
function linkNeeds(stopped: Stopped) {
  const links = stopped.needs.map((label) => `<a href="#cell-${escapeHtml(label)}">${escapeHtml(label)}</a>`);
  const title = escapeHtml(stopped.title);
  return html(links.length === 0 ? title : title.replace(NEEDS_PLACE, join(links, "list")));
}

function renderLine(line: readonly Piece[]): string {
  return line
    .map(({ text, style }) => {
      if (style === "strong") return `<b>${escapeHtml(text)}</b>`;
      return style === "quiet" ? `<span class="frame-internal">${escapeHtml(text)}</span>` : escapeHtml(text);
    })
    .join("");
}
