import type { Cell } from "../../document/types.ts";
import type { CellResult } from "../../model/report-results.ts";
import type { Prose } from "./prose.ts";
import type { RenderInput } from "../renderer.ts";
import { fillTemplate, html } from "./template.ts";
import { escapeHtml } from "../text/escape.ts";
import { renderConclusions } from "../components/conclusions.ts";
import { type Panel, renderFigure } from "./figure.ts";
import { type ItemRenderers, renderItem, renderPanel } from "./item.ts";
import { positionOfOption } from "../components/option-position.ts";
import { pythonsOf } from "../components/provenance.ts";
import { isShown, type ShownCell, type ShownGroup, type ShownItem, showCell } from "../components/shown-cell.ts";

/** A cell as HTML, and the charts it shows, whose files go beside the page. */
export interface RenderedCell {
  readonly html: string;
  readonly shown: ShownCell;
}

/** @throws UserError where its caption has an expression or a reference that names nothing */
export async function renderCell(
  cell: Cell,
  result: CellResult | undefined,
  prose: Prose,
  input: RenderInput,
): Promise<RenderedCell> {
  const shown = showCell(cell, result, input);
  const code = shown.code ? await renderCode(cell, result, input) : undefined;
  const output = await renderOutput(cell, shown, prose, input);
  if (code === undefined && output === "") {
    // Nothing to see, but numbers and references may lead here.
    return { shown, html: `<div class="at" id="cell-${cell.label}"></div>` };
  }
  const { options } = cell;
  const lines = cell.source.replace(/\n$/, "").split("\n").length;
  const named = cell.labelled ? `${cell.label}, ` : "";
  const rendered = fillTemplate("cell", {
    label: cell.label,
    name: cell.labelled ? cell.label : `number ${cell.number}`,
    number: cell.number,
    fold: options.codeFold,
    foldSummary: options.codeSummary ?? `Code: ${named}${cell.language}, ${lines === 1 ? "1 line" : `${lines} lines`}`,
    code: code ?? null,
    output: output === "" ? null : html(output),
  });
  return { shown, html: rendered };
}

/** What stands beside the label over the code: language, the Python that ran it, how often it ran, with which flags, which options matter. */
export function describeRuns(cell: Cell, result: CellResult | undefined): readonly string[] {
  const { options } = cell;
  const variants =
    result?.variants.length || Object.values(options.matrix).reduce((count, values) => count * values.length, 1);
  // What ran, where something did: `--trials` may have asked for another number than the report.
  const ran = Math.max(
    0,
    ...(result?.variants ?? []).flatMap(({ trialSets }) => trialSets.map((set) => set.trials.length)),
  );
  const planned = options.probes.length > 0 || options.trialsAreOwn ? options.trials : 1;
  const trials = ran > 0 ? ran : planned;
  const runs = [variants > 1 ? `${variants} variants` : "", trials > 1 ? `${trials} trials` : ""].filter(Boolean);
  return [
    cell.language,
    ...(result === undefined ? [] : pythonsOf(result)),
    ...(options.flags.length > 0 ? [options.flags.join(" ")] : []),
    ...(runs.length > 0 && options.eval && cell.language !== "vega-lite" ? [runs.join(" × ")] : []),
    ...(options.error ? ["error: true"] : []),
    ...(options.eval ? [] : ["not run"]),
  ];
}

async function renderCode(cell: Cell, result: CellResult | undefined, input: RenderInput) {
  const source = await input.highlight.highlight(cell.source.replace(/\n$/, ""), cell.language);
  return { title: cell.labelled ? cell.label : null, notes: describeRuns(cell, result), code: html(source) };
}

async function renderOutput(cell: Cell, shown: ShownCell, prose: Prose, input: RenderInput): Promise<string> {
  const kind = input.report.anchors.get(cell.label)?.kind;
  const parts: string[] = [];
  const panels: Panel[] = [];
  const renderers = { prose, highlighter: input.highlight };
  for (const [index, group] of shown.groups.entries()) {
    const rest = group.items.filter((item) => !belongsToFloat(item, kind));
    if (rest.length > 0) parts.push(await renderGroup({ ...group, items: rest }, cell, renderers, index));
    for (const [itemIndex, item] of group.items.entries()) {
      if (!belongsToFloat(item, kind)) continue;
      const heading =
        itemIndex === group.items.findIndex((other) => belongsToFloat(other, kind)) ? group.heading : undefined;
      const scope = `${cell.label}-${index}-${itemIndex}`;
      panels.push(
        isPicture(item)
          ? renderPanel(item, cell, heading)
          : { heading, content: await renderItem(item, cell, renderers, scope), data: undefined },
      );
    }
  }
  if (kind === "fig" && isShown(cell)) parts.push(await renderNumberedFigure(cell, panels, prose, input));
  if (kind === "tbl" && isShown(cell)) parts.push(await renderNumberedTable(cell, panels, prose, input));
  if (shown.conclusions.length > 0) parts.push(renderConclusions(shown.conclusions));
  return parts.join("\n");
}

/** A numbered figure keeps its place and its number even when the cell drew nothing: the prose refers to it. */
async function renderNumberedFigure(
  cell: Cell,
  panels: readonly Panel[],
  prose: Prose,
  input: RenderInput,
): Promise<string> {
  return renderFigure(panels.length > 0 ? panels : [missing("figure")], {
    label: cell.label,
    number: input.report.anchors.get(cell.label)?.number,
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
    number: input.report.anchors.get(cell.label)?.number ?? "",
    caption: caption === undefined ? null : html(caption),
    panels: (panels.length > 0 ? panels : [missing("table")]).map(({ heading, content }) => ({
      heading: heading ?? null,
      content: html(content),
    })),
  });
}

function missing(what: "figure" | "table"): Panel {
  return {
    heading: undefined,
    content: `<p class="more">There is no ${what}: the cell has not shown one.</p>`,
    data: undefined,
  };
}

async function renderCaption(
  cell: Cell,
  option: string,
  source: string | undefined,
  prose: Prose,
): Promise<string | undefined> {
  return source === undefined ? undefined : prose.renderCaption(source, positionOfOption(cell, option));
}

/** The outputs of one group in order; pictures in a cell without a `fig-` label are figures without a number. */
async function renderGroup(group: ShownGroup, cell: Cell, renderers: ItemRenderers, index: number): Promise<string> {
  const caption = await renderCaption(cell, "fig-cap", cell.options.figCap, renderers.prose);
  const parts = group.heading === undefined ? [] : [`<p class="variant">${escapeHtml(group.heading)}</p>`];
  for (const [itemIndex, item] of group.items.entries()) {
    if (isPicture(item)) {
      const details = { label: undefined, number: undefined, caption };
      parts.push(renderFigure([renderPanel(item, cell, undefined)], details));
    } else {
      parts.push(await renderItem(item, cell, renderers, `${cell.label}-${index}-${itemIndex}`));
    }
  }
  return parts.join("\n");
}

type Picture = Extract<ShownItem, { kind: "chart" | "image" }>;

function isPicture(item: ShownItem): item is Picture {
  return item.kind === "chart" || item.kind === "image";
}

const IN_NUMBERED_TABLES: ReadonlySet<string> = new Set(["table", "lines", "listing", "html", "markdown"]);

/** Whether the item goes into the numbered figure or table of its cell. */
function belongsToFloat(item: ShownItem, kind: string | undefined): boolean {
  if (kind === "fig") return isPicture(item);
  return kind === "tbl" && IN_NUMBERED_TABLES.has(item.kind);
}
