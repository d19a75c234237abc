import type { PrintOptions } from "../../document/front-matter.ts";
import { pageWords } from "../../words/page-words.ts";
import { join, joinSentences, sentence } from "../../words/punctuation.ts";
import { chartFiles } from "../components/chart-files.ts";
import { declarationId } from "../components/declaration-id.ts";
import { describeProvenance, type Provenance } from "../components/provenance.ts";
import { precedesClaims } from "../components/references-place.ts";
import { describeTitleBlock } from "../components/title-block.ts";
import { NO_PARTS } from "../project-parts.ts";
import { inlineImage } from "../prose/image.ts";
import type { RenderedFile, RenderInput } from "../renderer.ts";
import { draftNote } from "../text/draft.ts";
import { reportFolder } from "../text/report-folder.ts";
import { renderCellHtml } from "./cell.ts";
import { renderClaimsHtml } from "./claims-table.ts";
import { renderContents } from "./contents.ts";
import { liveCharts } from "./live-charts.ts";
import { fillDocument, fillFooter } from "./page.ts";
import { createProse, type Insertion, type Prose } from "./prose.ts";
import { insertReferences } from "./references.ts";
import { fillTemplate, html } from "./template.ts";

/**
 * Renders a report as `index.html`, a page that needs no other file, and writes the files of its charts to `figures/`.
 *
 * @throws UserError for a missing or remote image, an expression or a reference to an unknown name
 */
export async function renderHtml(whole: RenderInput): Promise<RenderedFile[]> {
  const { charts, script } = liveCharts(whole);
  const input = { ...whole, charts };
  const { report, results } = input;
  const { frontMatter } = report;
  const { parts = NO_PARTS } = input;
  const prose = createProse(input);
  const { cells, files } = await renderCells(input, prose);
  const contents = frontMatter.html.toc ? renderContents(input) : undefined;
  const provenance = describeProvenance(results, input.heapbookVersion, input.frozen);
  const title = await describeTitle(input, provenance, prose);
  const body = html(await prose.renderBody(cells, insertionsOf(input)));
  const declaration = await renderDeclaration(input, prose);
  const page = fillDocument({
    ...title,
    addedCss: `${prose.css()}${parts.css}`,
    addedScript: script,
    siteLogo: parts.logo,
    footer: fillFooter(parts, frontMatter),
    draft: input.draft === true ? draftNote() : null,
    contents: contents === undefined ? null : html(contents),
    declaration: declaration === "" ? null : html(declaration),
    body,
    command: `npx heapbook render ${reportFolder(report.projectFile)}`,
    otherFiles: input.otherFiles ?? [],
    heapbookVersion: input.heapbookVersion,
    commit: provenance.commit ?? null,
    site: describePlace(input),
  });
  return [{ path: "index.html", contents: page }, ...files];
}

/** Links to the site's index, and to the previous and the next report; null for a report without a site. */
function describePlace({ site, report }: RenderInput): object | null {
  if (site === undefined) return null;
  const { previous, next, reports } = pageWords(report.frontMatter.lang);
  const neighbours = site.neighbours.map((each) => ({ ...each, word: each.rel === "prev" ? previous : next }));
  return { ...site, title: site.title ?? reports, neighbours };
}

/** Insertions for the table of claims and the list of references, if the report has them. */
function insertionsOf(input: RenderInput): readonly Insertion[] {
  const insertions = [renderClaimsHtml(input), insertReferences(input)];
  return (precedesClaims(input) ? insertions.reverse() : insertions).filter((each) => each !== undefined);
}

/** Renders each cell: HTML by label, and the files of all charts. */
async function renderCells(input: RenderInput, prose: Prose) {
  const resultOf = new Map(input.results.cells.map((cell) => [cell.label, cell]));
  const cells = new Map<string, string>();
  const files = new Map<string, RenderedFile>();
  for (const cell of input.report.cells) {
    const rendered = await renderCellHtml(cell, resultOf.get(cell.label), prose, input);
    cells.set(cell.label, rendered.html);
    for (const item of rendered.shown.groups.flatMap(({ items }) => items)) {
      if (item.kind === "stream" && item.whole !== undefined) files.set(item.whole.path, item.whole);
      if (item.kind !== "chart") continue;
      for (const file of chartFiles(item.chart, item.file)) files.set(file.path, file);
    }
  }
  return { cells, files: files.values() };
}

/** Template fields for the head of the page and the title block. */
async function describeTitle(input: RenderInput, provenance: Provenance, prose: Prose) {
  const { report } = input;
  const { lang, title, subtitle, authors, abstract, html: options, coursework, custom } = report.frontMatter;
  const { heads, people, names, date, facts } = describeTitleBlock(report.frontMatter);
  const words = pageWords(lang);
  return {
    lang,
    words,
    custom,
    printed: printClasses(report.frontMatter.print),
    theme: options.theme === "auto" ? null : options.theme,
    documentTitle: [title, subtitle].filter((part) => part !== undefined).join(" — "),
    description: subtitle ?? null,
    authorNames: authors.length > 0 ? authors.map(({ name }) => name).join(", ") : null,
    keywords: coursework.keywords.length > 0 ? coursework.keywords.join(", ") : null,
    title,
    subtitle: subtitle ?? null,
    titlePage: coursework.titlePage,
    logo: logoOf(report),
    heads,
    people: people.length > 0 ? people : null,
    facts: facts.length > 0 ? facts : null,
    byline: names.length > 0 || date !== undefined,
    authors: names.length > 0 ? join(names, "list") : null,
    date: date ?? null,
    abstract:
      abstract === undefined
        ? null
        : html(labelAbstract(await prose.renderAuthored(abstract, keyPosition(report, "abstract")), words.abstract)),
    provenance,
  };
}

/** CSS classes by which the style sheet prints more or less than by default; null if there are none. */
function printClasses({ code, data, folds }: PrintOptions): string | null {
  const classes = [
    ...(code ? [] : ["print-no-code"]),
    ...(data ? ["print-data"] : []),
    ...(folds === "open" ? ["print-folds"] : []),
  ];
  return classes.length === 0 ? null : classes.join(" ");
}

/** The logo as a `data:` URI, with the institution as its text alternative. */
function logoOf({
  frontMatter,
  folder,
}: RenderInput["report"]): { readonly source: string; readonly alt: string } | null {
  const { logo, institution } = frontMatter.coursework;
  if (logo === undefined) return null;
  return { source: inlineImage(logo.path, folder, logo.position), alt: institution ?? "" };
}

/** Renders the authors' declaration with a signature line for each author; empty for a report without a declaration. */
async function renderDeclaration({ report }: RenderInput, prose: Prose): Promise<string> {
  const { authors, coursework, lang } = report.frontMatter;
  if (coursework.declaration === undefined) return "";
  const words = pageWords(lang);
  const text = await prose.renderAuthored(coursework.declaration, keyPosition(report, "declaration"));
  const names = authors.map(({ name }) => name);
  return fillTemplate("declaration", {
    id: declarationId(report),
    title: words.declaration,
    link: `${words.linkTo} ${words.declaration}`,
    text: html(text),
    names: names.length > 0 ? names : null,
    signature: words.signature,
  });
}

function labelAbstract(rendered: string, word: string): string {
  return rendered.replace(/^<p>/, `<p>${joinSentences([`<b>${sentence(word)}</b>`, ""])}`);
}

/** Position of a key in the front matter, for errors in the key's text. */
function keyPosition({ source, file }: RenderInput["report"], key: string) {
  const index = source.split("\n").findIndex((line) => line.startsWith(`${key}:`));
  return { file, line: Math.max(0, index) + 1 };
}
