import type { ProjectSettings } from "../document/settings.ts";
import type { ReportCard } from "../model/report-card.ts";
import { readAsset } from "../render/assets.ts";
import { contentSecurityPolicy } from "../render/html/page.ts";
import { fillTemplate, type Html, html } from "../render/html/template.ts";
import { formatDate } from "../render/text/date.ts";
import { pageWords } from "../words/page-words.ts";
import { encodePath } from "./places.ts";
import type { SearchSection } from "./search-text.ts";
import { renderSparkline } from "./sparkline.ts";

/** Content of a site's index page. */
export interface IndexInput {
  readonly settings: ProjectSettings;
  readonly title: string;
  /** In the order of the site. */
  readonly cards: readonly ReportCard[];
  readonly sections: readonly SearchSection[];
  readonly searchScript: string;
  /** CSS of the project's own style sheets. */
  readonly addedCss: string;
  /** Image as a `data:` URI. */
  readonly logo: string | null;
  readonly footer: Html | null;
  readonly heapbookVersion: string;
}

/** Template fields that the index and the 404 page share. */
function frameOf({ settings, title, addedCss, heapbookVersion }: IndexInput, script: string) {
  const css = `${readAsset("css/report.css")}${readAsset("css/site.css")}${addedCss}`;
  return {
    lang: settings.lang,
    theme: settings.theme === "auto" ? null : settings.theme,
    words: pageWords(settings.lang),
    title,
    heapbookVersion,
    css: html(css),
    policy: html(contentSecurityPolicy(css, script)),
  };
}

/** Renders `index.html` of a site: a card for each report, and the search. The page needs no other file. */
export function renderIndex(input: IndexInput): string {
  const { settings, cards, sections, logo, footer } = input;
  const script = `${readAsset("js/report.js")}\n${input.searchScript}`;
  const reports = cards.map(({ slug, title }) => ({ title, href: `${encodePath(slug)}/index.html` }));
  return fillTemplate("site", {
    ...frameOf(input, script),
    description: settings.description ?? null,
    feed: settings.url === undefined ? null : "feed.xml",
    logo,
    footer,
    cards: cards.map((card) => describeCard(card, settings.lang)),
    // Inside a script element only `<` can end the data, so it is written as a JSON escape.
    sections: html(JSON.stringify({ reports, sections }).replaceAll("<", "\\u003c")),
    script: html(script),
  });
}

function describeCard(card: ReportCard, lang: string): object {
  const sparkline = renderSparkline(card.sparkline);
  return {
    href: `${encodePath(card.slug)}/index.html`,
    title: card.title,
    subtitle: card.subtitle,
    byline: card.authors.length > 0 || card.date !== null,
    authors: card.authors.length > 0 ? card.authors.join(", ") : null,
    date: card.date === null ? null : { iso: card.date, text: formatDate(card.date, lang) },
    abstract: card.abstract,
    figure: card.keyFigure,
    sparkline: sparkline === null ? null : html(sparkline),
  };
}

/**
 * Renders `404.html`, which a host shows for missing pages in any folder. The link to the index is absolute if the
 * site's address is known.
 */
export function renderNotFound(input: IndexInput): string {
  const { url } = input.settings;
  return fillTemplate("not-found", { ...frameOf(input, ""), home: url === undefined ? "/" : `${url}/` });
}
