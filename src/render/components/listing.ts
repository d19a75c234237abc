import { formatNumber } from "../../analysis/format.ts";
import type { Listing, ListingMark } from "../../model/line-views.ts";
import { fillTemplate, html, renderFold } from "../html/template.ts";
import { describeFunctionLevel, describeMode } from "../text/line-modes.ts";
import { type Highlighter, languageOfFile } from "../html/highlight.ts";

/** Listings with more lines are folded away. */
export const LONG_LINES = 120;
const DIGITS = 15;

/** Shares of all bytes from which a line is marked more strongly, `heat-5` first. */
const HEATS: readonly (readonly [share: number, heat: number])[] = [
  [0.2, 5],
  [0.05, 4],
  [0.01, 3],
  [0.001, 2],
  [0, 1],
];

/** The payload of `application/vnd.heapbook.listing+json`, or undefined for something else under that name. */
export function readListing(payload: unknown): Listing | undefined {
  const wanted = ["file", "name", "comparedWith", "mode", "parts", "lineCount", "marks", "total"];
  if (typeof payload !== "object" || payload === null || !wanted.every((key) => key in payload)) return undefined;
  return payload as Listing;
}

/** The listing as HTML: bytes, line number and highlighted text of each line; folded where it is long. */
export async function renderListing(listing: Listing, highlighter: Highlighter): Promise<string> {
  const marks = new Map(listing.marks.map((mark) => [mark.line, mark]));
  const rows: object[] = [];
  let nextLine = 1;
  for (const { firstLine, lines } of listing.parts) {
    if (firstLine > nextLine) rows.push({ gap: describeGap(nextLine, firstLine - 1) });
    const highlighted = (await highlighter.highlight(lines.join("\n"), languageOfFile(listing.file))).split("\n");
    for (const [index, text] of highlighted.entries()) {
      rows.push({
        gap: null,
        ...describeLine(marks.get(firstLine + index), listing),
        line: firstLine + index,
        text: html(text),
      });
    }
    nextLine = firstLine + lines.length;
  }
  if (nextLine <= listing.lineCount) rows.push({ gap: describeGap(nextLine, listing.lineCount) });
  const filled = fillTemplate("listing", {
    caption: captionOf(listing),
    heads: columnTitles(listing),
    file: listing.file,
    rows,
  });
  return countShown(listing) <= LONG_LINES ? filled : renderFold(summaryOf(listing), filled);
}

export function countShown({ parts }: Listing): number {
  return parts.reduce((count, { lines }) => count + lines.length, 0);
}

export function summaryOf({ file, lineCount }: Listing): string {
  return `Listing: ${file}, ${formatNumber(lineCount, DIGITS)} lines`;
}

/** What the bytes in the margin are. */
export function captionOf(listing: Listing): string {
  const { file, name, comparedWith, mode, marks } = listing;
  const differences = comparedWith === null ? "" : "differences in ";
  const which = comparedWith === null ? name : comparedWith === "" ? "" : `${name} less ${comparedWith}`;
  const begin = `${file}${which === "" ? "" : `, ${which}`}`;
  const functions = marks.some((mark) => isFunctionLevel(mark, listing))
    ? " ƒ: some are known only of the function that begins on the line."
    : "";
  return `${begin}: ${differences}bytes allocated by each line, and alive at the end; ${describeMode(mode)}.${functions}`;
}

export function columnTitles({ comparedWith }: Listing): readonly string[] {
  return comparedWith === null ? ["allocated, B", "live, B"] : ["allocated, ± B", "live, ± B"];
}

/** Of a difference it is not known how much of it is of the function. */
export function isFunctionLevel({ functionLevelBytes }: ListingMark, { comparedWith }: Listing): boolean {
  return comparedWith === null && functionLevelBytes > 0;
}

const bytesOf = ({ allocatedBytes, liveBytes }: ListingMark): readonly number[] => [allocatedBytes, liveBytes];

export function numbersOf(mark: ListingMark, { comparedWith }: Listing): readonly string[] {
  return bytesOf(mark).map((bytes) =>
    bytes === 0 ? "" : `${comparedWith !== null && bytes > 0 ? "+" : ""}${formatNumber(bytes, DIGITS)}`,
  );
}

function describeLine(mark: ListingMark | undefined, listing: Listing): object {
  if (mark === undefined) return { numbers: ["", ""].map((text) => ({ text, heat: null, functionLevel: null })) };
  const totals = [listing.total.allocatedBytes, listing.total.liveBytes];
  const texts = numbersOf(mark, listing);
  return {
    numbers: bytesOf(mark).map((bytes, index) => ({
      text: texts[index] ?? "",
      heat: heatOf(bytes, totals[index] ?? 0),
      // Only allocated bytes, which stand first, are known of functions.
      functionLevel:
        index === 0 && isFunctionLevel(mark, listing) ? describeFunctionLevel(mark.functionLevelBytes) : null,
    })),
  };
}

/** The class that marks a number by its share of all bytes: `heat-5`, or `cool-5` for what the other run has more of. */
function heatOf(bytes: number, total: number): string | null {
  if (bytes === 0) return null;
  const share = Math.abs(bytes) / Math.max(1, total);
  const heat = HEATS.find(([least]) => share >= least)?.[1] ?? 1;
  return `${bytes < 0 ? "cool" : "heat"}-${heat}`;
}

function describeGap(from: number, to: number): string {
  return from === to ? `line ${from}` : `lines ${formatNumber(from, DIGITS)} to ${formatNumber(to, DIGITS)}`;
}
