import type { Listing, ListingMark } from "../../model/line-views.ts";
import {
  captionOf,
  columnTitles,
  countShown,
  isFunctionLevel,
  LONG_LINES,
  numbersOf,
  summaryOf,
} from "../components/listing.ts";
import { escapeHtml, escapeMarkdown } from "../text/escape.ts";
import { fence } from "./fence.ts";

/** The listing for formats that have plain text only: a fence, in a disclosure where it is long. */
export function formatListing(listing: Listing): string {
  const text = `${escapeMarkdown(captionOf(listing))}\n\n${fence(layOutText(listing), "text")}`;
  return countShown(listing) <= LONG_LINES
    ? text
    : `<details><summary>${escapeHtml(summaryOf(listing))}</summary>\n\n${text}\n\n</details>`;
}

/** Columns of text. */
function layOutText(listing: Listing): string {
  const marks = new Map(listing.marks.map((mark) => [mark.line, mark]));
  const titles = columnTitles(listing);
  const numbersIn = (mark: ListingMark): readonly string[] => {
    const [first = "", ...rest] = numbersOf(mark, listing);
    return [isFunctionLevel(mark, listing) ? `ƒ ${first}` : first, ...rest];
  };
  const numbers = listing.marks.flatMap(numbersIn);
  const width = Math.max(...[...titles, ...numbers].map((text) => text.length));
  const lineWidth = Math.max(4, String(listing.lineCount).length);
  const row = (cells: readonly string[], line: string, text: string): string =>
    `${cells.map((cell) => cell.padStart(width)).join("  ")}  ${line.padStart(lineWidth)}  ${text}`.trimEnd();
  const rows = [row(titles, "line", listing.file)];
  let nextLine = 1;
  for (const { firstLine, lines } of listing.parts) {
    if (firstLine > nextLine) rows.push(row(["", ""], "…", ""));
    for (const [index, text] of lines.entries()) {
      const mark = marks.get(firstLine + index);
      rows.push(row(mark === undefined ? ["", ""] : numbersIn(mark), String(firstLine + index), text));
    }
    nextLine = firstLine + lines.length;
  }
  if (nextLine <= listing.lineCount) rows.push(row(["", ""], "…", ""));
  return rows.join("\n");
}
