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
import type { Highlighter } from "../renderer.ts";
import { describeFunctionLevel } from "../text/instrumentation.ts";
import { languageOfFile } from "./highlight.ts";
import { fillTemplate, html, renderFold } from "./template.ts";

/** Strength of a line's tint (heat), by the least share of all bytes that a line needs for it; 5 is the strongest. */
const HEATS: readonly (readonly [share: number, heat: number])[] = [
  [0.2, 5],
  [0.05, 4],
  [0.01, 3],
  [0.001, 2],
  [0, 1],
];

/**
 * Renders a listing: bytes, line number and highlighted text of each line. A long listing is in a closed disclosure
 * (`<details>`).
 * @param idOf returns the id of a line, for links; by default lines have no ids
 */
export async function renderListingHtml(
  listing: Listing,
  highlighter: Highlighter,
  idOf: (line: number) => string | null = () => null,
): Promise<string> {
  const highlighted = await highlightLines(listing, highlighter);
  const rows = rowsOfListing(listing).map((row) =>
    row.kind === "gap"
      ? { gap: describeGap(row.from, row.to) }
      : {
          gap: null,
          numbers: describeNumbers(row.mark, listing),
          id: idOf(row.line),
          line: row.line,
          text: html(highlighted.get(row.line) ?? ""),
        },
  );
  const filled = fillTemplate("listing", {
    caption: captionOfListing(listing),
    heads: titlesOfListing(listing),
    lineHead: say("colLine"),
    file: listing.file,
    rows,
  });
  return isLongListing(listing) ? renderFold(summaryOfListing(listing), filled) : filled;
}

/**
 * HTML of each line, by line number. Highlights each part as a whole, because a token such as a comment can span
 * several lines.
 */
async function highlightLines(
  { file, parts }: Listing,
  highlighter: Highlighter,
): Promise<ReadonlyMap<number, string>> {
  const highlighted = new Map<number, string>();
  for (const { firstLine, lines } of parts) {
    const source = await highlighter.highlight(lines.join("\n"), languageOfFile(file));
    for (const [index, text] of source.split("\n").entries()) highlighted.set(firstLine + index, text);
  }
  return highlighted;
}

function describeNumbers(mark: ListingMark | undefined, listing: Listing): readonly object[] {
  if (mark === undefined) return ["", ""].map((text) => ({ text, heat: null, functionLevel: null }));
  const [allocated = "", live = ""] = formatMark(mark, listing);
  return [
    {
      text: allocated,
      heat: heatOf(mark.allocatedBytes, listing.total.allocatedBytes),
      functionLevel: isFunctionLevelMark(mark, listing) ? describeFunctionLevel(mark.functionLevelBytes) : null,
    },
    // Live bytes always belong to lines, never to functions.
    { text: live, heat: heatOf(mark.liveBytes, listing.total.liveBytes), functionLevel: null },
  ];
}

/** CSS class of a number, by its share of all bytes: `heat-5`, or `cool-5` for a negative difference. */
function heatOf(bytes: number, total: number): string | null {
  if (bytes === 0) return null;
  const share = Math.abs(bytes) / Math.max(1, total);
  const heat = HEATS.find(([least]) => share >= least)?.[1] ?? 1;
  return `${bytes < 0 ? "cool" : "heat"}-${heat}`;
}

function describeGap(from: number, to: number): string {
  return from === to ? say("gapLine", { from }) : say("gapLines", { from, to });
}
