import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { readFrontMatter } from "../document/front-matter.ts";
import { DEFAULT_SETTINGS, type ProjectSettings, parseSettings, SETTINGS_FILE } from "../document/settings.ts";
import { didYouMean, UserError, UserErrors } from "../errors.ts";
import { readRegularText } from "../files.ts";
import type { ReportCard, SitePlace } from "../model/report-card.ts";
import { fillFooter } from "../render/html/page.ts";
import type { ProjectParts } from "../render/project-parts.ts";
import { openTextCache } from "../store/text-cache.ts";
import { pageWords } from "../words/page-words.ts";
import { readManifest, type SiteReport } from "./manifest.ts";
import { orderPages, placeOf, type SitePage } from "./places.ts";
import { type WrittenSite, writeSite } from "./write-site.ts";

/** A report of the project: absolute path of report.md, and slug of its page. */
export interface ProjectReport {
  readonly path: string;
  readonly slug: string;
}

/** The site of a project during a run of the command line. */
export interface ProjectSite {
  /**
   * Links of a page to the index and its neighbours; undefined for a site without an index: one report and no
   * `heapbook.yml`.
   */
  placeOf(slug: string): SitePlace | undefined;
  /**
   * Records a rendered report.
   * @param files absolute paths of the files of its page
   * @param problems what is wrong with the page, a line each
   */
  add(path: string, card: ReportCard, files: readonly string[], problems: readonly string[]): void;
  /**
   * Writes the index and the other files that belong to no single report. Writes nothing, and returns undefined, if no
   * report was rendered.
   */
  write(heapbookVersion: string, onWarning: (message: string) => void): WrittenSite | undefined;
}

/**
 * Reads `heapbook.yml`; the defaults where the project has none.
 * @param cwd working folder; paths in messages are relative to it
 * @throws UserErrors of `parseSettings`; UserError `unreadable-settings`
 */
export function readSettings(root: string, cwd: string): ProjectSettings {
  const path = join(root, SETTINGS_FILE);
  if (!existsSync(path)) {
    refuseOtherNames(root, cwd);
    return DEFAULT_SETTINGS;
  }
  const file = relative(cwd, path);
  let source: string;
  try {
    source = readRegularText(path);
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    throw new UserError(`${file} cannot be read (${code}).`, {
      code: "unreadable-settings",
      hint: "Allow reading, or remove it: a project needs no `heapbook.yml`.",
      cause,
    });
  }
  return parseSettings(source, file);
}

/** Refuses a settings file with another name, which would be ignored. @throws UserError `unreadable-settings` */
function refuseOtherNames(root: string, cwd: string): void {
  const other = ["heapbook.yaml", "_heapbook.yml", "heapbook.json"].find((name) => existsSync(join(root, name)));
  if (other === undefined) return;
  throw new UserError(
    `${relative(cwd, join(root, other))} is not read: the settings of a project are in ${SETTINGS_FILE}.`,
    {
      code: "unreadable-settings",
      hint: `Rename it to ${SETTINGS_FILE}.`,
    },
  );
}

/**
 * Opens the site of a project, to which rendered reports are added.
 * @param folder absolute path of the site
 * @param reports every report of the project
 * @param rendered slugs of the reports that will be rendered now
 * @throws UserError `invalid-setting` if `order` names an unknown report
 */
export function openSite(
  root: string,
  folder: string,
  settings: ProjectSettings,
  parts: ProjectParts,
  reports: readonly ProjectReport[],
  rendered: readonly string[],
): ProjectSite {
  checkOrder(settings, reports);
  const earlier = readManifest(folder).reports.filter(({ source }) => existsSync(resolve(root, source)));
  const slugs = new Set([...reports.map(({ slug }) => slug), ...earlier.map(({ card }) => card.slug)]);
  const hasIndex = slugs.size > 1 || existsSync(join(root, SETTINGS_FILE));
  const title = settings.title ?? pageWords(settings.lang).reports;
  const done: SiteReport[] = [];
  let pages: readonly SitePage[] | undefined;
  const listPages = (): readonly SitePage[] => {
    const shown = new Map<string, SitePage>(earlier.map(({ card }) => [card.slug, card]));
    for (const { path, slug } of reports) {
      if (rendered.includes(slug)) shown.set(slug, { slug, title: titleOf(path) ?? slug });
    }
    return orderPages(
      [...shown.values()],
      settings.order.map((each) => each.path),
    );
  };
  return {
    placeOf(slug) {
      if (!hasIndex) return undefined;
      pages ??= listPages();
      return placeOf(slug, pages, settings.title ?? null);
    },
    add(path, card, files, problems) {
      const own = files.map((file) => relative(folder, file).replaceAll("\\", "/"));
      const wrong = problems.length === 0 ? {} : { problems };
      const report = { source: relative(root, path).replaceAll("\\", "/"), files: own, card, ...wrong };
      const index = done.findIndex((each) => each.card.slug === card.slug);
      done.splice(index < 0 ? done.length : index, index < 0 ? 0 : 1, report);
    },
    write(heapbookVersion, onWarning) {
      if (done.length === 0) return undefined;
      const cache = openTextCache(root, onWarning);
      const { css, logo } = parts;
      const footer = fillFooter(parts, { lang: settings.lang, custom: {} });
      const frame = { addedCss: css, logo, footer, heapbookVersion, cache, onWarning };
      return writeSite({ root, folder, settings, title, hasIndex, rendered: done, ...frame });
    },
  };
}

/** Title of a report; undefined if report.md cannot be read, which the render of that report reports as an error. */
function titleOf(path: string): string | undefined {
  let source: string;
  try {
    source = readRegularText(path);
  } catch {
    return undefined;
  }
  return readFrontMatter(source, path).frontMatter.title;
}

function checkOrder({ order }: ProjectSettings, reports: readonly ProjectReport[]): void {
  const slugs = reports.map(({ slug }) => slug);
  const errors = order
    .filter(({ path }) => !slugs.includes(path))
    .map(({ path, position }) => {
      const hint = didYouMean(path, slugs, "reports");
      return new UserError(`\`order\` names \`${path}\`, which is no report.`, {
        code: "invalid-setting",
        position,
        hint,
      });
    });
  if (errors.length > 0) throw new UserErrors(errors);
}
