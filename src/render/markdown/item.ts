import type { Cell } from "../../document/types.ts";
import type { Position } from "../../errors.ts";
import { FIGURES_FOLDER } from "../components/chart-files.ts";
import { describeCut, describeUnknown, nameImage, nameWhole, type ShownItem } from "../components/shown-cell.ts";
import { renderClaimMarkdown } from "./claim.ts";
import { escapeMarkdown } from "./escape.ts";
import { fence } from "./fence.ts";
import { renderLineTableMarkdown } from "./line-table.ts";
import { renderListingMarkdown } from "./listing.ts";
import { closeMarkdown } from "./printed.ts";
import { renderRecordedMarkdown } from "./recorded-output.ts";
import { renderStoppedMarkdown } from "./stopped.ts";
import { renderTableMarkdown } from "./table.ts";

/** Sanitizes HTML that a cell displayed. */
export type Sanitize = (source: string, position: Position) => Promise<string>;

/**
 * Renders one item of a cell's output as Markdown.
 *
 * @param file name of the file, for a chart or an image
 */
export async function renderItemMarkdown(
  item: ShownItem,
  cell: Cell,
  file: string,
  sanitize: Sanitize,
): Promise<string> {
  switch (item.kind) {
    case "stream": {
      const link = item.whole === undefined ? "" : ` [${nameWhole(item.whole)}](${item.whole.path})`;
      const cut = item.cutBytes === 0 ? [] : [`${describeCut(item.cutBytes)}${link}`];
      const name = item.name === "stderr" ? ["stderr:"] : [];
      const block = item.text === "" && cut.length > 0 ? [] : [fence(item.text, "text")];
      return [...name, ...block, ...cut].join("\n\n");
    }
    case "text":
      return fence(item.text, "text");
    case "table":
      return renderTableMarkdown(item.table);
    case "lines":
      return item.tables.map(renderLineTableMarkdown).join("\n\n");
    case "listing":
      return renderListingMarkdown(item.listing);
    case "markdown":
      return closeMarkdown(item.source.trim());
    case "html":
      // A blank line would end the HTML block.
      return (await sanitize(item.source, cell.position)).trim().replace(/\s+/g, withoutBlankLine);
    case "chart":
    case "image": {
      const alt = cell.options.figAlt ?? (item.kind === "chart" ? item.chart.summary : nameImage(cell));
      const image = `![${escapeMarkdown(alt.replace(/\s+/g, " "))}](${FIGURES_FOLDER}/${file})`;
      return [image, ...(item.kind === "chart" ? item.chart.notes.map(escapeMarkdown) : [])].join("\n\n");
    }
    case "stopped":
      return renderStoppedMarkdown(item.stopped);
    case "claim":
      return renderClaimMarkdown(item.claim);
    case "recorded":
      return renderRecordedMarkdown(item.compared);
    case "unknown":
      return escapeMarkdown(describeUnknown(item.types));
  }
}

/** Removes line breaks that would end an HTML block: keeps only the first of several in a run of blanks. */
function withoutBlankLine(blanks: string): string {
  const breaks = blanks.split("\n");
  return breaks.length > 2 ? `${breaks[0]}\n${breaks.at(-1)}` : blanks;
}
