import { textDigest } from "../../document/text-digest.ts";
import { type CellOrigin, type CodeCell, KERNELS, type MarkdownCell, type Notebook } from "../../model/notebook.ts";
import { frontMatterEnd, renderProvenanceMarkdown, renderTitle } from "../markdown/report.ts";
import type { RenderedFile, RenderInput } from "../renderer.ts";
import { draftNote } from "../text/draft.ts";
import { type Attachments, attachImages, readImages } from "./attachments.ts";
import { codeCell } from "./code-cell.ts";
import { kernelLanguage } from "./kernel.ts";
import { createIds, multiline, serializeNotebook } from "./nbformat.ts";
import { type Part, splitReport } from "./parts.ts";

/**
 * Renders a report as `report.ipynb`, a notebook that needs no other file. Prose becomes Markdown cells, cells become
 * code cells with outputs, images of the prose become attachments. `metadata.heapbook` contains everything from which
 * `heapbook convert` restores the report.
 *
 * @throws UserError for a missing or remote image, an expression or a reference to an unknown name
 */
export async function renderNotebook(input: RenderInput): Promise<RenderedFile[]> {
  const { report } = input;
  const parts = splitReport(input);
  const texts = parts.flatMap((part) => (part.kind === "text" ? [part.id] : []));
  const idOf = createIds([...report.cells.map(({ label }) => label), ...texts]);
  const images = readImages(report);
  const cells: (MarkdownCell | CodeCell)[] = [titleCell(input, images)];
  let before: string | undefined;
  for (const part of parts) {
    if (part.kind === "blank") {
      before = part.source;
      continue;
    }
    if (part.kind === "text") cells.push(textCell({ ...part, id: idOf.get(part.id) ?? part.id }, images));
    else cells.push(await codeCell(part, idOf.get(part.cell.label) ?? part.cell.label, before, input));
    before = undefined;
  }
  cells.push({
    cell_type: "markdown",
    id: "heapbook-provenance",
    metadata: { heapbook: { role: "provenance", ...(before === undefined ? {} : { before }) } },
    source: multiline(renderProvenanceMarkdown(input).trimEnd()),
  });
  const notebook: Notebook = { nbformat: 4, nbformat_minor: 5, metadata: describeNotebook(input), cells };
  return [{ path: "report.ipynb", contents: serializeNotebook(notebook) }];
}

/** Markdown cell with the title block; its metadata contain the front matter. */
function titleCell(input: RenderInput, images: Attachments): MarkdownCell {
  const { source } = input.report;
  const draft = input.draft === true ? `**${draftNote()}**\n\n` : "";
  const { text, attachments } = attachImages(`${draft}${renderTitle(input)}`.trimEnd(), images);
  const origin = originOf(source.slice(0, frontMatterEnd(source)), text);
  return {
    cell_type: "markdown",
    id: "heapbook-title",
    metadata: { heapbook: { role: "title", origin } },
    source: multiline(text),
    ...(attachments === undefined ? {} : { attachments }),
  };
}

function textCell({ text, source, isPlain, id }: Extract<Part, { kind: "text" }>, images: Attachments): MarkdownCell {
  const shown = attachImages(text, images);
  const isSame = isPlain && shown.text === text;
  return {
    cell_type: "markdown",
    id,
    metadata: isSame ? {} : { heapbook: { origin: originOf(source, shown.text) } },
    source: multiline(shown.text),
    ...(shown.attachments === undefined ? {} : { attachments: shown.attachments }),
  };
}

function originOf(source: string, text: string): CellOrigin {
  return { source, digest: textDigest(text.trimEnd()) };
}

/**
 * Metadata of the notebook: title, authors and kernel. If cells have several languages, the kernel is that of the first
 * cell that a kernel can run.
 */
function describeNotebook({ report }: RenderInput): Readonly<Record<string, unknown>> {
  const { title, authors, lang } = report.frontMatter;
  const language = kernelLanguage(report.cells);
  return {
    title,
    ...(authors.length === 0 ? {} : { authors: authors.map(({ name }) => ({ name })) }),
    ...(language === undefined ? {} : KERNELS[language]),
    heapbook: { report: report.slug, lang },
  };
}
