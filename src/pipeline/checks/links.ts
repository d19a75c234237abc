import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import type { Link } from "../../document/links.ts";
import { reportSlug } from "../../document/report-slug.ts";
import type { Report } from "../../document/types.ts";
import { nearest, UserError } from "../../errors.ts";
import { decodePercent, nearestPath, readRegularFile } from "../../files.ts";
import { isPageFile } from "../../render/formats.ts";
import type { RenderedFile } from "../../render/renderer.ts";
import { sha256 } from "../../store/hash.ts";

/** Links of a report, converted for the site. */
export interface ResolvedLinks {
  /** Addresses that differ in the site, by the address as the author wrote it. */
  readonly targets: ReadonlyMap<string, string>;
  /** Linked files that are copied into the site; their paths are relative to the page's folder. */
  readonly files: readonly RenderedFile[];
  /** Errors `dead-link`, each at its line. */
  readonly errors: readonly UserError[];
  /** Errors `dead-link` of links to a file that does not exist, which a cell may write. */
  readonly missing: readonly UserError[];
}

/** Largest linked file, in bytes (2 GiB): the largest that Node reads in one piece. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * Folder of the site for linked files from outside a report's folder. Equal files of several reports are stored once.
 */
const SHARED = "assets";

type Resolution = { readonly target?: string; readonly file?: RenderedFile; readonly missing?: UserError } | UserError;

/**
 * Converts the links to files for the site. A link to another report's folder or `report.md` leads to that report's
 * page. A file of the report's folder is copied to the same place. A file elsewhere in the project is copied to
 * `assets/`, with a hash of its contents in its name.
 * @param root the project's folder; files outside it are not published
 */
export function resolveLinks(report: Report, root: string): ResolvedLinks {
  const targets = new Map<string, string>();
  const files = new Map<string, RenderedFile>();
  const errors: UserError[] = [];
  const missing: UserError[] = [];
  for (const link of report.links) {
    if (targets.has(link.href) && !link.inHtml) continue;
    const resolved = resolveLink(link, report, root);
    if (resolved instanceof UserError) errors.push(resolved);
    else {
      const { target, file } = resolved;
      if (resolved.missing !== undefined) missing.push(resolved.missing);
      if (file !== undefined) files.set(file.path, file);
      if (target === undefined) continue;
      if (link.inHtml)
        errors.push(
          dead(
            link,
            `The link ${shown(link.href)} stands in raw HTML, where its address stays as it is.`,
            `Write it in Markdown: [text](${link.href})`,
          ),
        );
      else targets.set(link.href, target);
    }
  }
  return { targets, files: [...files.values()], errors, missing };
}

function resolveLink(link: Link, report: Report, root: string): Resolution {
  const { href } = link;
  const at = href.search(/[?#]/);
  const [written, rest] = at < 0 ? [href, ""] : [href.slice(0, at), href.slice(at)];
  if (written === "" || leadsElsewhere(href)) return {};
  const path = decodePercent(written);
  if (path.startsWith("/")) {
    return dead(
      link,
      `The link ${shown(href)} begins at the root of the host.`,
      "Write the path from the report's folder.",
    );
  }
  const absolute = resolve(report.folder, path);
  const inReport = relative(report.folder, absolute).split(sep).join("/");
  if (inReport === "") return { target: `index.html${rest}` };
  if (isPageFile(inReport)) return {};
  const other = reportAt(absolute);
  if (other !== undefined)
    return { target: `${hrefTo(report, reportSlug(relative(root, other), basename(other)))}${rest}` };
  // `statSync` throws for a path below a file.
  const stats = existsSync(absolute) ? statSync(absolute) : undefined;
  if (stats === undefined)
    return { missing: dead(link, `The link ${shown(href)} leads to no file.`, hintFor(absolute, path)) };
  if (stats.isDirectory()) {
    return dead(link, `The link ${shown(href)} leads to a folder without a report.md.`, "Link a file.");
  }
  if (!isWithin(absolute, root)) {
    return dead(link, `The link ${shown(href)} leads out of the project.`, "Copy the file into the project.");
  }
  if (!stats.isFile()) return dead(link, `The link ${shown(href)} leads to a device or a pipe.`, "Link a file.");
  if (stats.size > MOST_BYTES) {
    const hint = "Link a smaller file, or an address of the web.";
    return dead(link, `The link ${shown(href)} leads to a file of more than 2 GiB.`, hint);
  }
  const contents = readRegularFile(absolute);
  if (!inReport.startsWith("../")) return { file: { path: inReport, contents } };
  const name = basename(absolute, extname(absolute));
  const shared = `${up(report.slug)}${SHARED}/${name}.${sha256(contents).slice(0, 12)}${extname(absolute)}`;
  return { target: `${shared.split("/").map(encodeURIComponent).join("/")}${rest}`, file: { path: shared, contents } };
}

/**
 * The folder of the report that a path refers to: the path of its folder, its `report.md`, or its page's `index.html`.
 * Undefined if there is none.
 */
export function reportAt(path: string): string | undefined {
  const folder = /^(?:report\.md|index\.html)$/.test(basename(path)) ? dirname(path) : path;
  return existsSync(join(folder, "report.md")) ? folder : undefined;
}

function hrefTo({ slug }: Report, other: string): string {
  return `${up(slug)}${other.split("/").map(encodeURIComponent).join("/")}/index.html`;
}

function up(slug: string): string {
  return "../".repeat(slug.split("/").length);
}

/** Whether a file lies in a folder after all symbolic links are resolved. */
function isWithin(path: string, folder: string): boolean {
  return realpathSync(path).startsWith(realpathSync(folder) + sep);
}

function shown(href: string): string {
  return `\`${decodePercent(href)}\``;
}

function hintFor(absolute: string, path: string): string {
  const near = nearestPath(basename(absolute), dirname(absolute));
  if (near === undefined) return "Paths are relative to the folder of the report.";
  return `Did you mean \`${[...path.split("/").slice(0, -1), near].join("/")}\`?`;
}

/** Makes an error `dead-link` at the position of a link. */
export function dead({ position }: Link, message: string, hint: string): UserError {
  return new UserError(message, { code: "dead-link", position, hint, exitCode: 1 });
}

/** Whether an address is not a path: it is empty, has a scheme, or begins with a host. */
export function leadsElsewhere(href: string): boolean {
  return href === "" || /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(href);
}

/** The ids of a page. @param page HTML */
export function idsOf(page: string): ReadonlySet<string> {
  return new Set([...page.matchAll(/\sid="([^"]*)"/g)].map(([, id = ""]) => id));
}

/**
 * The id in a link to the report's own page: `#id`, or `report.md#id` if that is this report. Undefined for other
 * links.
 */
function ownId({ href }: Link): string | undefined {
  const id = /^(?:(?:\.\/)?(?:report\.md|index\.html))?#(.+)$/.exec(href)?.[1];
  return id === undefined ? undefined : decodePercent(id);
}

/**
 * Finds links to ids of their own page (`#id`) that the page does not have.
 * @param ids ids of the page, for the hint
 * @param isDead whether the page lacks an id
 */
export function findDeadAnchors(
  { links }: Pick<Report, "links">,
  ids: ReadonlySet<string>,
  isDead = (id: string): boolean => !ids.has(id) && id !== "top",
): UserError[] {
  return links.flatMap((link) => {
    const id = ownId(link);
    if (id === undefined || !isDead(id)) return [];
    const near = nearest(id, ids);
    const hint = near === undefined ? "Give a heading an id: ## Title {#my-id}" : `Did you mean \`#${near}\`?`;
    return dead(link, `The link ${shown(link.href)} leads to nothing on the page.`, hint);
  });
}
