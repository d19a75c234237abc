import { rollup, sum } from "d3-array";
import { formatBytes } from "../../analysis/format.ts";
import type { FlameNode } from "../../model/line-views.ts";
import type { ReadyChart } from "../../model/ready-charts.ts";
import { capitalize, join, sentence, withColon } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { type ChartWidth, createFrame, TOTAL_WIDTH_PX } from "../layout/chart-frame.ts";
import { type FlameRectangle, layOutFlames } from "../layout/flame-layout.ts";
import type { PlacedLabel } from "../layout/label-placement.ts";
import { labelWidth, shortenText } from "../layout/text-metrics.ts";
import { plotDrawing } from "../parts/chart-specs.ts";
import { PIXEL_X, PIXEL_Y } from "../parts/encodings.ts";
import { describeBytes, nameOf, nodeName, placeOf } from "../parts/flame-texts.ts";
import { measureLabel } from "../parts/measure-labels.ts";
import { textLayers } from "../parts/text-layers.ts";
import { INK, INK_2, labelColour, PAPER, RULE_STRONG, seriesColour } from "../theme.ts";
import type { ChartData, ChartDrawing, ChartKind, SeriesColours } from "../types.ts";

type FlameGraph = Extract<ReadyChart, { readonly chart: "flame-graph" }>;

const ROW_PX = 20;
/** Least width of a rectangle, px: a narrower one looks like the gap between its neighbours. */
const LEAST_RECTANGLE_PX = 2;
/** Least width of a label, px: a label shortened further is not readable. */
const LEAST_LABEL_PX = 28;
/** Largest number of rows; deeper calls are merged in the last row. */
const MOST_DEPTH = 32;
const LABEL_INSET_PX = 5;
const LEGEND_LINE_PX = 22;
const SWATCH_PX = 18;
/** Opacity of the rectangles: pale enough for dark labels on every colour. */
const TINT = 0.3;

/**
 * Lays out the rectangles at one width; those too narrow to see are merged. The table lists the rectangles of the wide
 * drawing.
 */
function layOut({ root }: FlameGraph, width: ChartWidth): readonly FlameRectangle[] {
  const [whole] = layOutFlames(root, { leastBytes: Number.POSITIVE_INFINITY, mostDepth: 1 });
  const leastBytes = ((whole?.totalBytes ?? 0) * LEAST_RECTANGLE_PX) / TOTAL_WIDTH_PX[width];
  return layOutFlames(root, { leastBytes, mostDepth: MOST_DEPTH });
}

/** Files in descending order of their functions' self bytes. Each file is a series of the graph. */
function filesOf(root: FlameNode): readonly string[] {
  const bytes = new Map<string, number>();
  for (const pending = [root]; ; ) {
    const node = pending.pop();
    if (node === undefined) break;
    pending.push(...node.children);
    if (node.file !== "") bytes.set(node.file, (bytes.get(node.file) ?? 0) + node.bytes);
  }
  return [...bytes].sort(([, a], [, b]) => b - a).map(([file]) => file);
}

/** Place and colour of a drawn rectangle; px from the top left corner of the plot. */
interface FlameBox {
  readonly colour: string;
  readonly x: number;
  readonly x2: number;
  readonly y: number;
  readonly y2: number;
  /** Text that appears when the pointer rests on the rectangle. */
  readonly tooltip: string;
}

function draw(chart: FlameGraph, width: ChartWidth, colours: SeriesColours): ChartDrawing {
  const rectangles = layOut(chart, width);
  const shown = new Set(rectangles.map(({ file }) => file));
  const legend = placeLegend(
    filesOf(chart.root).filter((file) => shown.has(file)),
    colours,
    width,
  );
  const rows = Math.max(1, ...rectangles.map(({ depth }) => depth + 1));
  const padding = { left: 0, top: legend.heightPx, right: 0, bottom: 2 };
  const frame = createFrame(width, rows * ROW_PX + padding.top + padding.bottom, padding);
  const boxes = boxesOf(rectangles, frame.plotWidthPx, colours);
  const labels = rectangles.flatMap((rectangle, index) => {
    const box = boxes[index];
    return box === undefined ? [] : labelsOf(rectangle, box);
  });
  return plotDrawing(frame, boxes, [
    {
      mark: { type: "rect", aria: true, fillOpacity: TINT, stroke: PAPER, strokeWidth: 1.5 },
      encoding: {
        x: PIXEL_X,
        x2: { field: "x2" },
        y: PIXEL_Y,
        y2: { field: "y2" },
        fill: { field: "colour", type: "nominal", scale: null },
        description: { field: "tooltip", type: "nominal" },
      },
    },
    ...textLayers(rectangles.length === 0 ? [emptyLabel(chart)] : [...labels, ...legend.labels]),
    swatchLayer(legend.swatches),
  ]);
}

function boxesOf(
  rectangles: readonly FlameRectangle[],
  plotWidthPx: number,
  colours: SeriesColours,
): readonly FlameBox[] {
  const wholeBytes = rectangles[0]?.totalBytes ?? 1;
  const xOf = (bytes: number): number => Number(((bytes / wholeBytes) * plotWidthPx).toFixed(2));
  return rectangles.map((rectangle) => ({
    colour: rectangle.file === "" ? RULE_STRONG : colourOf(rectangle.file, colours),
    x: xOf(rectangle.startBytes),
    x2: xOf(rectangle.startBytes + rectangle.totalBytes),
    y: rectangle.depth * ROW_PX,
    y2: (rectangle.depth + 1) * ROW_PX,
    tooltip: withColon(placeOf(rectangle), describeBytes(rectangle, wholeBytes)),
  }));
}

const colourOf = (file: string, colours: SeriesColours): string => seriesColour(colours.get(file) ?? 0);

/** Label shown in place of a graph without bytes. */
function emptyLabel({ by }: FlameGraph): PlacedLabel {
  return {
    text: say("noMeasure", { measure: measureLabel(by) }),
    bold: false,
    colour: INK_2,
    x: 0,
    y: ROW_PX / 2,
    align: "left",
  };
}

/** Labels of a rectangle: the name at the left, and the total bytes at the right if both fit. */
function labelsOf(rectangle: FlameRectangle, { x, x2, y }: FlameBox): readonly PlacedLabel[] {
  const room = x2 - x - 2 * LABEL_INSET_PX;
  if (room < LEAST_LABEL_PX) return [];
  const name = nameOf(rectangle);
  const bytes = formatBytes(rectangle.totalBytes);
  const label = { bold: false, colour: INK, x: x + LABEL_INSET_PX, y: y + ROW_PX / 2, align: "left" } as const;
  const bytesAt = labelWidth(name, false) + 10;
  if (bytesAt + labelWidth(bytes, false) > room) {
    const text = shortenText(name, room);
    return text === "…" ? [] : [{ ...label, text }];
  }
  return [
    { ...label, text: name },
    { ...label, text: bytes, colour: INK_2, x: x2 - LABEL_INSET_PX, align: "right" },
  ];
}

interface Swatch {
  readonly x: number;
  readonly y: number;
  readonly colour: string;
}

/** Places the legend of files above the graph, on as many lines as needed. */
function placeLegend(files: readonly string[], colours: SeriesColours, width: ChartWidth) {
  const totalPx = TOTAL_WIDTH_PX[width];
  const placed: { text: string; colour: string; x: number; line: number }[] = [];
  let [x, line] = [0, 0];
  for (const file of files) {
    const text = shortenText(file, totalPx - SWATCH_PX, true);
    const needed = SWATCH_PX + Math.ceil(labelWidth(text, true)) + 16;
    if (x > 0 && x + needed > totalPx) [x, line] = [0, line + 1];
    placed.push({ text, colour: colourOf(file, colours), x, line });
    x += needed;
  }
  const heightPx = files.length === 0 ? 2 : (line + 1) * LEGEND_LINE_PX;
  const yOf = (ofLine: number): number => ofLine * LEGEND_LINE_PX + 7 - heightPx;
  const labels = placed.map(
    (one): PlacedLabel => ({
      text: one.text,
      bold: true,
      colour: labelColour(one.colour),
      x: one.x + SWATCH_PX,
      y: yOf(one.line),
      align: "left",
    }),
  );
  const swatches = placed.map((one): Swatch => ({ x: one.x + 6, y: yOf(one.line), colour: one.colour }));
  return { heightPx, labels, swatches };
}

function swatchLayer(swatches: readonly Swatch[]): unknown {
  return {
    data: { values: swatches },
    mark: { type: "point", shape: "square", size: 100, fillOpacity: TINT, strokeWidth: 1 },
    encoding: {
      x: PIXEL_X,
      y: PIXEL_Y,
      fill: { field: "colour", type: "nominal", scale: null },
      stroke: { field: "colour", type: "nominal", scale: null },
    },
  };
}

function data(chart: FlameGraph): ChartData {
  const label = measureLabel(chart.by);
  return {
    columns: [
      { key: "path", title: say("colCallPath"), numeric: false },
      { key: "place", title: say("colStartsAt"), numeric: false },
      { key: "self", title: say("colSelf", { measure: label }), numeric: true },
      { key: "total", title: say("colTotal", { measure: label }), numeric: true },
    ],
    rows: [...layOut(chart, "wide")]
      .sort((a, b) => b.totalBytes - a.totalBytes || a.depth - b.depth)
      .map(({ path, file, line, selfBytes, totalBytes }) => ({
        path: path.map(nodeName).join(" › "),
        place: file === "" ? "" : `${file}:${line}`,
        self: selfBytes,
        total: totalBytes,
      })),
  };
}

/** Most functions named in the summary for screen readers. */
const MAXIMUM_SPOKEN = 3;

function summarize(chart: FlameGraph): string {
  const rectangles = layOut(chart, "wide");
  const [whole] = rectangles;
  const what = capitalize(say("byCallPath", { measure: measureLabel(chart.by) }));
  const head = chart.name === "" ? what : join([what, chart.name], "comma");
  if (whole === undefined) return sentence(withColon(head, say("nothing")));
  const selfBytes = rollup(
    rectangles.filter(({ file }) => file !== ""),
    (calls) => sum(calls, (call) => call.selfBytes),
    placeOf,
  );
  const heaviest = [...selfBytes]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAXIMUM_SPOKEN)
    .map(([place, bytes]) => `${place} ${formatBytes(bytes)}`);
  const most = heaviest.length === 0 ? [] : [say("mostSelf", { list: join(heaviest, "list") })];
  const said = join([say("inTotal", { bytes: formatBytes(whole.totalBytes) }), ...most], "semicolon");
  return sentence(withColon(head, said));
}

/**
 * Chart of allocation by call path as an icicle: callers stand above the functions they call, as in speedscope and
 * Chrome's flame charts, because a page is read from the top.
 */
export const flameGraph: ChartKind<FlameGraph> = { draw, data, summarize, series: (chart) => filesOf(chart.root) };
