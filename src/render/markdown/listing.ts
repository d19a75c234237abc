import { largest } from "../../analysis/extremes.ts";
import type { Listing, ListingMark } from "../../model/line-views.ts";
import { say } from "../../words/say.ts";
import {
  captionOfListing,
  formatMark,
  isFunctionLevelMark,
  isLongListing,
  rowsOfListing,
  summaryOfListing,
  titlesOfListing,
} from "../components/listing.ts";
import { escapeHtml } from "../text/escape-html.ts";
import { escapeMarkdown } from "./escape.ts";
import { fence } from "./fence.ts";

/** Renders a listing as columns of text in a fence. A long listing is in a closed disclosure (`<details>`). */
export function renderListingMarkdown(listing: Listing): string {
  const text = `${escapeMarkdown(captionOfListing(listing))}\n\n${fence(layOutColumns(listing), "text")}`;
  return isLongListing(listing)
    ? `<details><summary>${escapeHtml(summaryOfListing(listing))}</summary>\n\n${text}\n\n</details>`
    : text;
}

/** Lays out each line in columns: bytes and line number aligned right, then the text; `…` for a gap. */
function layOutColumns(listing: Listing): string {
  const titles = titlesOfListing(listing);
  const numbersIn = (mark: ListingMark): readonly string[] => {
    const [allocated = "", live = ""] = formatMark(mark, listing);
    return [isFunctionLevelMark(mark, listing) ? `ƒ ${allocated}` : allocated, live];
  };
  const numbers = listing.marks.flatMap(numbersIn);
  const width = largest([...titles, ...numbers].map((text) => text.length));
  const lineWidth = Math.max(4, String(listing.lineCount).length);
  const layOut = (cells: readonly string[], line: string, text: string): string =>
    `${cells.map((cell) => cell.padStart(width)).join("  ")}  ${line.padStart(lineWidth)}  ${text}`.trimEnd();
  const rows = rowsOfListing(listing).map((row) => {
    if (row.kind === "gap") return layOut(["", ""], "…", "");
    return layOut(row.mark === undefined ? ["", ""] : numbersIn(row.mark), String(row.line), row.text);
  });
  return [layOut(titles, say("colLine"), listing.file), ...rows].join("\n");
}
