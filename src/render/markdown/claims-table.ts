import { nameVerdict } from "../../results/claim-texts.ts";
import { pageWords } from "../../words/page-words.ts";
import { capitalize } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { summarizeEvidence } from "../components/claim.ts";
import { captionOfClaims, cellOfClaim, findClaimsPlace, linkToClaim, nameCell } from "../components/claims-place.ts";
import type { RenderInput } from "../renderer.ts";
import { renderCodedTextMarkdown } from "./coded-text.ts";
import { renderTableMarkdown } from "./table.ts";

/** Escapes each bar without a backslash, because a bar ends a table cell, also inside code. */
function escapeBars(text: string): string {
  return text.replace(/(?<!\\)\\*\|/g, (bar) => (bar.length % 2 === 0 ? bar : `${bar.slice(0, -1)}\\|`));
}

/**
 * Renders the table of all claims, each linked to its callout; undefined for a report without claims. `line`: line of
 * the report that follows the table; undefined at the end.
 */
export function renderClaimsMarkdown(
  input: RenderInput,
): { readonly text: string; readonly line: number | undefined } | undefined {
  const place = findClaimsPlace(input);
  if (place === undefined) return undefined;
  const columns = ["#", say("claim"), capitalize(say("verdict")), say("evidence"), say("cell")].map((title) => ({
    title,
    numeric: title === "#",
  }));
  const rows = input.claims.map((listed) => {
    const { claim, number, label } = listed;
    const href = linkToClaim(listed, input);
    const sentence = escapeBars(renderCodedTextMarkdown(claim.sentence));
    return [
      { text: String(number) },
      { text: href === null ? sentence : `[${sentence}](${href})`, isMarkdown: true },
      { text: nameVerdict(claim.verdict) },
      summarizeEvidence(listed),
      { text: nameCell(cellOfClaim(listed, input), label) },
    ];
  });
  const caption = captionOfClaims(input.claims);
  const heading = place.needsHeading ? [`## ${pageWords(input.report.frontMatter.lang).claims}`] : [];
  const table = renderTableMarkdown({ columns, rows, total: rows.length, caption });
  return { text: [...heading, table].join("\n\n"), line: place.line };
}
