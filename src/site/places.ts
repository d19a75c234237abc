import type { SitePlace } from "../model/report-card.ts";

/** A report's place among the others: path and title of its page. */
export interface SitePage {
  readonly slug: string;
  readonly title: string;
}

/** Orders numbers in names by value, the same on every machine. */
const collator = new Intl.Collator("en", { numeric: true });

/** Orders pages: those that `order` names first, then the others by path. */
export function orderPages<Page extends Pick<SitePage, "slug">>(
  pages: readonly Page[],
  order: readonly string[],
): Page[] {
  const rank = ({ slug }: Page): number => {
    const index = order.indexOf(slug);
    return index < 0 ? order.length : index;
  };
  return [...pages].sort((a, b) => rank(a) - rank(b) || collator.compare(a.slug, b.slug));
}

/** Address of one page of the site, relative to the page of another report. */
export function hrefBetween(from: string, to: string): string {
  return `${"../".repeat(from.split("/").length)}${encodePath(to)}`;
}

/** A path in a URL: every part is percent-encoded. */
export function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** Where a page stands in its site. @param pages in the order of the site */
export function placeOf(slug: string, pages: readonly SitePage[], title: string | null): SitePlace {
  const index = pages.findIndex((page) => page.slug === slug);
  const at = (page: SitePage | undefined, rel: "prev" | "next") =>
    page === undefined ? [] : [{ rel, title: page.title, href: hrefBetween(slug, `${page.slug}/index.html`) }];
  return {
    title,
    href: hrefBetween(slug, "index.html"),
    neighbours: index < 0 ? [] : [...at(pages[index - 1], "prev"), ...at(pages[index + 1], "next")],
  };
}
