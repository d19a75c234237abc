import type { Token } from "markdown-it";
import type { Attributes } from "../../document/attributes.ts";
import { referencesTitles } from "../../words/references-titles.ts";
import type { RenderInput } from "../renderer.ts";
import { isOwnSection } from "./own-section.ts";

/** Id of the section with the list of references. */
export const REFERENCES_ID = "references";

/** Place of the list of references. */
export interface ReferencesPlace {
  /** Index of the token that follows the list; undefined where a div `{#refs}` holds the list. */
  readonly before: number | undefined;
  /** Line of the report that follows the list; undefined at the end. */
  readonly line: number | undefined;
  /** Whether the list needs a heading. */
  readonly needsHeading: boolean;
}

/** Whether a token opens the div `::: {#refs}`, which gets the list. */
export function opensReferences(token: Token): boolean {
  return token.type === "div_open" && (token.meta?.["attributes"] as Attributes | undefined)?.id === "refs";
}

/**
 * Finds the place of the list of references: the div `{#refs}`; else the end of the author's section `References`, by any
 * of its usual titles; else the end of the report, under a heading. Undefined for a report that cites nothing.
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
  // The last, because a section `Literature` may also be a review, and the list stands at the end.
  const own = tokens.findLastIndex((_, index) => isOwnSection(tokens, index, names));
  const notes = tokens.findIndex((token) => token.type === "footnote_block_open");
  const end = notes < 0 ? tokens.length : notes;
  if (own < 0) return { before: end, line: undefined, needsHeading: true };
  const next = tokens.findIndex((token, index) => index > own && token.type === "heading_open" && token.level === 0);
  const line = tokens[next]?.map?.[0];
  return { before: next < 0 ? end : next, line: line === undefined ? undefined : line + 1, needsHeading: false };
}

/**
 * Whether the list belongs before the table of claims where both stand at the end of the report: the author's section `References`
 * is the last, and the section of the claims, which Heapbook makes, would otherwise stand between its heading and the list.
 */
export function precedesClaims(input: Pick<RenderInput, "report" | "citations">): boolean {
  return findReferencesPlace(input)?.needsHeading === false;
}
