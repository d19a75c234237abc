import { renderCell } from "./cell.ts";
import { chartFiles } from "./figure.ts";
import { describeProvenance } from "../components/provenance.ts";
import { createProse } from "./prose.ts";
import type { RenderedFile, RenderInput } from "../renderer.ts";
import { html } from "./template.ts";
import { reportFolder } from "../text/report-folder.ts";
import { formatDate } from "../text/date.ts";
import { renderClaims } from "./claims-table.ts";
import { renderContents } from "./contents.ts";
import { fillPage } from "./page.ts";

/**
 * Renders the page: `index.html`, which needs no other file, and the files of its charts in `figures/`.
 *
 * @throws UserError for an image that is missing or remote, an expression or a reference that names nothing
 */
export async function renderHtml(input: RenderInput): Promise<RenderedFile[]> {
  const { report, results } = input;
  const { frontMatter } = report;
  const prose = createProse(input);
  const resultOf = new Map(results.cells.map((cell) => [cell.label, cell]));

  const cells = new Map<string, string>();
  const files = new Map<string, RenderedFile>();
  for (const cell of report.cells) {
    const rendered = await renderCell(cell, resultOf.get(cell.label), prose, input);
    cells.set(cell.label, rendered.html);
    for (const item of rendered.shown.groups.flatMap(({ items }) => items)) {
      if (item.kind !== "chart") continue;
      for (const file of chartFiles(item.chart, item.file)) files.set(file.path, file);
    }
  }

  const contents = frontMatter.html.toc ? renderContents(input) : undefined;
  const provenance = describeProvenance(results, input.heapbookVersion);
  const abstract = frontMatter.abstract;
  const page = fillPage({
    lang: frontMatter.lang,
    theme: frontMatter.html.theme === "auto" ? null : frontMatter.html.theme,
    documentTitle: [frontMatter.title, frontMatter.subtitle].filter((part) => part !== undefined).join(" — "),
    description: frontMatter.subtitle ?? null,
    title: frontMatter.title,
    subtitle: frontMatter.subtitle ?? null,
    byline: frontMatter.authors.length > 0 || frontMatter.date !== undefined,
    authors: frontMatter.authors.length > 0 ? frontMatter.authors.join(", ") : null,
    date: frontMatter.date === undefined ? null : { iso: frontMatter.date, text: formatDate(frontMatter.date) },
    abstract:
      abstract === undefined
        ? null
        : html(labelAbstract(await prose.renderAuthored(abstract, abstractPosition(report.source, report.file)))),
    provenance,
    contents: contents === undefined ? null : html(contents),
    body: html(await prose.renderReport(cells, renderClaims(input))),
    command: `npx heapbook render ${reportFolder(report.file)}`,
    otherFiles: input.otherFiles ?? [],
    heapbookVersion: input.heapbookVersion,
    commit: provenance.commit ?? null,
  });
  return [{ path: "index.html", contents: page }, ...files.values()];
}

function labelAbstract(rendered: string): string {
  return rendered.replace(/^<p>/, "<p><b>Abstract.</b> ");
}

/** The line of `abstract:` in the front matter, for messages about its expressions. */
function abstractPosition(source: string, file: string) {
  const index = source.split("\n").findIndex((line) => line.startsWith("abstract:"));
  return { file, line: Math.max(0, index) + 1 };
}
