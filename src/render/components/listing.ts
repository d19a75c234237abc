import { formatNumber } from "../../analysis/format.ts";
import type { Listing, ListingMark } from "../../model/line-views.ts";
import { join, joinSentences, sentence, withColon } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { ALL_DIGITS, describeInstrumentation } from "../text/instrumentation.ts";

/** Largest number of lines of a listing that is shown open; a longer one is in a closed disclosure (`<details>`). */
const MOST_OPEN_LINES = 120;

/** Reads a payload of `application/vnd.heapbook.listing+json`; undefined when the payload is malformed. */
export function readListing(payload: unknown): Listing | undefined {
  const wanted = ["file", "name", "comparedWith", "instrumentation", "parts", "lineCount", "marks", "total"];
  if (typeof payload !== "object" || payload === null || !wanted.every((key) => key in payload)) return undefined;
  return payload as Listing;
}

/** A row of a listing: a line of the file, or a gap between two parts. Line numbers count from 1. */
export type ListingRow =
  | {
      readonly kind: "line";
      readonly line: number;
      readonly text: string;
      /** Bytes of the line; undefined for a line without bytes. */
      readonly mark: ListingMark | undefined;
    }
  | { readonly kind: "gap"; readonly from: number; readonly to: number };

/** The rows of a listing, in the order of the file, with a gap for each range of lines that the listing omits. */
export function rowsOfListing({ parts, marks, lineCount }: Listing): readonly ListingRow[] {
  const markOf = new Map(marks.map((mark) => [mark.line, mark]));
  const rows: ListingRow[] = [];
  let nextLine = 1;
  for (const { firstLine, lines } of parts) {
    if (firstLine > nextLine) rows.push({ kind: "gap", from: nextLine, to: firstLine - 1 });
    for (const [index, text] of lines.entries()) {
      const line = firstLine + index;
      rows.push({ kind: "line", line, text, mark: markOf.get(line) });
    }
    nextLine = firstLine + lines.length;
  }
  if (nextLine <= lineCount) rows.push({ kind: "gap", from: nextLine, to: lineCount });
  return rows;
}

/** Whether the listing is so long that formats show it in a closed disclosure (`<details>`). */
export function isLongListing({ parts }: Listing): boolean {
  return parts.reduce((count, { lines }) => count + lines.length, 0) > MOST_OPEN_LINES;
}

/** Summary text of the disclosure around a long listing. */
export function summaryOfListing({ file, lineCount }: Listing): string {
  return say("listing", { file, lines: say("lines", { n: lineCount }) });
}

/** Caption of a listing: the file, the variant, the bytes in the margin, and how they were measured. */
export function captionOfListing(listing: Listing): string {
  const { file, name, comparedWith, by, instrumentation, marks } = listing;
  const which = comparedWith === null ? name : comparedWith === "" ? "" : say("minus", { name, other: comparedWith });
  const begin = which === "" ? file : join([file, which], "comma");
  const functions = marks.some((mark) => isFunctionLevelMark(mark, listing)) ? [say("listingFunctions")] : [];
  const bytes = say(by === "peak" ? "listingPeak" : "listingBytes");
  const what = comparedWith === null ? bytes : say("differencesIn", { what: bytes });
  const first = withColon(begin, join([what, describeInstrumentation(instrumentation)], "semicolon"));
  return joinSentences([sentence(first), ...functions]);
}

/** Titles of the two columns of bytes: allocated and live. */
export function titlesOfListing({ by, comparedWith }: Listing): readonly string[] {
  const unit = comparedWith === null ? "B" : "± B";
  return [say("colAllocated", { unit }), say(by === "peak" ? "colPeak" : "colLive", { unit })];
}

/**
 * Whether some bytes of the line belong to a function and not to the line. Always false for a difference of two
 * profiles, where this is unknown.
 */
export function isFunctionLevelMark({ functionLevelBytes }: ListingMark, { comparedWith }: Listing): boolean {
  return comparedWith === null && functionLevelBytes > 0;
}

/** Allocated and live bytes of a line as texts; an empty text for 0. */
export function formatMark(mark: ListingMark, { comparedWith }: Listing): readonly string[] {
  return [mark.allocatedBytes, mark.liveBytes].map((bytes) =>
    bytes === 0 ? "" : `${comparedWith !== null && bytes > 0 ? "+" : ""}${formatNumber(bytes, ALL_DIGITS)}`,
  );
}
