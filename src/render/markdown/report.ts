import { isAbsolute, normalize, sep } from "node:path";
import { HAS_BIBLIOGRAPHY } from "../../document/citation-rules.ts";
import { isUnclosedFence } from "../../document/lost-text.ts";
import { createMarkdown } from "../../document/markdown.ts";
import type { Cell } from "../../document/types.ts";
import type { Position } from "../../errors.ts";
import type { CellResult } from "../../model/report-results.ts";
import { pageWords } from "../../words/page-words.ts";
import { join, sentence, withColon } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { FIGURES_FOLDER, svgFile } from "../components/chart-files.ts";
import { positionOfOption } from "../components/option-position.ts";
import { describeProvenance, pythonsOf } from "../components/provenance.ts";
import { precedesClaims } from "../components/references-place.ts";
import { type ShownCell, type ShownItem, showCell } from "../components/shown-cell.ts";
import { describeTitleBlock } from "../components/title-block.ts";
import { nameAnchor } from "../prose/anchors.ts";
import { imageOfCell, imagePath, isDataUri, readImage } from "../prose/image.ts";
import { sanitizeHtml } from "../prose/sanitize.ts";
import { cleanPicture } from "../prose/svg.ts";
import { walkTokens } from "../prose/tokens.ts";
import type { RenderedFile, RenderInput } from "../renderer.ts";
import { draftNote } from "../text/draft.ts";
import { reportFolder } from "../text/report-folder.ts";
import { type AlertPrefix, alertPrefixes, calloutEdits } from "./callout-edits.ts";
import { renderClaimsMarkdown } from "./claims-table.ts";
import { renderConclusionsMarkdown } from "./conclusions.ts";
import { escapeMarkdown } from "./escape.ts";
import { fence } from "./fence.ts";
import { replaceInline } from "./inline-text.ts";
import { renderItemMarkdown, type Sanitize } from "./item.ts";
import { proseEdits } from "./prose-edits.ts";
import { referencesEdits } from "./references.ts";
import { renderTableMarkdown } from "./table.ts";
import { applyEdits, type Edit, lineOffsets } from "./text-edits.ts";

/**
 * Renders a report as `report.md`: the author's Markdown with code and output in place of the cells, for GitHub and
 * other readers of Markdown. Writes charts to `figures/`, and copies images to their paths.
 *
 * @throws UserError for a missing or remote image, an expression or a reference to an unknown name
 */
export async function renderMarkdown(input: RenderInput): Promise<RenderedFile[]> {
  const { report } = input;
  const files = new Map<string, RenderedFile>();
  const add = (file: RenderedFile): void => void files.set(file.path, file);
  const prefixes = alertPrefixes(report);
  const edits: Edit[] = [
    { start: 0, end: frontMatterEnd(report.source), text: renderTitle(input) },
    ...bodyEdits(input, prefixes),
    ...(await cellEdits(input, prefixes, add)),
  ];
  copyImages(input, add);
  const draft = input.draft === true ? `**${draftNote()}**\n\n` : "";
  const body = applyEdits(report.source, edits).trimEnd();
  const provenance = `---\n\n${renderProvenanceMarkdown(input)}`;
  // CommonMark reads NUL as U+FFFD. With a NUL, git, grep and editors would take the file for binary.
  const contents = `${draft}${body}\n\n${provenance}`.replaceAll("\0", "\ufffd");
  return [{ path: "report.md", contents }, ...files.values()];
}

/**
 * Edits that turn the body into plain Markdown, except for cells.
 * @param prefixes quotation marks of lines in callouts
 */
export function bodyEdits(input: RenderInput, prefixes: ReadonlyMap<number, AlertPrefix>): readonly Edit[] {
  const [claims, references] = [claimsEdits(input), referencesEdits(input)];
  return [
    ...fenceEdits(input.report, prefixes),
    ...calloutEdits(input, linesReplaced(input.report)),
    ...proseEdits(input, prefixes),
    ...(precedesClaims(input) ? [...references, ...claims] : [...claims, ...references]),
    ...declarationEdits(input),
  ];
}

/**
 * Adds a closing line to code blocks that lack one: other Markdown readers would take the following text into the
 * block.
 */
function fenceEdits(
  { tokens, source }: RenderInput["report"],
  prefixes: ReadonlyMap<number, AlertPrefix>,
): readonly Edit[] {
  const offsets = lineOffsets(source);
  return tokens.flatMap((token): readonly Edit[] => {
    if (token.map === null || !isUnclosedFence(token)) return [];
    const [first, end] = token.map;
    const at = offsets[end] ?? source.length;
    const opening = source.slice(offsets[first], offsets[first + 1]);
    const { next } = prefixOf(opening, prefixes.get(first));
    const text = `${next}${token.markup}\n`;
    return [{ start: at, end: at, text: source[at - 1] === "\n" ? text : `\n${text}` }];
  });
}

/** Function that receives each file to write. */
type AddFile = (file: RenderedFile) => void;

/** Edits that replace each cell by its code and output. */
async function cellEdits(
  input: RenderInput,
  prefixes: ReadonlyMap<number, AlertPrefix>,
  add: AddFile,
): Promise<readonly Edit[]> {
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
    // A cell that leaves no text also takes the blank line after it, so that one blank line remains.
    const blank =
      text === "" && /^[ \t>]*\n/.test(report.source.slice(end)) ? report.source.indexOf("\n", end) + 1 : end;
    edits.push({ start, end: blank, text: indent(text, prefixOf(opening, prefixes.get(first))) });
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
    sanitizeHtml(source, { inlineImage: (address) => imageOfCell(address, report.folder, position) });
  const outputs: string[] = [];
  for (const [group, { heading, items }] of shown.groups.entries()) {
    if (heading !== undefined) outputs.push(`*${escapeMarkdown(heading)}*`);
    for (const [index, item] of items.entries()) {
      const file = addPicture(await cleanPicture(item), `${cell.label}-${group + 1}-${index + 1}`, add);
      outputs.push(await renderItemMarkdown(item, cell, file, sanitize));
    }
  }
  return outputs;
}

/** Adds the file of a chart or an image, and returns the file's name; empty for other items. */
function addPicture(item: ShownItem, name: string, add: AddFile): string {
  if (item.kind === "stream" && item.whole !== undefined) add(item.whole);
  if (item.kind === "chart") {
    add(svgFile(item.chart, item.file));
    return `${item.file}.svg`;
  }
  if (item.kind !== "image") return "";
  const file = `${name}.${item.type === "image/svg+xml" ? "svg" : item.type.replace("image/", "")}`;
  add({ path: `${FIGURES_FOLDER}/${file}`, contents: item.bytes });
  return file;
}

/** Lists the Python versions, for a line below the code; Markdown has no bar above the code for them. */
export function nameInterpreters(result: CellResult | undefined): readonly string[] {
  const names = result === undefined ? [] : pythonsOf(result);
  return names.length === 0 ? [] : [`*${escapeMarkdown(join(names, "semicolon"))}*`];
}

/** Language of a cell's fence, by a name that GitHub knows. */
function languageOf(cell: Cell): string {
  if (cell.language !== "vega-lite") return cell.language;
  return cell.source.trimStart().startsWith("{") ? "json" : "yaml";
}

/** Adds the caption to a cell's output: above a table, below a figure. */
function addCaption(outputs: readonly string[], cell: Cell, input: RenderInput): readonly string[] {
  const caption = outputs.length === 0 ? undefined : captionOf(cell, input);
  if (caption === undefined) return outputs;
  return caption.isAbove ? [caption.text, ...outputs] : [...outputs, caption.text];
}

/**
 * Number and caption of a cell's output, and whether they stand above the output; undefined for a cell without either.
 */
export function captionOf(
  cell: Cell,
  input: RenderInput,
): { readonly text: string; readonly isAbove: boolean } | undefined {
  const anchor = input.report.anchors.get(cell.label);
  const [option, source] =
    anchor?.kind === "tbl" ? (["tbl-cap", cell.options.tblCap] as const) : (["fig-cap", cell.options.figCap] as const);
  if (anchor === undefined && source === undefined) return undefined;
  const { line } = positionOfOption(cell, option);
  const text =
    source === undefined
      ? ""
      : replaceInline(
          source,
          createMarkdown().parseInline(source, { [HAS_BIBLIOGRAPHY]: input.citations !== undefined }),
          line,
          input,
        );
  const caption =
    anchor === undefined ? text : `**${nameAnchor(anchor, input.report.frontMatter.lang)}.** ${text}`.trimEnd();
  return { text: caption, isAbove: anchor?.kind === "tbl" };
}

/** Lines that are replaced as a whole, from 0: all lines of cells, and the opening lines of listings. */
function linesReplaced({ cells, tokens }: RenderInput["report"]): ReadonlySet<number> {
  const lines = new Set<number>();
  for (const { range } of cells) for (let line = range[0]; line < range[1]; line += 1) lines.add(line);
  for (const { type, map, meta } of tokens) {
    if (type === "fence" && map !== null && typeof meta?.["attributes"] === "string") lines.add(map[0]);
  }
  return lines;
}

/**
 * Prefixes for the first line and for the following lines of a cell's text: quotation marks, and blanks for indentation
 * and list markers.
 * @param alert quotation marks of the callout around the cell
 */
function prefixOf(opening: string, alert: AlertPrefix | undefined): { readonly first: string; readonly next: string } {
  const outer = /^(.*?)(?:`{3,}|~{3,})/.exec(opening)?.[1] ?? "";
  const first = alert === undefined ? outer : outer.slice(0, alert.column) + alert.marks + outer.slice(alert.column);
  return { first, next: first.replace(/[^>\s]/g, " ") };
}

function indent(text: string, { first, next }: { readonly first: string; readonly next: string }): string {
  if (text === "") return "";
  const lines = text.split("\n").map((line, index) => ((index === 0 ? first : next) + line).trimEnd());
  return `${lines.join("\n")}\n`;
}

/** Edits that insert the table of claims; none for a report without claims. */
function claimsEdits(input: RenderInput): readonly Edit[] {
  const claims = renderClaimsMarkdown(input);
  if (claims === undefined) return [];
  const { source } = input.report;
  if (claims.line === undefined) return [{ start: source.length, end: source.length, text: `\n\n${claims.text}\n` }];
  const start = lineOffsets(source)[claims.line - 1] ?? source.length;
  return [{ start, end: start, text: `${claims.text}\n\n` }];
}

/**
 * Copies the images that the prose links to the same relative paths. Images outside the report's folder are not copied,
 * because they would be outside the site.
 */
function copyImages({ report }: RenderInput, add: AddFile): void {
  const { logo } = report.frontMatter.coursework;
  const copy = (address: string, position: Position): void => {
    if (isDataUri(address)) return;
    const image = readImage(address, report.folder, position);
    const path = normalize(imagePath(address)).split(sep).join("/");
    if (!path.startsWith("../") && !isAbsolute(path)) add({ path, contents: image.bytes });
  };
  if (logo !== undefined) copy(logo.path, logo.position);
  for (const { token, line } of walkTokens(report.tokens, 1)) {
    if (token.type !== "image") continue;
    copy(String(token.attrGet("src") ?? ""), { file: report.file, line });
  }
}

/**
 * Renders the title in place of the front matter: logo, institution and course, title, subtitle, authors, date, facts
 * of the course, abstract.
 */
export function renderTitle(input: RenderInput): string {
  const { title, subtitle, abstract, lang, coursework } = input.report.frontMatter;
  const { heads, people, names, date, facts } = describeTitleBlock(input.report.frontMatter);
  const byline = [join(names, "list"), date?.text ?? ""].filter((part) => part !== "");
  const authors = people.map(({ name, details }) => {
    const texts = details.map(({ label, text }) => escapeMarkdown(label === null ? text : `${label} ${text}`));
    return `- ${[`**${escapeMarkdown(name)}**`, ...texts].join(", ")}`;
  });
  const { logo, institution } = coursework;
  const parts = [
    ...(logo === undefined ? [] : [`![${escapeMarkdown(institution ?? "")}](${encodeURI(logo.path)})`]),
    ...(heads.length === 0 ? [] : [escapeMarkdown(heads.join(" · "))]),
    `# ${escapeMarkdown(title)}`,
    ...(subtitle === undefined ? [] : [`*${escapeMarkdown(subtitle)}*`]),
    ...(authors.length === 0 ? [] : [authors.join("\n")]),
    ...(byline.length === 0 ? [] : [escapeMarkdown(byline.join(" · "))]),
    ...(facts.length === 0
      ? []
      : [facts.map(({ term, text }) => `**${withColon(term, "").trimEnd()}** ${escapeMarkdown(text)}`).join(" \\\n")]),
    ...(abstract === undefined
      ? []
      : [`**${sentence(pageWords(lang).abstract)}** ${renderAuthored(abstract, "abstract", input)}`]),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Edits that add the authors' declaration at the end. */
function declarationEdits(input: RenderInput): readonly Edit[] {
  const { report } = input;
  const { coursework, lang, authors } = report.frontMatter;
  if (coursework.declaration === undefined) return [];
  const { declaration, signature } = pageWords(lang);
  const signatures = authors.map(({ name }) => `- ${withColon(escapeMarkdown(name), signature)}`).join("\n");
  const parts = [`## ${declaration}`, renderAuthored(coursework.declaration, "declaration", input), signatures];
  const text = parts.filter((part) => part !== "").join("\n\n");
  return [{ start: report.source.length, end: report.source.length, text: `\n\n${text}\n` }];
}

/** Renders the Markdown of a front-matter key, with its expressions, references and citations. */
function renderAuthored(text: string, key: string, input: RenderInput): string {
  const line = input.report.source.split("\n").findIndex((each) => each.startsWith(`${key}:`)) + 1;
  const env = { [HAS_BIBLIOGRAPHY]: input.citations !== undefined };
  return replaceInline(text.trim(), createMarkdown().parse(text.trim(), env), line, input);
}

/** Offset of the end of the front matter, after its second `---` or `...`; 0 for a report without front matter. */
export function frontMatterEnd(source: string): number {
  const match = /^---[ \t]*\n[\s\S]*?\n(?:---|\.\.\.)[ \t]*(?:\n|$)/.exec(source);
  return match === null ? 0 : match[0].length;
}

/** Renders the provenance (how the report was measured) as a table, and the command that renders the report again. */
export function renderProvenanceMarkdown({ results, heapbookVersion, report, frozen }: RenderInput): string {
  const { rows } = describeProvenance(results, heapbookVersion, frozen);
  const table = {
    columns: [say("howMeasured"), ""].map((title) => ({ title, numeric: false })),
    rows: rows.map(({ term, values }) => [
      { text: term },
      {
        text: join(
          values.map(({ label, text }) => (label === undefined ? text : withColon(label, text))),
          "semicolon",
        ),
      },
    ]),
    total: rows.length,
  };
  return `${renderTableMarkdown(table)}\n\n${say("regenerateWith")} \`npx heapbook render ${reportFolder(report.projectFile)}\`.\n`;
}
