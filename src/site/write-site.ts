import { existsSync } from "node:fs";
import { join, posix, resolve } from "node:path";
import type { ProjectSettings } from "../document/settings.ts";
import { readRegularText, statIfThere } from "../files.ts";
import type { TextCache } from "../model/text-cache.ts";
import { isPageFile } from "../render/formats.ts";
import type { Html } from "../render/html/template.ts";
import { writeAtomically } from "../store/atomic-write.ts";
import { outputNotWritable } from "../store/check-writable.ts";
import { sha256 } from "../store/hash.ts";
import { renderFeed, renderSitemap } from "./feeds.ts";
import { renderIndex, renderNotFound } from "./index-page.ts";
import { MANIFEST_FILE, readManifest, removeListed, type SiteReport, stringifyManifest } from "./manifest.ts";
import { orderPages } from "./places.ts";
import { searchScript } from "./search-script.ts";
import { readSections, type SearchSection } from "./search-text.ts";

/** Everything that `writeSite` needs. */
export interface SiteInput {
  /** Absolute path of the project's folder. */
  readonly root: string;
  /** Absolute path of the site. */
  readonly folder: string;
  readonly settings: ProjectSettings;
  readonly title: string;
  /** Whether the site has an index: true for several reports, or a project with `heapbook.yml`. */
  readonly hasIndex: boolean;
  /** Reports that were rendered in this run. */
  readonly rendered: readonly SiteReport[];
  readonly addedCss: string;
  readonly logo: string | null;
  readonly footer: Html | null;
  readonly cache: TextCache;
  readonly heapbookVersion: string;
  readonly onWarning: (message: string) => void;
}

/** Result of writing the site. */
export interface WrittenSite {
  /** Absolute path of the index; undefined for a site without one. */
  readonly index: string | undefined;
  /** Slugs of removed reports, such as `2025/week1`. */
  readonly removed: readonly string[];
}

/**
 * Writes the files that belong to no single report: the index with its search, `404.html`, `sitemap.xml` and `feed.xml`
 * (if the site's address is known), and the manifest. Removes pages of reports whose `report.md` is gone, and linked
 * files without a link. Removes only files that the manifest lists.
 * @throws UserError `output-not-writable`
 */
export function writeSite(input: SiteInput): WrittenSite {
  try {
    return writeFiles(input);
  } catch (error) {
    // Only file-system errors have `syscall`. Any other error is a mistake in Heapbook.
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw outputNotWritable(input.folder, error);
  }
}

function writeFiles(input: SiteInput): WrittenSite {
  const { root, folder, settings, rendered } = input;
  const before = readManifest(folder);
  const bySlug = new Map(before.reports.map((report) => [report.card.slug, report]));
  for (const report of rendered) {
    const { slug } = report.card;
    // Files of other formats, from earlier renders: a render of one format keeps them.
    const earlier = bySlug.get(slug)?.files.filter((file) => isPageFile(posix.relative(slug, file))) ?? [];
    bySlug.set(slug, { ...report, files: [...new Set([...report.files, ...earlier])] });
  }
  const gone = before.reports.filter((report) => !existsSync(resolve(root, report.source)));
  const removed = gone.map(({ card }) => card.slug).filter((slug) => !rendered.some(({ card }) => card.slug === slug));
  for (const slug of removed) bySlug.delete(slug);
  const pages = orderPages(
    [...bySlug.values()].map((report) => ({ ...report, slug: report.card.slug })),
    settings.order.map(({ path }) => path),
  );
  const reports = pages.map(({ slug: _slug, ...report }) => report);
  const site = input.hasIndex ? filesOf(input, reports, before.files) : [];
  const files = site.map(({ path }) => path);
  const manifest = stringifyManifest({ reports, files });
  const all = [...site, { path: MANIFEST_FILE, contents: manifest }].map(({ path, contents }) => ({
    path: join(folder, path),
    contents,
  }));
  writeAtomically(all.filter(({ path, contents }) => !isFile(path) || readRegularText(path) !== contents));
  const kept = new Set([...files, ...reports.flatMap((report) => report.files)]);
  const listed = [...before.files, ...before.reports.flatMap((report) => report.files)];
  removeListed(
    folder,
    listed.filter((file) => !kept.has(file)),
  );
  return { index: files.includes("index.html") ? join(folder, "index.html") : undefined, removed };
}

interface SiteFile {
  readonly path: string;
  readonly contents: string;
}

/** The files that belong to no report. An existing file that Heapbook did not write is kept, with a warning. */
function filesOf(input: SiteInput, reports: readonly SiteReport[], before: readonly string[]): SiteFile[] {
  const { folder, settings, title } = input;
  const cards = reports.map(({ card }) => card);
  const sections = reports.flatMap((report, index) => sectionsOf(input, report, index));
  const page = { ...input, cards, sections, searchScript: searchScript(input.cache) };
  const { url } = settings;
  const files = [
    { path: "index.html", contents: renderIndex(page) },
    { path: "404.html", contents: renderNotFound(page) },
    ...(url === undefined
      ? []
      : [
          { path: "sitemap.xml", contents: renderSitemap(url, cards) },
          { path: "feed.xml", contents: renderFeed(url, title, cards) },
        ]),
  ];
  return files.filter(({ path }) => {
    const isOwn = before.includes(path) || !existsSync(join(folder, path)) || isHeapbooks(join(folder, path));
    if (!isOwn) input.onWarning(`${join(folder, path)} was not written by Heapbook, and stays as it is [foreign-file]`);
    return isOwn;
  });
}

const isFile = (path: string): boolean => statIfThere(path)?.isFile() === true;

/** Whether Heapbook wrote a page that no manifest lists, judged by its `generator` element. */
function isHeapbooks(path: string): boolean {
  return isFile(path) && readRegularText(path).includes('<meta name="generator" content="Heapbook ');
}

/** Sections of a report's page, cached by the hash of the page; empty for a report without an HTML page. */
function sectionsOf({ folder, cache }: SiteInput, { card }: SiteReport, report: number): SearchSection[] {
  const path = join(folder, card.slug, "index.html");
  if (!isFile(path)) return [];
  const page = readRegularText(path);
  const key = `search-sections-1-${sha256(page)}`;
  const cached = cache.get(key);
  const sections = cached === undefined ? readSections(page, 0) : (JSON.parse(cached) as SearchSection[]);
  if (cached === undefined) cache.set(key, JSON.stringify(sections));
  return sections.map((section) => ({ ...section, report }));
}
