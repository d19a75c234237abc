import { formatBytes } from "../../analysis/format.ts";
import type { Cell } from "../../document/types.ts";
import { formatClaim } from "../components/claim.ts";
import { FIGURES_FOLDER } from "../html/figure.ts";
import { toMarkdownTable } from "../components/line-table.ts";
import { formatRecorded } from "../components/recorded-output.ts";
import type { ShownItem } from "../components/shown-cell.ts";
import { describeRest, type Table } from "../components/table.ts";
import type { Prose } from "../html/prose.ts";
import { escapeMarkdown } from "../text/escape.ts";
import { NEEDS_PLACE, type Stopped } from "../text/failure.ts";
import { fence } from "./fence.ts";
import { formatListing } from "./listing.ts";

/** A table as GitHub reads it. */
export function formatTable(table: Table): string {
  const heads = table.columns.map(({ title }) => cellText(title));
  const rule = table.columns.map(({ numeric }) => (numeric ? "---:" : "---"));
  const rows = table.rows.map((row) =>
    row.map(({ text, note, isMarkdown }) => {
      const shown = isMarkdown === true ? text : cellText(text);
      return note === undefined ? shown : `${shown} (${cellText(note)})`;
    }),
  );
  const rest = describeRest(table);
  const lines = [heads, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  return [table.caption, lines, rest].filter((part) => part !== undefined).join("\n\n");
}

/** One thing that a cell shows. Images go into files, of which `file` is the name. */
export async function formatItem(item: ShownItem, cell: Cell, file: string, prose: Prose): Promise<string> {
  switch (item.kind) {
    case "stream": {
      const cut = item.cutBytes === 0 ? [] : [`… ${formatBytes(item.cutBytes)} more were cut.`];
      const name = item.name === "stderr" ? ["stderr:"] : [];
      return [...name, fence(item.text, "text"), ...cut].join("\n\n");
    }
    case "text":
      return fence(item.text, "text");
    case "table":
      return formatTable(item.table);
    case "lines":
      return item.tables.map((table) => formatTable(toMarkdownTable(table))).join("\n\n");
    case "listing":
      return formatListing(item.listing);
    case "markdown":
      return item.source.trim();
    case "html":
      // A blank line would end the block of HTML.
      return (await prose.renderHtml(item.source, cell.position)).trim().replace(/\n\s*\n/g, "\n");
    case "chart":
    case "image": {
      const alt =
        cell.options.figAlt ?? (item.kind === "chart" ? item.chart.summary : `Image shown by the cell ${cell.label}`);
      return `![${escapeMarkdown(alt.replace(/\s+/g, " "))}](${FIGURES_FOLDER}/${file})`;
    }
    case "stopped":
      return formatStopped(item.stopped);
    case "claim":
      return formatClaim(item.claim);
    case "recorded":
      return formatRecorded(item.compared);
    case "unknown":
      return `An output of the type ${item.types.join(", ")}, which a page cannot show.`;
  }
}

/** A failure as GitHub's alert. */
export function formatStopped(stopped: Stopped): string {
  const needs = stopped.needs.map((label) => `\`${label}\``).join(", ");
  const escaped = escapeMarkdown(stopped.title);
  const title = needs === "" ? escaped : escaped.replace(NEEDS_PLACE, needs);
  const asides = stopped.asides.length === 0 ? "" : ` (${stopped.asides.join(", ")})`;
  const lines = stopped.lines.map((line) => line.map(({ text }) => text).join(""));
  const parts = [
    `**${title}**${asides}`,
    ...(stopped.gauge === undefined ? [] : [stopped.gauge.text]),
    ...(lines.length === 0 ? [] : [fence(lines.join("\n"), "text")]),
    ...(stopped.hint === undefined ? [] : [stopped.hint]),
  ];
  const kind = stopped.kind === "blocked" ? "WARNING" : "CAUTION";
  return [`[!${kind}]`, parts.join("\n\n")]
    .join("\n")
    .split("\n")
    .map((line) => `> ${line}`.trimEnd())
    .join("\n");
}

function cellText(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").replace(/([\\|`*_<>[\]])/g, "\\$1");
}
