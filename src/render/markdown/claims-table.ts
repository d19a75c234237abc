import { nameVerdict } from "../../results/claim-texts.ts";
import { describeRow } from "../components/claim.ts";
import {
  CLAIMS_TITLE,
  captionOfClaims,
  cellOfClaim,
  findClaimsPlace,
  linkToClaim,
  nameCell,
} from "../components/claims-place.ts";
import { codedMarkdown } from "../text/coded-text.ts";
import type { RenderInput } from "../renderer.ts";
import { formatTable } from "./item.ts";

/** All claims in one Markdown table, with the line of the report before which it stands; undefined: at the end. */
export function formatClaims(
  input: RenderInput,
): { readonly text: string; readonly line: number | undefined } | undefined {
  const place = findClaimsPlace(input);
  if (place === undefined) return undefined;
  const columns = ["#", "Claim", "Verdict", "Evidence", "Cell"].map((title) => ({ title, numeric: title === "#" }));
  const rows = input.claims.map((listed) => {
    const { claim, number, label } = listed;
    const href = linkToClaim(listed, input);
    const sentence = codedMarkdown(claim.sentence).replace(/(?<!\\)\|/g, "\\|");
    return [
      { text: String(number) },
      { text: href === null ? sentence : `[${sentence}](${href})`, isMarkdown: true },
      { text: nameVerdict(claim.verdict) },
      describeRow(listed),
      { text: nameCell(cellOfClaim(listed, input), label) },
    ];
  });
  const caption = captionOfClaims(input.claims);
  const heading = place.isOwnSection ? [`## ${CLAIMS_TITLE}`] : [];
  const table = formatTable({ columns, rows, total: rows.length, caption });
  return { text: [...heading, table].join("\n\n"), line: place.line };
}
