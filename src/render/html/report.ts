import { chartFiles } from "../components/chart-files.ts";
import { describeProvenance, type Provenance } from "../components/provenance.ts";
import type { RenderedFile, RenderInput } from "../renderer.ts";
import { formatDate } from "../text/date.ts";
import { DRAFT_NOTE } from "../text/draft.ts";
import { reportFolder } from "../text/report-folder.ts";
import { renderCellHtml } from "./cell.ts";
import { renderClaimsHtml } from "./claims-table.ts";
import { renderContents } from "./contents.ts";
import { fillPage } from "./page.ts";
import { createProse, type Prose } from "./prose.ts";
import { html } from "./template.ts";

/**
 * Renders a report as `index.html`, which needs no other file, and the files of its charts in `figures/`.
 *
 * @throws UserError for a missing or remote image, an expression or a reference to an unknown name
 */
export async function renderHtml(input: RenderInput): Promise<RenderedFile[]> {
  const { report, results } = input;
  const { frontMatter } = report;
  const prose = createProse(input);
  const { cells, files } = await renderCells(input, prose);
  const contents = frontMatter.html.toc ? renderContents(input) : undefined;
  const provenance = describeProvenance(results, input.heapbookVersion, input.frozen);
  const page = fillPage({
    ...(await describeTitle(input, provenance, prose)),
    draft: input.draft === true ? DRAFT_NOTE : null,
    contents: contents === undefined ? null : html(contents),
    body: html(await prose.renderBody(cells, renderClaimsHtml(input))),
    command: `npx heapbook render ${reportFolder(report.file)}`,
    otherFiles: input.otherFiles ?? [],
    heapbookVersion: input.heapbookVersion,
    commit: provenance.commit ?? null,
  });
  return [{ path: "index.html", contents: page }, ...files];
}

/** The HTML of each cell by label, and the files of the charts. */
async function renderCells(input: RenderInput, prose: Prose) {
  const resultOf = new Map(input.results.cells.map((cell) => [cell.label, cell]));
  const cells = new Map<string, string>();
  const files = new Map<string, RenderedFile>();
  for (const cell of input.report.cells) {
    const rendered = await renderCellHtml(cell, resultOf.get(cell.label), prose, input);
    cells.set(cell.label, rendered.html);
    for (const item of rendered.shown.groups.flatMap(({ items }) => items)) {
      if (item.kind !== "chart") continue;
      for (const file of chartFiles(item.chart, item.file)) files.set(file.path, file);
    }
  }
  return { cells, files: files.values() };
}

/** The head of the page and its title block. */
async function describeTitle({ report }: RenderInput, provenance: Provenance, prose: Prose) {
  const { lang, title, subtitle, authors, date, abstract, html: options } = report.frontMatter;
  return {
    lang,
    theme: options.theme === "auto" ? null : options.theme,
    documentTitle: [title, subtitle].filter((part) => part !== undefined).join(" — "),
    description: subtitle ?? null,
    title,
    subtitle: subtitle ?? null,
    byline: authors.length > 0 || date !== undefined,
    authors: authors.length > 0 ? authors.join(", ") : null,
    date: date === undefined ? null : { iso: date, text: formatDate(date) },
    abstract:
      abstract === undefined
        ? null
        : html(labelAbstract(await prose.renderAuthored(abstract, abstractPosition(report.source, report.file)))),
    provenance,
  };
}

function labelAbstract(rendered: string): string {
  return rendered.replace(/^<p>/, "<p><b>Abstract.</b> ");
}

/** Position of `abstract:` in the front matter, for errors in its expressions. */
function abstractPosition(source: string, file: string) {
  const index = source.split("\n").findIndex((line) => line.startsWith("abstract:"));
  return { file, line: Math.max(0, index) + 1 };
}
