import type { ReportCard } from "../model/report-card.ts";
import { withoutDirectionControls } from "../render/html/direction-controls.ts";
import { escapeHtml } from "../render/text/escape-html.ts";
import { encodePath } from "./places.ts";

/** Characters and lone surrogates that XML 1.0 does not have. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Surrogate}]/gu;

/** Escapes a text for XML, without direction controls, which would reorder a reader's list of titles. */
function escapeXml(text: string): string {
  return escapeHtml(withoutDirectionControls(text).replace(NOT_IN_XML, ""));
}

/**
 * Renders `sitemap.xml` (https://www.sitemaps.org/protocol.html) with the index and every page.
 * @param url address of the site, without a slash at its end
 */
export function renderSitemap(url: string, cards: readonly ReportCard[]): string {
  const entries = [
    { path: "", date: null },
    ...cards.map(({ slug, date }) => ({ path: `${encodePath(slug)}/`, date })),
  ];
  const lines = entries.map(({ path, date }) => {
    const modified = date === null ? "" : `<lastmod>${date}</lastmod>`;
    return `<url><loc>${escapeHtml(`${url}/${path}`)}</loc>${modified}</url>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${lines.join("\n")}\n</urlset>\n`;
}

/** Date of a feed without reports; Atom requires a date. */
const NO_DATE = "1970-01-01";

/**
 * Renders an Atom feed (RFC 4287) of the reports, the newest first. A report without a date uses the date of its
 * measurement. A report with neither is left out: an entry needs a date, and the clock would change the page at each
 * render.
 */
export function renderFeed(url: string, title: string, cards: readonly ReportCard[]): string {
  const days = (card: ReportCard): number => Date.parse(dayOf(card) ?? NO_DATE);
  const sorted = cards.filter((card) => dayOf(card) !== undefined).sort((a, b) => days(b) - days(a));
  const entries = sorted.map((card) => {
    const link = escapeXml(`${url}/${encodePath(card.slug)}/`);
    const authors = card.authors.map((name) => `<author><name>${escapeXml(name)}</name></author>`).join("");
    const summary = card.abstract === null ? "" : `<summary>${escapeXml(card.abstract)}</summary>`;
    return `<entry><id>${link}</id><title>${escapeXml(card.title)}</title><link href="${link}"/><updated>${timeOf(card)}</updated>${authors}${summary}</entry>`;
  });
  const home = escapeXml(`${url}/`);
  const updated = sorted[0] === undefined ? `${NO_DATE}T00:00:00Z` : timeOf(sorted[0]);
  const author = `<author><name>${escapeXml(title)}</name></author>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n<id>${home}</id><title>${escapeXml(title)}</title><link href="${home}"/><link rel="self" href="${escapeXml(`${url}/feed.xml`)}"/><updated>${updated}</updated>${author}\n${entries.join("\n")}\n</feed>\n`;
}

function dayOf({ date, measured }: ReportCard): string | undefined {
  return date ?? measured ?? undefined;
}

function timeOf(card: ReportCard): string {
  return `${dayOf(card) ?? NO_DATE}T00:00:00Z`;
}
