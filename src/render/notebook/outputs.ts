import MarkdownIt from "markdown-it";
import type { DrawnChart } from "../../chart/types.ts";
import type { Cell } from "../../document/types.ts";
import type { NotebookBundle, NotebookOutput } from "../../model/notebook.ts";
import type { CellResult } from "../../model/report-results.ts";
import { join, withAside } from "../../words/punctuation.ts";
import { readRecorded } from "../components/recorded-output.ts";
import { describeCut, nameImage, type ShownCell, type ShownItem } from "../components/shown-cell.ts";
import { renderConclusionsMarkdown } from "../markdown/conclusions.ts";
import { escapeMarkdown } from "../markdown/escape.ts";
import { renderItemMarkdown } from "../markdown/item.ts";
import { captionOf, nameInterpreters } from "../markdown/report.ts";
import { imageOfCell } from "../prose/image.ts";
import { sanitizeHtml } from "../prose/sanitize.ts";
import { sanitizeSvg } from "../prose/svg.ts";
import type { RenderInput } from "../renderer.ts";
import type { Stopped } from "../text/stopped.ts";
import { plainAlerts } from "./alerts.ts";
import { multiline } from "./nbformat.ts";

/**
 * MIME type of Vega-Lite specifications. Notebook readers (JupyterLab 4, VS Code) know version 5. The features that
 * Heapbook's specifications use are the same in version 6.
 */
const VEGA_LITE = "application/vnd.vegalite.v5+json";
const VEGA_LITE_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";

const markdownIt = new MarkdownIt({ html: true, linkify: false, typographer: false });

/**
 * Renders the outputs of a cell: everything that the report shows, with captions and conclusions. Each output is a MIME
 * bundle with a plain-text form.
 */
export async function renderOutputs(
  cell: Cell,
  shown: ShownCell,
  result: CellResult | undefined,
  input: RenderInput,
): Promise<readonly NotebookOutput[]> {
  const recorded = isNotRun(cell, result) ? recordedOutputs(cell, input) : [];
  if (recorded.length > 0) return recorded;
  const outputs: NotebookOutput[] = [];
  for (const { heading, items } of shown.groups) {
    if (heading !== undefined) outputs.push(markdownOutput(`*${escapeMarkdown(heading)}*`));
    for (const item of items) outputs.push(...(await renderItem(item, cell, input)));
  }
  const caption = outputs.length === 0 ? undefined : captionOf(cell, input);
  const around = caption === undefined ? [] : [markdownOutput(caption.text)];
  const [above, below] = caption?.isAbove === true ? [around, []] : [[], around];
  const interpreters = shown.code ? nameInterpreters(result).map(markdownOutput) : [];
  const conclusions = renderConclusionsMarkdown(shown.conclusions).map(markdownOutput);
  return [...interpreters, ...above, ...outputs, ...below, ...conclusions];
}

function isNotRun({ options }: Cell, result: CellResult | undefined): boolean {
  return options.eval && options.include && (result === undefined || result.state === "not-run");
}

/**
 * Recorded outputs of a cell without results. They restore the outputs of the notebook from which `heapbook convert`
 * made the report.
 */
function recordedOutputs({ options }: Cell, { report }: RenderInput): readonly NotebookOutput[] {
  return options.recordedOutputs.map((recorded) => ({
    output_type: "stream",
    name: "stdout",
    text: multiline(readRecorded(recorded, report.folder)),
  }));
}

async function renderItem(item: ShownItem, cell: Cell, input: RenderInput): Promise<readonly NotebookOutput[]> {
  switch (item.kind) {
    case "stream": {
      const cut = item.cutBytes === 0 ? "" : `${describeCut(item.cutBytes)}\n`;
      const text = item.text === "" ? cut : `${item.text}\n${cut}`;
      return [{ output_type: "stream", name: item.name, text: multiline(text) }];
    }
    case "chart":
      return [
        display(chartBundle(item.chart, cell)),
        ...item.chart.notes.map((note) => markdownOutput(escapeMarkdown(note))),
      ];
    case "image": {
      const text = cell.options.figAlt ?? nameImage(cell);
      const bytes = Buffer.from(item.bytes);
      const content =
        item.type === "image/svg+xml" ? multiline(await sanitizeSvg(bytes.toString("utf8"))) : bytes.toString("base64");
      return [display({ [item.type]: content, "text/plain": multiline(text) })];
    }
    case "text":
      return [display({ "text/plain": multiline(item.text) })];
    case "stopped":
      if (item.stopped.kind !== "blocked") return [errorOutput(item.stopped)];
      break;
    case "markdown":
      return [display({ "text/markdown": multiline(item.source.trim()), "text/plain": multiline(item.source.trim()) })];
    case "html": {
      const html = await sanitize(item.source, cell, input);
      return [display({ "text/html": multiline(html), "text/plain": multiline(textOfHtml(html)) })];
    }
    default:
  }
  return [markdownOutput(await renderItemMarkdown(item, cell, "", (source) => sanitize(source, cell, input)))];
}

function sanitize(source: string, cell: Cell, { report }: RenderInput): Promise<string> {
  return sanitizeHtml(source, { inlineImage: (address) => imageOfCell(address, report.folder, cell.position) });
}

/** MIME bundle of a chart: its specification, its drawing, and a sentence. */
function chartBundle(chart: DrawnChart, cell: Cell): NotebookBundle {
  return {
    [VEGA_LITE]: { ...chart.spec, $schema: VEGA_LITE_SCHEMA },
    "image/svg+xml": multiline(chart.standalone.trimEnd()),
    "text/plain": multiline(cell.options.figAlt ?? chart.summary),
  };
}

/** Output with Markdown rendered as HTML, which every notebook reader shows; the plain-text form is the Markdown. */
function markdownOutput(markdown: string): NotebookOutput {
  const text = plainAlerts(markdown).trim();
  return display({ "text/html": multiline(markdownIt.render(text).trimEnd()), "text/plain": multiline(text) });
}

function display(data: NotebookBundle): NotebookOutput {
  return { output_type: "display_data", data, metadata: {} };
}

/** Output of a failure: class and message of the exception if the title has both, otherwise the title. */
function errorOutput({ title, asides, gauge, lines, hint }: Stopped): NotebookOutput {
  const [, ename = "Heapbook", evalue = title] = /^([A-Z]\w*): ([\s\S]*)$/.exec(title) ?? [];
  const traceback = [
    asides.length === 0 ? title : withAside(title, join(asides, "comma")),
    ...(gauge === undefined ? [] : [gauge.text]),
    ...lines.map((line) => line.map(({ text }) => text).join("")),
    ...(hint === undefined ? [] : [hint]),
  ];
  return { output_type: "error", ename, evalue, traceback };
}

/** Text of HTML, without tags and with one line for each block. */
function textOfHtml(html: string): string {
  return html
    .replace(/<(?:br|\/p|\/tr|\/li|\/h[1-6]|\/div)\b[^>]*>/gi, "\n")
    .replace(/<[^<>]*>/g, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&")
    .replace(/\n{2,}/g, "\n")
    .trim();
}
