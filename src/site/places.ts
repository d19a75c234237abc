import type { SitePlace } from "../model/report-card.ts";

/** Path (`slug`) and title of one page of a site. */
export interface SitePage {
  readonly slug: string;
  readonly title: string;
}

/** Compares numbers in names by value. The fixed locale gives the same order on every machine. */
const collator = new Intl.Collator("en", { numeric: true });

/** Sorts pages: first those named in `order`, then the others by path. */
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

/** Relative URL from one page of the site to another. `from` is a slug, `to` a path relative to the site's folder. */
export function hrefBetween(from: string, to: string): string {
  return `${"../".repeat(from.split("/").length)}${encodePath(to)}`;
}

/** Percent-encodes each part of a path for a URL. */
export function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** The links of a page to its index and its neighbours. @param pages all pages in the order of the site */
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
