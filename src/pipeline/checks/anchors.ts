import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { readReportText } from "../../document/parse.ts";
import type { ProjectSettings } from "../../document/settings.ts";
import { type Cell, isScript, type Report } from "../../document/types.ts";
import { nearest, type UserError } from "../../errors.ts";
import { decodePercent, readRegularText } from "../../files.ts";
import { CLAIMS_ID } from "../../render/components/claims-place.ts";
import { declarationId } from "../../render/components/declaration-id.ts";
import { REFERENCES_ID } from "../../render/components/references-place.ts";
import { walkTokens } from "../../render/prose/tokens.ts";
import { dead, findDeadAnchors, leadsElsewhere, reportAt } from "./links.ts";

/**
 * Matches ids that Heapbook makes: notes, references, claims and parts of the page. Whether the page has such an id is
 * known only after the run.
 */
const MADE = /^(?:fn|fnref|ref|cell)-|^claim\.|^(?:main|notes|footnotes|source|output|query|search-sections)$/;

/** The ids of a page that are known from its report before the cells run. */
interface KnownIds {
  readonly ids: ReadonlySet<string>;
  /** Whether the page may have further ids, from HTML that a cell shows or from a template. */
  readonly mayHaveMore: boolean;
}

/**
 * Collects the ids that the page of a report will have: headings, labels, raw HTML and Heapbook's own sections.
 * @param settings settings of the project, whose templates may add ids
 */
function knownIds(report: Report, settings: ProjectSettings | undefined): KnownIds {
  const html = [...walkTokens(report.tokens, 1)]
    .filter(({ token }) => token.type === "html_inline" || token.type === "html_block")
    .map(({ token }) => token.content);
  const ids = new Set([
    ...report.headings.map(({ id }) => id),
    ...report.anchors.keys(),
    ...report.cells.map(({ label }) => label),
    ...[...html, ...report.asides.map(({ source }) => source)].flatMap((text) => [...htmlIds(text)]),
    CLAIMS_ID,
    REFERENCES_ID,
    declarationId(report),
    "top",
  ]);
  const { page, partials, footer } = settings?.templates ?? {};
  const hasTemplates = page !== undefined || partials !== undefined || footer !== undefined;
  return { ids, mayHaveMore: hasTemplates || report.cells.some((cell) => mayMakeIds(cell, report.folder)) };
}

/**
 * Finds links to ids (`#id`, `../other/report.md#id`) that are certainly dead: errors `dead-link`, each at its line. If
 * a cell or template may add the id, links within the page are checked after the run instead.
 */
export function findDeadIds(report: Report, settings: ProjectSettings | undefined): UserError[] {
  const own = knownIds(report, settings);
  return [
    ...findDeadAnchors(report, own.ids, (id) => lacksId(own, id)),
    ...report.links.flatMap((link) => {
      const [, path = "", id = ""] = /^([^#?]+)(?:\?[^#]*)?#(.+)$/.exec(link.href) ?? [];
      if (path === "" || leadsElsewhere(link.href) || path.startsWith("/")) return [];
      const folder = reportAt(resolve(report.folder, decodePercent(path)));
      const other = folder === undefined || folder === report.folder ? undefined : readOther(folder);
      if (other === undefined) return [];
      const known = knownIds(other, settings);
      if (!lacksId(known, decodePercent(id))) return [];
      const near = nearest(decodePercent(id), known.ids);
      const hint =
        near === undefined
          ? `Give a heading there an id: ## Title {#${decodePercent(id)}}`
          : `Did you mean \`#${near}\`?`;
      return dead(link, `The link \`${decodePercent(link.href)}\` leads to nothing on the page of that report.`, hint);
    }),
  ];
}

/** The report in a folder. Undefined if it has mistakes or cannot be read; its own render reports that. */
function readOther(folder: string): Report | undefined {
  const path = join(folder, "report.md");
  let source: string;
  try {
    source = readRegularText(path);
  } catch {
    return undefined;
  }
  const { report, errors } = readReportText({ source, file: path, path, folder, slug: basename(folder) });
  return errors.length > 0 ? undefined : report;
}

/** Whether it is certain that a page lacks this id. */
function lacksId({ ids, mayHaveMore }: KnownIds, id: string): boolean {
  return id !== "" && !mayHaveMore && !ids.has(id) && !MADE.test(id);
}

/** Ids in raw HTML, in double, single or no quotes. */
function htmlIds(html: string): ReadonlySet<string> {
  const found = [...html.matchAll(/\s(?:id|name)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi)];
  return new Set(found.map(([, double, single, plain]) => double ?? single ?? plain ?? ""));
}

/** Matches the path of a module of the project that code imports. */
const OWN_MODULE = /(?:from|import|require)[ (]{0,2}["'`]((?:[./#]|cell:)[^"'`\n]{0,300})/g;

/**
 * Whether a cell may show HTML, Markdown or a drawing that contains ids, judged by names in its code and in modules
 * that it imports.
 */
function mayMakeIds({ options, language, source }: Cell, folder: string): boolean {
  if (!options.eval || language === "vega-lite") return false;
  if (/html|markdown|svg|display_pretty|Styler/i.test(source)) return true;
  if (isScript(language))
    return [...source.matchAll(OWN_MODULE)].some(([, path = ""]) => !/\.(?:csv|tsv|json)$/.test(path));
  const modules = [...source.matchAll(/^[ \t]*(?:from|import)[ \t]+([\w.]+)/gm)].map(([, name = ""]) => name);
  return modules.some((name) => {
    const [first = ""] = name.split(".");
    return first === "" || existsSync(join(folder, `${first}.py`)) || existsSync(join(folder, first));
  });
}
