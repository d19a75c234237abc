import type { Cell } from "../../document/types.ts";
import type { CellResult } from "../../model/report-results.ts";
import { pageWords } from "../../words/page-words.ts";
import { join, withColon } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { positionOfOption } from "../components/option-position.ts";
import { pythonsOf } from "../components/provenance.ts";
import { isShown, type ShownCell, type ShownGroup, type ShownItem, showCell } from "../components/shown-cell.ts";
import { nameAnchor } from "../prose/anchors.ts";
import { cleanPicture } from "../prose/svg.ts";
import type { RenderInput } from "../renderer.ts";
import { escapeHtml } from "../text/escape-html.ts";
import { renderConclusionsHtml } from "./conclusions.ts";
import { type Panel, renderFigure } from "./figure.ts";
import { type ItemRenderers, isPicture, renderItemHtml, renderPanel } from "./item.ts";
import type { Prose } from "./prose.ts";
import { fillTemplate, html } from "./template.ts";

/** HTML of a cell, and the data that it was rendered from; charts in the data have files. */
export interface RenderedCell {
  readonly html: string;
  readonly shown: ShownCell;
}

/**
 * Renders code and output of a cell.
 *
 * @throws UserError for an unknown name in an expression or a reference of its caption
 */
export async function renderCellHtml(
  cell: Cell,
  result: CellResult | undefined,
  prose: Prose,
  input: RenderInput,
): Promise<RenderedCell> {
  const shown = showCell(cell, result, input);
  const code = shown.code ? await renderCode(cell, result, input) : undefined;
  const output = await renderOutput(cell, shown, prose, input);
  if (code === undefined && output === "") {
    // The empty anchor is the target of links from computed numbers and references.
    return { shown, html: `<div class="at" id="cell-${cell.label}"></div>` };
  }
  const { options } = cell;
  const words = pageWords(input.report.frontMatter.lang);
  const lines = cell.source.replace(/\n$/, "").split("\n").length;
  const rendered = fillTemplate("cell", {
    label: cell.label,
    name: cell.labelled ? cell.label : say("cellNumber", { n: cell.number }),
    number: cell.number,
    fold: options.codeFold,
    foldSummary:
      options.codeSummary ??
      withColon(
        words.code,
        join([...(cell.labelled ? [cell.label] : []), cell.language, say("lines", { n: lines })], "comma"),
      ),
    code: code ?? null,
    output: output === "" ? null : html(output),
  });
  return { shown, html: rendered };
}

async function renderCode(cell: Cell, result: CellResult | undefined, input: RenderInput) {
  const source = await input.highlight.highlight(cell.source.replace(/\n$/, ""), cell.language);
  return { title: cell.labelled ? cell.label : null, notes: describeRuns(cell, result), code: html(source) };
}

/**
 * Notes for the bar above the code: language, Python versions, V8 flags, number of variants and trials, `error` and
 * `eval`.
 */
function describeRuns(cell: Cell, result: CellResult | undefined): readonly string[] {
  const { options } = cell;
  const variants =
    result?.variants.length || Object.values(options.matrix).reduce((count, values) => count * values.length, 1);
  // The number of trials that ran, because `--trials` overrides the report's number; for a cell that did not run, the
  // planned number.
  const ran = Math.max(
    0,
    ...(result?.variants ?? []).flatMap(({ trialSets }) => trialSets.map((set) => set.trials.length)),
  );
  const planned = options.probes.length > 0 || options.trialsAreOwn ? options.trials : 1;
  const trials = ran > 0 ? ran : planned;
  const runs = [
    variants > 1 ? say("variants", { n: variants }) : "",
    trials > 1 ? say("trials", { n: trials }) : "",
  ].filter(Boolean);
  return [
    cell.language,
    ...(result === undefined ? [] : pythonsOf(result)),
    ...(options.flags.length > 0 ? [options.flags.join(" ")] : []),
    ...(runs.length > 0 && options.eval && cell.language !== "vega-lite" ? [runs.join(" × ")] : []),
    ...(options.error ? ["error: true"] : []),
    ...(options.eval ? [] : [say("notRun")]),
  ];
}

/**
 * Renders the output of a cell: items outside the numbered figure or table, then the figure or table, then the
 * conclusions.
 */
async function renderOutput(cell: Cell, shown: ShownCell, prose: Prose, input: RenderInput): Promise<string> {
  const kind = input.report.anchors.get(cell.label)?.kind;
  const parts: string[] = [];
  const panels: Panel[] = [];
  const renderers = { prose, highlighter: input.highlight };
  for (const [index, group] of shown.groups.entries()) {
    const rest = group.items.filter((item) => !isInFloat(item, kind));
    if (rest.length > 0) parts.push(await renderGroup({ ...group, items: rest }, cell, renderers, index));
    panels.push(...(await renderPanels(group, cell, renderers, index, kind)));
  }
  if (kind === "fig" && isShown(cell)) parts.push(await renderNumberedFigure(cell, panels, prose, input));
  if (kind === "tbl" && isShown(cell)) parts.push(await renderNumberedTable(cell, panels, prose, input));
  if (shown.conclusions.length > 0) parts.push(renderConclusionsHtml(shown.conclusions));
  return parts.join("\n");
}

/**
 * Renders the items of a group that belong to the numbered figure or table. The group's heading stands over the first
 * item.
 */
async function renderPanels(
  group: ShownGroup,
  cell: Cell,
  renderers: ItemRenderers,
  index: number,
  kind: string | undefined,
): Promise<readonly Panel[]> {
  const panels: Panel[] = [];
  for (const [itemIndex, item] of group.items.entries()) {
    if (!isInFloat(item, kind)) continue;
    const heading = panels.length === 0 ? group.heading : undefined;
    if (isPicture(item)) panels.push(renderPanel(await cleanPicture(item), cell, heading));
    else {
      const content = await renderItemHtml(item, cell, renderers, `${cell.label}-${index}-${itemIndex}`);
      panels.push({ heading, content, data: undefined });
    }
  }
  return panels;
}

/**
 * Renders the numbered figure of a cell. A cell that displayed none gets a placeholder with the number, because
 * references name the figure.
 */
async function renderNumberedFigure(
  cell: Cell,
  panels: readonly Panel[],
  prose: Prose,
  input: RenderInput,
): Promise<string> {
  return renderFigure(panels.length > 0 ? panels : [missingPanel("displayedNoFigure")], {
    label: cell.label,
    name: nameOf(cell, input),
    caption: await renderCaption(cell, "fig-cap", cell.options.figCap, prose),
  });
}

async function renderNumberedTable(
  cell: Cell,
  panels: readonly Panel[],
  prose: Prose,
  input: RenderInput,
): Promise<string> {
  const caption = await renderCaption(cell, "tbl-cap", cell.options.tblCap, prose);
  return fillTemplate("numbered-table", {
    id: cell.label,
    name: nameOf(cell, input) ?? "",
    caption: caption === undefined ? null : html(caption),
    panels: (panels.length > 0 ? panels : [missingPanel("displayedNoTable")]).map(({ heading, content }) => ({
      heading: heading ?? null,
      content: html(content),
    })),
  });
}

/** Name at the beginning of a caption, `Figure 1`, with a plain blank; undefined for a cell without a number. */
function nameOf({ label }: Cell, { report }: RenderInput): string | undefined {
  const anchor = report.anchors.get(label);
  return anchor === undefined ? undefined : nameAnchor(anchor, report.frontMatter.lang).replace("\u00a0", " ");
}

function missingPanel(what: "displayedNoFigure" | "displayedNoTable"): Panel {
  return { heading: undefined, content: `<p class="more">${escapeHtml(say(what))}</p>`, data: undefined };
}

async function renderCaption(
  cell: Cell,
  option: string,
  source: string | undefined,
  prose: Prose,
): Promise<string | undefined> {
  return source === undefined ? undefined : prose.renderCaption(source, positionOfOption(cell, option));
}

/** Renders the items of a group in order. Each picture becomes a figure without a number. */
async function renderGroup(group: ShownGroup, cell: Cell, renderers: ItemRenderers, index: number): Promise<string> {
  const caption = await renderCaption(cell, "fig-cap", cell.options.figCap, renderers.prose);
  const parts = group.heading === undefined ? [] : [`<p class="variant">${escapeHtml(group.heading)}</p>`];
  for (const [itemIndex, item] of group.items.entries()) {
    if (isPicture(item)) {
      const details = { label: undefined, name: undefined, caption };
      parts.push(renderFigure([renderPanel(await cleanPicture(item), cell, undefined)], details));
    } else {
      parts.push(await renderItemHtml(item, cell, renderers, `${cell.label}-${index}-${itemIndex}`));
    }
  }
  return parts.join("\n");
}

const IN_NUMBERED_TABLES: ReadonlySet<string> = new Set(["table", "lines", "listing", "html", "markdown"]);

/**
 * Whether an item belongs to the numbered figure or table of its cell.
 * @param kind kind of the cell's anchor
 */
function isInFloat(item: ShownItem, kind: string | undefined): boolean {
  if (kind === "fig") return isPicture(item);
  return kind === "tbl" && IN_NUMBERED_TABLES.has(item.kind);
}
