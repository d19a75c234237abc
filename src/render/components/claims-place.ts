import type { Cell } from "../../document/types.ts";
import { describeCorrection, describeCounts } from "../../results/claim-texts.ts";
import type { ReportClaim } from "../../results/report-claims.ts";
import type { RenderInput } from "../renderer.ts";
import { claimId } from "./claim.ts";
import { isShown } from "./shown-cell.ts";

export const CLAIMS_ID = "claims";
export const CLAIMS_TITLE = "Claims";

/** Where the table of claims stands among the tokens of the report. */
export interface ClaimsPlace {
  /** Index of the token before which it stands. */
  readonly before: number;
  /** Line of the report before which it stands; undefined at the end. */
  readonly line: number | undefined;
  /** Whether it needs a heading: the report has no section `claims` of its own. */
  readonly isOwnSection: boolean;
}

/**
 * The place of the table of claims: at the end of the report's own section `Claims`, before its subsections, else in a section
 * after all others. Undefined for a report without claims.
 */
export function findClaimsPlace({ report, claims }: Pick<RenderInput, "report" | "claims">): ClaimsPlace | undefined {
  if (claims.length === 0) return undefined;
  const { tokens } = report;
  const isEnd = (index: number): boolean => {
    const token = tokens[index];
    return token?.type === "footnote_block_open" || (token?.type === "heading_open" && token.level === 0);
  };
  const notes = tokens.findIndex((token) => token.type === "footnote_block_open");
  const own = tokens.findIndex(
    (token) => token.type === "heading_open" && token.level === 0 && token.attrGet("id") === CLAIMS_ID,
  );
  if (own < 0) return { before: notes < 0 ? tokens.length : notes, line: undefined, isOwnSection: true };
  const next = tokens.findIndex((_, index) => index > own && isEnd(index));
  const line = tokens[next]?.type === "heading_open" ? tokens[next].map?.[0] : undefined;
  return {
    before: next < 0 ? tokens.length : next,
    line: line === undefined ? undefined : line + 1,
    isOwnSection: false,
  };
}

/** The sentence above the table of claims. */
export function captionOfClaims(claims: readonly ReportClaim[]): string {
  return [describeCounts(claims), describeCorrection(claims)]
    .flatMap((text) => (text === undefined ? [] : [`${text}.`]))
    .join(" ");
}

/** The cell that made a claim; undefined where the report has no such cell. */
export function cellOfClaim({ label }: ReportClaim, { report }: RenderInput): Cell | undefined {
  return report.cells.find((cell) => cell.label === label);
}

/** Link to the callout of a claim; null where the output of its cell is not shown. */
export function linkToClaim(listed: ReportClaim, input: RenderInput): string | null {
  const cell = cellOfClaim(listed, input);
  return cell !== undefined && isShown(cell) ? `#${claimId(listed)}` : null;
}

/** How the table names a cell: by its label, or by its number where the author gave it none. */
export function nameCell(cell: Cell | undefined, label: string): string {
  return cell === undefined || cell.labelled ? label : `In [${cell.number}]`;
}
