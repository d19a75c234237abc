import { pageWords } from "../../words/page-words.ts";
import { findReferencesPlace, REFERENCES_ID } from "../components/references-place.ts";
import type { CitationTexts } from "../prose/citations.ts";
import type { RenderInput } from "../renderer.ts";
import { escapeHtml } from "../text/escape-html.ts";
import type { Insertion } from "./prose.ts";

/** Renders the list of references; each entry has the id that citations link to. */
export function renderReferencesHtml({ references }: CitationTexts): string {
  const numbered = references.some(({ number }) => number !== undefined);
  const entries = references.map(({ id, html, number }) => {
    const mark = number === undefined ? "" : `<span class="refno">${number}</span>`;
    return `<li id="${referenceId(id)}">${mark}<span>${html}</span></li>`;
  });
  return `<ul class="references${numbered ? " numbered" : ""}">\n${entries.join("\n")}\n</ul>\n`;
}

/**
 * The list of references as an insertion: with a heading at the end of the report, or in the author's section.
 * Undefined if a div `{#refs}` holds the list.
 */
export function insertReferences(input: RenderInput): Insertion | undefined {
  const place = findReferencesPlace(input);
  if (place?.before === undefined || input.citations === undefined) return undefined;
  const words = pageWords(input.report.frontMatter.lang);
  const heading = place.needsHeading
    ? `<h2 id="${REFERENCES_ID}">${words.references}<a class="anchor" href="#${REFERENCES_ID}" aria-label="${words.linkTo} ${words.references}">#</a></h2>\n`
    : "";
  return { before: place.before, html: `${heading}${renderReferencesHtml(input.citations)}` };
}

/** Id of an entry in the list of references. @param key key of the entry in the bibliography */
export function referenceId(key: string): string {
  return `ref-${escapeHtml(key)}`;
}
