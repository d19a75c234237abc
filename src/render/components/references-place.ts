import type { Token } from "markdown-it";
import type { Attributes } from "../../document/attributes.ts";
import { referencesTitles } from "../../words/references-titles.ts";
import type { RenderInput } from "../renderer.ts";
import { isOwnSection } from "./own-section.ts";

/** Id of the section with the list of references. */
export const REFERENCES_ID = "references";

/** Where the list of references goes. */
export interface ReferencesPlace {
  /** Index of the first token after the list; undefined if a div `{#refs}` holds the list. */
  readonly before: number | undefined;
  /** Line of the first text after the list, from 1; undefined at the end of the report. */
  readonly line: number | undefined;
  /** Whether the list needs a heading, because the author wrote no section for it. */
  readonly needsHeading: boolean;
}

/** Whether a token opens the div `::: {#refs}`, in which the author wants the list. */
export function opensReferences(token: Token): boolean {
  return token.type === "div_open" && (token.meta?.["attributes"] as Attributes | undefined)?.id === "refs";
}

/**
 * Finds the place of the list of references: in the div `{#refs}`; otherwise at the end of the author's section
 * `References` (any usual title); otherwise at the end of the report, under a heading. Undefined for a report that
 * cites nothing.
 */
export function findReferencesPlace({
  report,
  citations,
}: Pick<RenderInput, "report" | "citations">): ReferencesPlace | undefined {
  if (citations === undefined || citations.references.length === 0) return undefined;
  const { tokens } = report;
  const div = tokens.findIndex(opensReferences);
  if (div >= 0) return { before: undefined, line: (tokens[div]?.map?.[0] ?? 0) + 2, needsHeading: false };
  const names = referencesTitles(report.frontMatter.lang);
  // The last section with such a title counts: the list stands at the end, and an earlier `Literature` may be a review.
  const own = tokens.findLastIndex((_, index) => isOwnSection(tokens, index, names));
  const notes = tokens.findIndex((token) => token.type === "footnote_block_open");
  const end = notes < 0 ? tokens.length : notes;
  if (own < 0) return { before: end, line: undefined, needsHeading: true };
  const next = tokens.findIndex((token, index) => index > own && token.type === "heading_open" && token.level === 0);
  const line = tokens[next]?.map?.[0];
  return { before: next < 0 ? end : next, line: line === undefined ? undefined : line + 1, needsHeading: false };
}

/**
 * Whether the list goes before the table of claims, if both stand at the end. True if the author's section `References`
 * is the last: otherwise the claims' section would separate its heading from the list.
 */
export function precedesClaims(input: Pick<RenderInput, "report" | "citations">): boolean {
  return findReferencesPlace(input)?.needsHeading === false;
}
