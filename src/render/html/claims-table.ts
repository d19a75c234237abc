import { nameVerdict } from "../../results/claim-texts.ts";
import { pageWords } from "../../words/page-words.ts";
import { capitalize } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { summarizeEvidence } from "../components/claim.ts";
import {
  CLAIMS_ID,
  captionOfClaims,
  cellOfClaim,
  findClaimsPlace,
  linkToClaim,
  nameCell,
} from "../components/claims-place.ts";
import type { RenderInput } from "../renderer.ts";
import { renderCodedTextHtml } from "./coded-text.ts";
import type { Insertion } from "./prose.ts";
import { fillTemplate, html } from "./template.ts";

/**
 * Renders the table of all claims, each linked to its callout, for its place in the body; undefined for a report
 * without claims.
 */
export function renderClaimsHtml(input: RenderInput): Insertion | undefined {
  const place = findClaimsPlace(input);
  if (place === undefined) return undefined;
  const words = pageWords(input.report.frontMatter.lang);
  const source = fillTemplate("claims", {
    heading: place.needsHeading
      ? { id: CLAIMS_ID, title: words.claims, link: `${words.linkTo} ${words.claims}` }
      : null,
    caption: captionOfClaims(input.claims),
    heads: [say("claim"), capitalize(say("verdict")), say("evidence"), say("cell")],
    claim: say("claim"),
    rows: input.claims.map((listed) => {
      const { claim, number, label } = listed;
      return {
        number,
        href: linkToClaim(listed, input),
        sentence: html(renderCodedTextHtml(claim.sentence)),
        verdict: claim.verdict,
        verdictName: capitalize(nameVerdict(claim.verdict)),
        ...summarizeEvidence(listed),
        label,
        cell: nameCell(cellOfClaim(listed, input), label),
      };
    }),
  });
  return { before: place.before, html: source };
}
