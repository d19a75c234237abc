import type { Cell } from "../../document/types.ts";
import { describeCut, describeUnknown, nameImage, nameWhole, type ShownItem } from "../components/shown-cell.ts";
import { dataUri } from "../prose/image.ts";
import type { Highlighter } from "../renderer.ts";
import { escapeHtml } from "../text/escape-html.ts";
import { renderClaimHtml } from "./claim.ts";
import { type Panel, renderChart } from "./figure.ts";
import { renderLineTablesHtml } from "./line-table.ts";
import { renderListingHtml } from "./listing.ts";
import type { Prose } from "./prose.ts";
import { renderRecordedHtml } from "./recorded-output.ts";
import { renderStoppedHtml } from "./stopped.ts";
import { renderTableHtml } from "./table.ts";

/** Most lines of output that are shown in full; longer output scrolls in a box of limited height. */
const MOST_OUTPUT_LINES = 40;

/** Functions that render the text inside items: Markdown, HTML, code. */
export interface ItemRenderers {
  readonly prose: Prose;
  readonly highlighter: Highlighter;
}

/** An item that is a chart or an image. */
export type Picture = Extract<ShownItem, { kind: "chart" | "image" }>;

export function isPicture(item: ShownItem): item is Picture {
  return item.kind === "chart" || item.kind === "image";
}

/**
 * Renders one item of a cell's output as HTML. Charts and images are rendered by `renderPanel`.
 *
 * @param scope prefix of footnote ids, unique to the item
 */
export async function renderItemHtml(
  item: Exclude<ShownItem, Picture>,
  cell: Cell,
  { prose, highlighter }: ItemRenderers,
  scope: string,
): Promise<string> {
  switch (item.kind) {
    case "stream":
      return renderStream(item);
    case "text":
      return renderPrinted(item.text, "stdout");
    case "table":
      return renderTableHtml(item.table);
    case "lines":
      return renderLineTablesHtml(item.tables, highlighter);
    case "listing":
      return renderListingHtml(item.listing, highlighter);
    case "html":
      return `<div class="displayed">${await prose.renderDisplayed(item.source, cell.position)}</div>`;
    case "markdown":
      return `<div class="displayed">${await prose.renderPrinted(item.source, scope)}</div>`;
    case "stopped":
      return renderStoppedHtml(item.stopped);
    case "claim":
      return renderClaimHtml(item.claim);
    case "recorded":
      return renderRecordedHtml(item.compared);
    case "unknown":
      return `<p class="more">${escapeHtml(describeUnknown(item.types))}</p>`;
  }
}

/** Renders a chart or an image as a panel of a figure. */
export function renderPanel(item: Picture, cell: Cell, heading: string | undefined): Panel {
  if (item.kind === "chart") {
    return renderChart(item.chart, item.file, cell.options.figAlt ?? item.chart.summary, heading);
  }
  const alt = cell.options.figAlt ?? nameImage(cell);
  const content = `<img src="${dataUri(item.type, item.bytes)}" alt="${escapeHtml(alt)}">`;
  return { heading, content, data: undefined };
}

/** Renders text that a program printed on stdout or stderr. */
export function renderStream({
  name,
  text,
  cutBytes,
  whole,
}: Omit<Extract<ShownItem, { kind: "stream" }>, "kind">): string {
  const link = whole === undefined ? "" : ` <a href="${escapeHtml(whole.path)}">${nameWhole(whole)}</a>`;
  const cut = cutBytes === 0 ? "" : `<p class="more">${describeCut(cutBytes)}${link}</p>`;
  const block = text === "" ? "" : renderPrinted(text, name);
  if (name === "stdout") return cut === "" ? block : `<div>${block}${cut}</div>`;
  return `<div class="stream"><p class="stream-name">stderr</p>${block}${cut}</div>`;
}

function renderPrinted(text: string, name: "stdout" | "stderr"): string {
  const long = text.split("\n").length > MOST_OUTPUT_LINES ? " long" : "";
  const kind = name === "stderr" ? " stderr" : "";
  return `<pre class="stdout${kind}${long}"><samp>${escapeHtml(text)}</samp></pre>`;
}
