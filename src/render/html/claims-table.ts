import { nameVerdict } from "../../results/claim-texts.ts";
import { capitalise, describeRow } from "../components/claim.ts";
import {
  CLAIMS_ID,
  CLAIMS_TITLE,
  captionOfClaims,
  cellOfClaim,
  findClaimsPlace,
  linkToClaim,
  nameCell,
} from "../components/claims-place.ts";
import { codedHtml } from "../text/coded-text.ts";
import type { Insertion } from "./prose.ts";
import type { RenderInput } from "../renderer.ts";
import { fillTemplate, html } from "./template.ts";

/** All claims in one table, each linked to where it was made. */
export function renderClaims(input: RenderInput): Insertion | undefined {
  const place = findClaimsPlace(input);
  if (place === undefined) return undefined;
  const source = fillTemplate("claims", {
    heading: place.isOwnSection ? { id: CLAIMS_ID, title: CLAIMS_TITLE } : null,
    caption: captionOfClaims(input.claims),
    rows: input.claims.map((listed) => {
      const { claim, number, label } = listed;
      return {
        number,
        href: linkToClaim(listed, input),
        sentence: html(codedHtml(claim.sentence)),
        verdict: claim.verdict,
        verdictName: capitalise(nameVerdict(claim.verdict)),
        ...describeRow(listed),
        label,
        cell: nameCell(cellOfClaim(listed, input), label),
      };
    }),
  });
  return { before: place.before, html: source };
}
