import { createMarkdown } from "../../document/markdown.ts";
import type { Cell } from "../../document/types.ts";
import type { CellResult } from "../../model/report-results.ts";
import { formatConclusions } from "../components/conclusions.ts";
import { FIGURES_FOLDER, standaloneSvg } from "../html/figure.ts";
import { positionOfOption } from "../components/option-position.ts";
import { describeProvenance, pythonsOf } from "../components/provenance.ts";
import { type ShownItem, showCell } from "../components/shown-cell.ts";
import { isDataUri, readImage } from "../prose/image.ts";
import { createProse } from "../html/prose.ts";
import { walkTokens } from "../html/prose-pass.ts";
import { nameAnchor } from "../html/prose-rules.ts";
import type { RenderedFile, RenderInput } from "../renderer.ts";
import { reportFolder } from "../text/report-folder.ts";
import { formatDate } from "../text/date.ts";
import { escapeMarkdown } from "../text/escape.ts";
import { fence } from "./fence.ts";
import { applyEdits, type Edit, lineOffsets } from "./text-edits.ts";
import { formatClaims } from "./claims-table.ts";
import { formatItem, formatTable } from "./item.ts";
import { proseEdits, replaceInline } from "./prose-edits.ts";

/**
 * Renders `report.md`: the author's Markdown, with the cells' code and outputs in the place of the cells, for GitHub and
 * for anything else that reads Markdown. Charts and images become files in `figures/`.
 *
 * @throws UserError for an image that is missing or remote, an expression or a reference that names nothing
 */
export async function renderMarkdown(input: RenderInput): Promise<RenderedFile[]> {
  const { report } = input;
  const offsets = lineOffsets(report.source);
  const prose = createProse(input);
  const files = new Map<string, RenderedFile>();
  const add = (file: RenderedFile): void => void files.set(file.path, file);
  const edits: Edit[] = [
    ...proseEdits(input),
    { start: 0, end: frontMatterEnd(report.source), text: formatTitle(input) },
  ];
  const results = new Map(input.results.cells.map((cell) => [cell.label, cell]));

  for (const cell of report.cells) {
    const [first, last] = cell.range;
    const start = offsets[first] ?? 0;
    const end = offsets[last] ?? report.source.length;
    const shown = showCell(cell, results.get(cell.label), input);
    const outputs: string[] = [];
    for (const [group, { heading, items }] of shown.groups.entries()) {
      if (heading !== undefined) outputs.push(`*${escapeMarkdown(heading)}*`);
      for (const [index, item] of items.entries()) {
        const file = pictureFile(item, `${cell.label}-${group + 1}-${index + 1}`, add);
        outputs.push(await formatItem(item, cell, file, prose));
      }
    }
    const code = shown.code ? [fence(cell.source, languageOf(cell)), ...nameInterpreters(results.get(cell.label))] : [];
    const text = [...code, ...addCaption(outputs, cell, input), ...formatConclusions(shown.conclusions)].join("\n\n");
    const opening = report.source.slice(start, offsets[first + 1] ?? report.source.length);
    // A cell that leaves nothing behind leaves no second blank line either.
    const blank =
      text === "" && /^[ \t>]*\n/.test(report.source.slice(end)) ? report.source.indexOf("\n", end) + 1 : end;
    edits.push({ start, end: blank, text: indent(text, prefixOf(opening)) });
  }

  const claims = formatClaims(input);
  if (claims !== undefined) {
    const start = claims.line === undefined ? report.source.length : (offsets[claims.line - 1] ?? report.source.length);
    const text = claims.line === undefined ? `\n\n${claims.text}\n` : `${claims.text}\n\n`;
    edits.push({ start, end: start, text });
  }

  for (const { token, line } of walkTokens(report.tokens, 1)) {
    if (token.type !== "image") continue;
    const address = String(token.attrGet("src") ?? "");
    if (isDataUri(address)) continue;
    const image = readImage(address, report.folder, { file: report.file, line });
    // Beside the page under the same path; one from outside the report's folder would be written outside the site.
    const path = decodeURI(address).replace(/^\.\//, "");
    if (!path.startsWith("..") && !path.startsWith("/")) add({ path, contents: image.bytes });
  }

  const body = applyEdits(report.source, edits).trimEnd();
  return [{ path: "report.md", contents: `${body}\n\n${formatProvenance(input)}` }, ...files.values()];
}

function formatTitle({ report, evaluate }: RenderInput): string {
  const { title, subtitle, authors, date, abstract } = report.frontMatter;
  const byline = [authors.join(", "), date === undefined ? "" : formatDate(date)].filter((part) => part !== "");
  const line = report.source.split("\n").findIndex((text) => text.startsWith("abstract:")) + 1;
  const parts = [
    `# ${escapeMarkdown(title)}`,
    ...(subtitle === undefined ? [] : [`*${escapeMarkdown(subtitle)}*`]),
    ...(byline.length === 0 ? [] : [escapeMarkdown(byline.join(" · "))]),
    ...(abstract === undefined
      ? []
      : [
          `**Abstract.** ${replaceInline(abstract.trim(), createMarkdown().parse(abstract.trim(), {}), line, { report, evaluate })}`,
        ]),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** What stands between the first line `---` and the next, with both. */
function frontMatterEnd(source: string): number {
  const match = /^---[ \t]*\n[\s\S]*?\n(?:---|\.\.\.)[ \t]*(?:\n|$)/.exec(source);
  return match === null ? 0 : match[0].length;
}

/** GitHub shows no header over code: what ran a python cell stands below it. */
function nameInterpreters(result: CellResult | undefined): readonly string[] {
  const names = result === undefined ? [] : pythonsOf(result);
  return names.length === 0 ? [] : [`*${escapeMarkdown(names.join("; "))}*`];
}

function languageOf(cell: Cell): string {
  if (cell.language !== "vega-lite") return cell.language;
  return cell.source.trimStart().startsWith("{") ? "json" : "yaml";
}

/** Writes a chart or an image as a file, and gives its name; nothing for what is text. */
function pictureFile(item: ShownItem, name: string, add: (file: RenderedFile) => void): string {
  if (item.kind === "chart") {
    add(standaloneSvg(item.chart, item.file));
    return `${item.file}.svg`;
  }
  if (item.kind !== "image") return "";
  const file = `${name}.${item.type === "image/svg+xml" ? "svg" : item.type.replace("image/", "")}`;
  add({ path: `${FIGURES_FOLDER}/${file}`, contents: item.bytes });
  return file;
}

/** Captions of tables stand above their cell's output, those of figures below. */
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

/** What stands before the fence on its first line, and on the lines after it, where a list's mark is blank. */
function prefixOf(opening: string): { readonly first: string; readonly next: string } {
  const first = /^(.*?)(?:`{3,}|~{3,})/.exec(opening)?.[1] ?? "";
  return { first, next: first.replace(/[^>\s]/g, " ") };
}

function indent(text: string, { first, next }: { readonly first: string; readonly next: string }): string {
  if (text === "") return "";
  const lines = text.split("\n").map((line, index) => ((index === 0 ? first : next) + line).trimEnd());
  return `${lines.join("\n")}\n`;
}

function formatProvenance({ results, heapbookVersion, report }: RenderInput): string {
  const { rows } = describeProvenance(results, heapbookVersion);
  const table = {
    columns: ["How this was measured", ""].map((title) => ({ title, numeric: false })),
    rows: rows.map(({ term, values }) => [
      { text: term },
      { text: values.map(({ label, text }) => (label === undefined ? text : `${label}: ${text}`)).join("; ") },
    ]),
    total: rows.length,
  };
  return `---\n\n${formatTable(table)}\n\nRegenerate with \`npx heapbook render ${reportFolder(report.file)}\`.\n`;
}
