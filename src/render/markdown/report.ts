import { createMarkdown } from "../../document/markdown.ts";
import type { Cell } from "../../document/types.ts";
import type { CellResult } from "../../model/report-results.ts";
import { FIGURES_FOLDER, svgFile } from "../components/chart-files.ts";
import { positionOfOption } from "../components/option-position.ts";
import { describeProvenance, pythonsOf } from "../components/provenance.ts";
import { type ShownCell, type ShownItem, showCell } from "../components/shown-cell.ts";
import { nameAnchor } from "../prose/anchors.ts";
import { inlineImage, isDataUri, readImage } from "../prose/image.ts";
import { sanitizeHtml } from "../prose/sanitize.ts";
import { walkTokens } from "../prose/tokens.ts";
import type { RenderedFile, RenderInput } from "../renderer.ts";
import { formatDate } from "../text/date.ts";
import { DRAFT_NOTE } from "../text/draft.ts";
import { reportFolder } from "../text/report-folder.ts";
import { renderClaimsMarkdown } from "./claims-table.ts";
import { renderConclusionsMarkdown } from "./conclusions.ts";
import { escapeMarkdown } from "./escape.ts";
import { fence } from "./fence.ts";
import { renderItemMarkdown, type Sanitize } from "./item.ts";
import { proseEdits, replaceInline } from "./prose-edits.ts";
import { renderTableMarkdown } from "./table.ts";
import { applyEdits, type Edit, lineOffsets } from "./text-edits.ts";

/**
 * Renders a report as `report.md`: the author's Markdown with code and output in place of the cells, for GitHub and other readers
 * of Markdown. Writes charts to `figures/`, and copies images to their paths.
 *
 * @throws UserError for a missing or remote image, an expression or a reference to an unknown name
 */
export async function renderMarkdown(input: RenderInput): Promise<RenderedFile[]> {
  const { report } = input;
  const files = new Map<string, RenderedFile>();
  const add = (file: RenderedFile): void => void files.set(file.path, file);
  const edits: Edit[] = [
    ...proseEdits(input),
    { start: 0, end: frontMatterEnd(report.source), text: renderTitle(input) },
    ...(await cellEdits(input, add)),
    ...claimsEdits(input),
  ];
  copyImages(input, add);
  const draft = input.draft === true ? `**${DRAFT_NOTE}**\n\n` : "";
  const body = applyEdits(report.source, edits).trimEnd();
  return [{ path: "report.md", contents: `${draft}${body}\n\n${renderProvenance(input)}` }, ...files.values()];
}

/** Receives a file to write. */
type AddFile = (file: RenderedFile) => void;

/** Replaces each cell by its code and output. */
async function cellEdits(input: RenderInput, add: AddFile): Promise<readonly Edit[]> {
  const { report, results } = input;
  const offsets = lineOffsets(report.source);
  const resultOf = new Map(results.cells.map((cell) => [cell.label, cell]));
  const edits: Edit[] = [];
  for (const cell of report.cells) {
    const [first, last] = cell.range;
    const start = offsets[first] ?? 0;
    const end = offsets[last] ?? report.source.length;
    const text = await renderCell(cell, resultOf.get(cell.label), input, add);
    const opening = report.source.slice(start, offsets[first + 1] ?? report.source.length);
    // An edit that leaves no text also takes the blank line after the cell, so that one blank line remains.
    const blank =
      text === "" && /^[ \t>]*\n/.test(report.source.slice(end)) ? report.source.indexOf("\n", end) + 1 : end;
    edits.push({ start, end: blank, text: indent(text, prefixOf(opening)) });
  }
  return edits;
}

async function renderCell(
  cell: Cell,
  result: CellResult | undefined,
  input: RenderInput,
  add: AddFile,
): Promise<string> {
  const shown = showCell(cell, result, input);
  const code = shown.code ? [fence(cell.source, languageOf(cell)), ...nameInterpreters(result)] : [];
  const outputs = await renderOutputs(cell, shown, input, add);
  return [...code, ...addCaption(outputs, cell, input), ...renderConclusionsMarkdown(shown.conclusions)].join("\n\n");
}

async function renderOutputs(
  cell: Cell,
  shown: ShownCell,
  { report }: RenderInput,
  add: AddFile,
): Promise<readonly string[]> {
  const sanitize: Sanitize = (source, position) =>
    sanitizeHtml(source, { inlineImage: (address) => inlineImage(address, report.folder, position) });
  const outputs: string[] = [];
  for (const [group, { heading, items }] of shown.groups.entries()) {
    if (heading !== undefined) outputs.push(`*${escapeMarkdown(heading)}*`);
    for (const [index, item] of items.entries()) {
      const file = addPicture(item, `${cell.label}-${group + 1}-${index + 1}`, add);
      outputs.push(await renderItemMarkdown(item, cell, file, sanitize));
    }
  }
  return outputs;
}

/** Writes the file of a chart or an image and returns its name; empty for other items. */
function addPicture(item: ShownItem, name: string, add: AddFile): string {
  if (item.kind === "chart") {
    add(svgFile(item.chart, item.file));
    return `${item.file}.svg`;
  }
  if (item.kind !== "image") return "";
  const file = `${name}.${item.type === "image/svg+xml" ? "svg" : item.type.replace("image/", "")}`;
  add({ path: `${FIGURES_FOLDER}/${file}`, contents: item.bytes });
  return file;
}

/** The Python versions, below the code: Markdown has no bar above it. */
function nameInterpreters(result: CellResult | undefined): readonly string[] {
  const names = result === undefined ? [] : pythonsOf(result);
  return names.length === 0 ? [] : [`*${escapeMarkdown(names.join("; "))}*`];
}

/** Language of the fence, by the names that GitHub knows. */
function languageOf(cell: Cell): string {
  if (cell.language !== "vega-lite") return cell.language;
  return cell.source.trimStart().startsWith("{") ? "json" : "yaml";
}

/** Adds the caption: above the output for a table, below it for a figure. */
function addCaption(outputs: readonly string[], cell: Cell, input: RenderInput): readonly string[] {
  const anchor = input.report.anchors.get(cell.label);
  const [option, source] =
    anchor?.kind === "tbl" ? (["tbl-cap", cell.options.tblCap] as const) : (["fig-cap", cell.options.figCap] as const);
  if (outputs.length === 0 || (anchor === undefined && source === undefined)) return outputs;
  const { line } = positionOfOption(cell, option);
  const text = source === undefined ? "" : replaceInline(source, createMarkdown().parseInline(source, {}), line, input);
  const caption = anchor === undefined ? text : `**${nameAnchor(anchor)}.** ${text}`.trimEnd();
  return anchor?.kind === "tbl" ? [caption, ...outputs] : [...outputs, caption];
}

/** Prefixes for the first line and the next lines of a cell's text: quotation marks and indentation, a list marker as blanks. */
function prefixOf(opening: string): { readonly first: string; readonly next: string } {
  const first = /^(.*?)(?:`{3,}|~{3,})/.exec(opening)?.[1] ?? "";
  return { first, next: first.replace(/[^>\s]/g, " ") };
}

function indent(text: string, { first, next }: { readonly first: string; readonly next: string }): string {
  if (text === "") return "";
  const lines = text.split("\n").map((line, index) => ((index === 0 ? first : next) + line).trimEnd());
  return `${lines.join("\n")}\n`;
}

/** Inserts the table of claims; no edit for a report without claims. */
function claimsEdits(input: RenderInput): readonly Edit[] {
  const claims = renderClaimsMarkdown(input);
  if (claims === undefined) return [];
  const { source } = input.report;
  if (claims.line === undefined) return [{ start: source.length, end: source.length, text: `\n\n${claims.text}\n` }];
  const start = lineOffsets(source)[claims.line - 1] ?? source.length;
  return [{ start, end: start, text: `${claims.text}\n\n` }];
}

/** Copies the images that the prose links to the same paths. Skips paths outside the report's folder: they are outside the site. */
function copyImages({ report }: RenderInput, add: AddFile): void {
  for (const { token, line } of walkTokens(report.tokens, 1)) {
    if (token.type !== "image") continue;
    const address = String(token.attrGet("src") ?? "");
    if (isDataUri(address)) continue;
    const image = readImage(address, report.folder, { file: report.file, line });
    const path = decodeURI(address).replace(/^\.\//, "");
    if (!path.startsWith("..") && !path.startsWith("/")) add({ path, contents: image.bytes });
  }
}

/** Title, subtitle, authors with date, and abstract, in place of the front matter. */
function renderTitle(input: RenderInput): string {
  const { title, subtitle, authors, date, abstract } = input.report.frontMatter;
  const byline = [authors.join(", "), date === undefined ? "" : formatDate(date)].filter((part) => part !== "");
  const parts = [
    `# ${escapeMarkdown(title)}`,
    ...(subtitle === undefined ? [] : [`*${escapeMarkdown(subtitle)}*`]),
    ...(byline.length === 0 ? [] : [escapeMarkdown(byline.join(" · "))]),
    ...(abstract === undefined ? [] : [`**Abstract.** ${renderAbstract(abstract.trim(), input)}`]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function renderAbstract(abstract: string, input: RenderInput): string {
  const line = input.report.source.split("\n").findIndex((text) => text.startsWith("abstract:")) + 1;
  return replaceInline(abstract, createMarkdown().parse(abstract, {}), line, input);
}

/** End of the front matter: after its second `---` or `...`; 0 for a report without front matter. */
function frontMatterEnd(source: string): number {
  const match = /^---[ \t]*\n[\s\S]*?\n(?:---|\.\.\.)[ \t]*(?:\n|$)/.exec(source);
  return match === null ? 0 : match[0].length;
}

function renderProvenance({ results, heapbookVersion, report, frozen }: RenderInput): string {
  const { rows } = describeProvenance(results, heapbookVersion, frozen);
  const table = {
    columns: ["How this was measured", ""].map((title) => ({ title, numeric: false })),
    rows: rows.map(({ term, values }) => [
      { text: term },
      { text: values.map(({ label, text }) => (label === undefined ? text : `${label}: ${text}`)).join("; ") },
    ]),
    total: rows.length,
  };
  return `---\n\n${renderTableMarkdown(table)}\n\nRegenerate with \`npx heapbook render ${reportFolder(report.file)}\`.\n`;
}
