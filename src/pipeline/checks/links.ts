import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import type { Link } from "../../document/links.ts";
import { reportSlug } from "../../document/report-slug.ts";
import type { Report } from "../../document/types.ts";
import { nearest, UserError } from "../../errors.ts";
import { nearestPath, readRegularFile } from "../../files.ts";
import { isPageFile } from "../../render/formats.ts";
import type { RenderedFile } from "../../render/renderer.ts";
import { sha256 } from "../../store/hash.ts";

/** Links of a report, as the site has them. */
export interface ResolvedLinks {
  /** Addresses that differ in the site, by the address as written. */
  readonly targets: ReadonlyMap<string, string>;
  /** Linked files, to be copied; paths are relative to the page's folder. */
  readonly files: readonly RenderedFile[];
  /** Errors `dead-link`, each at its line. */
  readonly errors: readonly UserError[];
}

/** Longest linked file, bytes (2 GiB): the longest that Node reads in one piece. */
const MOST_BYTES = 2 ** 31 - 1;

/** Folder of the site with files that lie outside of a report's folder. Equal files of several reports are one file. */
const SHARED = "assets";

type Resolution = { readonly target?: string; readonly file?: RenderedFile } | UserError;

/**
 * Resolves the links to files: another report's folder or `report.md` becomes the page of that report, a file of the report's folder is
 * copied to the same place, and a file elsewhere in the project to `assets/`, by a name with the hash of its contents.
 * @param root folder of the project; files outside of it are not published
 */
export function resolveLinks(report: Report, root: string): ResolvedLinks {
  const targets = new Map<string, string>();
  const files = new Map<string, RenderedFile>();
  const errors: UserError[] = [];
  for (const link of report.links) {
    if (targets.has(link.href) && !link.inHtml) continue;
    const resolved = resolveLink(link, report, root);
    if (resolved instanceof UserError) errors.push(resolved);
    else {
      const { target, file } = resolved;
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
  return { targets, files: [...files.values()], errors };
}

function resolveLink(link: Link, report: Report, root: string): Resolution {
  const { href } = link;
  const at = href.search(/[?#]/);
  const [written, rest] = at < 0 ? [href, ""] : [href.slice(0, at), href.slice(at)];
  if (written === "" || leadsElsewhere(href)) return {};
  const path = decode(written);
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
  if (stats === undefined) return dead(link, `The link ${shown(href)} leads to no file.`, hintFor(absolute, path));
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

/** Folder of the report that a path names: by its folder, its `report.md`, or the `index.html` of its page. */
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

/** Whether a file lies in a folder, also behind symbolic links. */
function isWithin(path: string, folder: string): boolean {
  return realpathSync(path).startsWith(realpathSync(folder) + sep);
}

/** Decodes a percent-encoded path. A path with an invalid escape is a literal name. */
export function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function shown(href: string): string {
  return `\`${decode(href)}\``;
}

function hintFor(absolute: string, path: string): string {
  const near = nearestPath(basename(absolute), dirname(absolute));
  if (near === undefined) return "Paths are relative to the folder of the report.";
  return `Did you mean \`${[...path.split("/").slice(0, -1), near].join("/")}\`?`;
}

/** An error `dead-link` at the line of a link. */
export function dead({ position }: Link, message: string, hint: string): UserError {
  return new UserError(message, { code: "dead-link", position, hint, exitCode: 1 });
}

/** Whether an address is empty, has a scheme or begins with a host. */
export function leadsElsewhere(href: string): boolean {
  return href === "" || /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(href);
}

/** The ids of a page. @param page HTML */
export function idsOf(page: string): ReadonlySet<string> {
  return new Set([...page.matchAll(/\sid="([^"]*)"/g)].map(([, id = ""]) => id));
}

/** The part of a link that names an id of its own page: of `#id`, and of `report.md#id`, which names the report itself. */
function ownId({ href }: Link): string | undefined {
  const id = /^(?:(?:\.\/)?(?:report\.md|index\.html))?#(.+)$/.exec(href)?.[1];
  return id === undefined ? undefined : decode(id);
}

/**
 * Finds links within a page (`#id`) that lead to nothing.
 * @param ids of the page
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
