import type { Cell } from "../document/types.ts";
import { describeCounts, nameVerdict } from "../results/claim-texts.ts";
import type { ReportClaim } from "../results/claims.ts";
import { capitalise, claimId, describeRow } from "./claim.ts";
import { codedHtml, codedMarkdown } from "./coded-text.ts";
import { formatTable } from "./markdown-output.ts";
import type { Insertion } from "./prose.ts";
import type { RenderInput } from "./renderer.ts";
import { isShown } from "./shown-cell.ts";
import { fillTemplate, html } from "./template.ts";

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

/** All claims in one table, each linked to where it was made. */
export function renderClaims(input: RenderInput): Insertion | undefined {
  const place = findClaimsPlace(input);
  if (place === undefined) return undefined;
  const source = fillTemplate("claims", {
    heading: place.isOwnSection ? { id: CLAIMS_ID, title: CLAIMS_TITLE } : null,
    caption: captionOf(input.claims),
    rows: input.claims.map((listed) => {
      const { claim, number, label } = listed;
      return {
        number,
        href: linkTo(listed, input),
        sentence: html(codedHtml(claim.sentence)),
        verdict: claim.verdict,
        verdictName: capitalise(nameVerdict(claim.verdict)),
        ...describeRow(listed),
        label,
        cell: nameCell(cellOf(listed, input), label),
      };
    }),
  });
  return { before: place.before, html: source };
}

/** The same as Markdown, with the line of the report before which it stands; at the end without one. */
export function formatClaims(
  input: RenderInput,
): { readonly text: string; readonly line: number | undefined } | undefined {
  const place = findClaimsPlace(input);
  if (place === undefined) return undefined;
  const columns = ["#", "Claim", "Verdict", "Evidence", "Cell"].map((title) => ({ title, numeric: title === "#" }));
  const rows = input.claims.map((listed) => {
    const { claim, number, label } = listed;
    const href = linkTo(listed, input);
    const sentence = codedMarkdown(claim.sentence).replace(/(?<!\\)\|/g, "\\|");
    return [
      { text: String(number) },
      { text: href === null ? sentence : `[${sentence}](${href})`, isMarkdown: true },
      { text: nameVerdict(claim.verdict) },
      describeRow(listed),
      { text: nameCell(cellOf(listed, input), label) },
    ];
  });
  const caption = captionOf(input.claims);
  const heading = place.isOwnSection ? [`## ${CLAIMS_TITLE}`] : [];
  const table = formatTable({ columns, rows, total: rows.length, caption });
  return { text: [...heading, table].join("\n\n"), line: place.line };
}

function captionOf(claims: readonly ReportClaim[]): string {
  return `${describeCounts(claims)}.`;
}

function cellOf({ label }: ReportClaim, { report }: RenderInput): Cell | undefined {
  return report.cells.find((cell) => cell.label === label);
}

/** A claim of a cell whose output is not shown has no callout to lead to. */
function linkTo(listed: ReportClaim, input: RenderInput): string | null {
  const cell = cellOf(listed, input);
  return cell !== undefined && isShown(cell) ? `#${claimId(listed)}` : null;
}

function nameCell(cell: Cell | undefined, label: string): string {
  return cell === undefined || cell.labelled ? label : `In [${cell.number}]`;
}
