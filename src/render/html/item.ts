import { formatBytes } from "../../analysis/format.ts";
import type { Cell } from "../../document/types.ts";
import { dataUri } from "../prose/image.ts";
import type { Prose } from "./prose.ts";
import { fillTemplate, html } from "./template.ts";
import { escapeHtml } from "../text/escape.ts";
import { NEEDS_PLACE, type Piece, type Stopped } from "../text/failure.ts";
import { renderClaim } from "../components/claim.ts";
import { codedHtml } from "../text/coded-text.ts";
import { type Panel, renderChart } from "./figure.ts";
import type { Highlighter } from "./highlight.ts";
import { renderLineTables } from "../components/line-table.ts";
import { renderListing } from "../components/listing.ts";
import { renderRecorded } from "../components/recorded-output.ts";
import type { ShownItem } from "../components/shown-cell.ts";
import { renderTable } from "../components/table.ts";

/** More lines than these scroll in a box of their own. */
const LONG_OUTPUT_LINES = 40;

/** What items need that are more than text. */
export interface ItemRenderers {
  readonly prose: Prose;
  readonly highlighter: Highlighter;
}

/** The HTML of something a cell shows, charts and images excepted. */
export async function renderItem(
  item: Exclude<ShownItem, { kind: "chart" | "image" }>,
  cell: Cell,
  { prose, highlighter }: ItemRenderers,
  scope: string,
): Promise<string> {
  switch (item.kind) {
    case "stream":
      return renderStream(item.name, item.text, item.cutBytes);
    case "text":
      return renderPrinted(item.text, "stdout");
    case "table":
      return renderTable(item.table);
    case "lines":
      return renderLineTables(item.tables, highlighter);
    case "listing":
      return renderListing(item.listing, highlighter);
    case "html":
      return `<div class="displayed">${await prose.renderHtml(item.source, cell.position)}</div>`;
    case "markdown":
      return `<div class="displayed">${await prose.renderPrinted(item.source, scope)}</div>`;
    case "stopped":
      return renderStopped(item.stopped);
    case "claim":
      return renderClaim(item.claim);
    case "recorded":
      return renderRecorded(item.compared);
    case "unknown":
      return `<p class="more">An output of the type ${escapeHtml(item.types.join(", "))}, which a page cannot show.</p>`;
  }
}

/** A chart or an image as a panel of a figure. */
export function renderPanel(
  item: Extract<ShownItem, { kind: "chart" | "image" }>,
  cell: Cell,
  heading: string | undefined,
): Panel {
  if (item.kind === "chart") {
    return renderChart(item.chart, item.file, cell.options.figAlt ?? item.chart.summary, heading);
  }
  const alt = cell.options.figAlt ?? `Image shown by the cell ${cell.label}`;
  const content = `<img src="${dataUri(item.type, item.bytes)}" alt="${escapeHtml(alt)}">`;
  return { heading, content, data: undefined };
}

/** Why a cell shows no more, as a block in the place of its output. */
export function renderStopped(stopped: Stopped): string {
  const { gauge } = stopped;
  return fillTemplate("stopped", {
    kind: stopped.kind,
    title: linkNeeds(stopped),
    asides: stopped.asides,
    gauge:
      gauge === undefined
        ? null
        : { percent: gauge.percent ?? null, alt: `${gauge.percent ?? ""} % of the heap used`, text: gauge.text },
    text: stopped.lines.length === 0 ? null : html(stopped.lines.map(renderLine).join("\n")),
    hint: stopped.hint === undefined ? null : html(codedHtml(stopped.hint)),
  });
}

function renderStream(name: "stdout" | "stderr", text: string, cutBytes: number): string {
  const cut = cutBytes === 0 ? "" : `<p class="more">… ${formatBytes(cutBytes)} more were cut.</p>`;
  const block = text === "" ? "" : renderPrinted(text, name);
  if (name === "stdout") return cut === "" ? block : `<div>${block}${cut}</div>`;
  return `<div class="stream"><p class="stream-name">stderr</p>${block}${cut}</div>`;
}

function renderPrinted(text: string, name: "stdout" | "stderr"): string {
  const long = text.split("\n").length > LONG_OUTPUT_LINES ? " long" : "";
  const kind = name === "stderr" ? " stderr" : "";
  return `<pre class="stdout${kind}${long}"><samp>${escapeHtml(text)}</samp></pre>`;
}

function linkNeeds(stopped: Stopped) {
  const links = stopped.needs.map((label) => `<a href="#cell-${escapeHtml(label)}">${escapeHtml(label)}</a>`);
  const title = escapeHtml(stopped.title);
  return html(links.length === 0 ? title : title.replace(NEEDS_PLACE, links.join(", ")));
}

function renderLine(line: readonly Piece[]): string {
  return line
    .map(({ text, style }) => {
      if (style === "strong") return `<b>${escapeHtml(text)}</b>`;
      return style === "quiet" ? `<span class="frame-internal">${escapeHtml(text)}</span>` : escapeHtml(text);
    })
    .join("");
}
