import type { Cell } from "../../document/types.ts";
import { describeCorrection, describeCounts } from "../../results/claim-texts.ts";
import type { ReportClaim } from "../../results/report-claims.ts";
import { pageWords } from "../../words/page-words.ts";
import { joinSentences, sentence } from "../../words/punctuation.ts";
import type { RenderInput } from "../renderer.ts";
import { claimId } from "./claim.ts";
import { isOwnSection } from "./own-section.ts";
import { isShown } from "./shown-cell.ts";

/** Id of the section with the table of claims. */
export const CLAIMS_ID = "claims";

/** Where the table of claims goes in the report. */
export interface ClaimsPlace {
  /** Index of the first token after the table. */
  readonly before: number;
  /** Line of the heading after the table, from 1; undefined if no section follows. */
  readonly line: number | undefined;
  /** Whether the table needs a heading, because the report has no section with the id `claims` or `sec-claims`. */
  readonly needsHeading: boolean;
}

/**
 * Finds the place of the table of claims: at the end of the author's section `Claims`, before its subsections; without
 * that section, after all sections. Undefined for a report without claims.
 */
export function findClaimsPlace({ report, claims }: Pick<RenderInput, "report" | "claims">): ClaimsPlace | undefined {
  if (claims.length === 0) return undefined;
  const { tokens } = report;
  const isEnd = (index: number): boolean => {
    const token = tokens[index];
    return token?.type === "footnote_block_open" || (token?.type === "heading_open" && token.level === 0);
  };
  const notes = tokens.findIndex((token) => token.type === "footnote_block_open");
  const titles = [CLAIMS_ID, pageWords(report.frontMatter.lang).claims];
  const own = tokens.findIndex((_, index) => isOwnSection(tokens, index, titles));
  if (own < 0) return { before: notes < 0 ? tokens.length : notes, line: undefined, needsHeading: true };
  const next = tokens.findIndex((_, index) => index > own && isEnd(index));
  const line = tokens[next]?.type === "heading_open" ? tokens[next].map?.[0] : undefined;
  return {
    before: next < 0 ? tokens.length : next,
    line: line === undefined ? undefined : line + 1,
    needsHeading: false,
  };
}

/** The sentence above the table of claims. */
export function captionOfClaims(claims: readonly ReportClaim[]): string {
  const texts = [describeCounts(claims), describeCorrection(claims)].filter((text) => text !== undefined);
  return joinSentences(texts.map(sentence));
}

/** The cell that makes a claim; undefined if the report has no cell with the claim's label. */
export function cellOfClaim({ label }: ReportClaim, { report }: RenderInput): Cell | undefined {
  return report.cells.find((cell) => cell.label === label);
}

/** Link to the callout of a claim; null if the report does not show the cell's output. */
export function linkToClaim(listed: ReportClaim, input: RenderInput): string | null {
  const cell = cellOfClaim(listed, input);
  return cell !== undefined && isShown(cell) ? `#${claimId(listed)}` : null;
}

/** Name of a cell in the table of claims: its label, or `In [3]` if the author gave none. */
export function nameCell(cell: Cell | undefined, label: string): string {
  return cell === undefined || cell.labelled ? label : `In [${cell.number}]`;
}
