import { formatBytes, formatNumber } from "../../analysis/format.ts";
import type { FlameNode } from "../../model/line-views.ts";
import type { ReadyChart } from "../../model/ready-charts.ts";
import { type FlameRectangle, layOutFlames } from "../layout/flame-layout.ts";
import {
  type ChartDrawing,
  type ChartKind,
  type ChartWidth,
  capitalize,
  createFrame,
  framedSpec,
  type SeriesColours,
  TOTAL_WIDTH_PX,
  textLayers,
} from "../layout/frame.ts";
import type { PlacedLabel } from "../layout/labels.ts";
import { labelWidth, shortenText } from "../layout/text-metrics.ts";
import { MEASURE_LABELS } from "../parts/measure-labels.ts";
import { INK, INK_2, labelColour, PAPER, RULE_STRONG, seriesColour } from "../theme.ts";
import type { ChartData } from "../types.ts";

type FlameGraph = Extract<ReadyChart, { readonly chart: "flame-graph" }>;

const ROW_PX = 20;
/** A narrower rectangle cannot be told from the line between two. */
const LEAST_RECTANGLE_PX = 2;
/** A label shortened to less says nothing. */
const LEAST_LABEL_PX = 28;
/** Deeper paths stand together in the last row. */
const MOST_DEPTH = 32;
const LABEL_INSET_PX = 5;
const LEGEND_PX = 22;
/** Rectangles are tints, so that their labels can be read in ink on any of them. */
const TINT = 0.3;

/** The share below which rectangles are folded is that of the wide drawing, so that its table tells what it shows. */
function layOut({ root }: FlameGraph, width: ChartWidth): readonly FlameRectangle[] {
  const [whole] = layOutFlames(root, { leastBytes: Number.POSITIVE_INFINITY, mostDepth: 1 });
  const leastBytes = ((whole?.totalBytes ?? 0) * LEAST_RECTANGLE_PX) / TOTAL_WIDTH_PX[width];
  return layOutFlames(root, { leastBytes, mostDepth: MOST_DEPTH });
}

/** Files by the bytes of their own functions, those with most first: they get the colours. */
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

function draw(chart: FlameGraph, width: ChartWidth, colours: SeriesColours): ChartDrawing {
  const rectangles = layOut(chart, width);
  const shown = new Set(rectangles.map(({ file }) => file));
  const files = filesOf(chart.root).filter((file) => shown.has(file));
  const rows = Math.max(1, ...rectangles.map(({ depth }) => depth + 1));
  const legend = placeLegend(files, colours, width);
  const padding = { left: 0, top: legend.heightPx, right: 0, bottom: 2 };
  const frame = createFrame(width, rows * ROW_PX + padding.top + padding.bottom, padding);
  const total = rectangles[0]?.totalBytes ?? 1;
  const xOf = (bytes: number): number => Number(((bytes / total) * frame.plotWidthPx).toFixed(2));
  const boxes = rectangles.map((rectangle) => ({
    colour: rectangle.file === "" ? RULE_STRONG : colourOf(rectangle.file, colours),
    x: xOf(rectangle.startBytes),
    x2: xOf(rectangle.startBytes + rectangle.totalBytes),
    y: rectangle.depth * ROW_PX,
    y2: (rectangle.depth + 1) * ROW_PX,
    says: `${placeOf(rectangle)}: ${describeBytes(rectangle, total)}`,
  }));
  const pixels = (field: string): Record<string, unknown> => ({ field, type: "quantitative", scale: null, axis: null });
  const labels = rectangles.flatMap((rectangle, index) =>
    labelOf(rectangle, boxes[index]?.x ?? 0, boxes[index]?.x2 ?? 0),
  );
  const layer = [
    {
      mark: { type: "rect", aria: true, fillOpacity: TINT, stroke: PAPER, strokeWidth: 1.5 },
      encoding: {
        x: pixels("x"),
        x2: { field: "x2" },
        y: pixels("y"),
        y2: { field: "y2" },
        fill: { field: "colour", type: "nominal", scale: null },
        description: { field: "says", type: "nominal" },
      },
    },
    ...textLayers(rectangles.length === 0 ? [nothing(chart)] : [...labels, ...legend.labels]),
    ...legend.swatches,
  ];
  return { spec: framedSpec(frame, boxes, layer), heightPx: frame.heightPx };
}

const colourOf = (file: string, colours: SeriesColours): string => seriesColour(colours.get(file) ?? 0);

/** A graph without a byte says so. */
function nothing({ by }: FlameGraph): PlacedLabel {
  return { text: `no ${MEASURE_LABELS[by]}`, bold: false, colour: INK_2, x: 0, y: ROW_PX / 2, align: "left" };
}

/** The name, and the bytes where there is room for both. */
function labelOf(rectangle: FlameRectangle, x: number, x2: number): readonly PlacedLabel[] {
  const room = x2 - x - 2 * LABEL_INSET_PX;
  if (room < LEAST_LABEL_PX) return [];
  const name = nameOf(rectangle);
  const bytes = formatBytes(rectangle.totalBytes);
  const y = rectangle.depth * ROW_PX + ROW_PX / 2;
  const label = { bold: false, colour: INK, x: x + LABEL_INSET_PX, y, align: "left" } as const;
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

/** The files and their colours over the graph, in as many lines as they need. */
function placeLegend(files: readonly string[], colours: SeriesColours, width: ChartWidth) {
  const labels: PlacedLabel[] = [];
  const swatches: { x: number; y: number; colour: string }[] = [];
  const room = TOTAL_WIDTH_PX[width];
  let [x, line] = [0, 0];
  for (const file of files) {
    const text = shortenText(file, room - 18, true);
    const needed = 18 + Math.ceil(labelWidth(text, true)) + 16;
    if (x > 0 && x + needed > room) [x, line] = [0, line + 1];
    const colour = colourOf(file, colours);
    const y = line * LEGEND_PX + 7;
    swatches.push({ x: x + 6, y, colour });
    labels.push({ text, bold: true, colour: labelColour(colour), x: x + 18, y, align: "left" });
    x += needed;
  }
  const heightPx = files.length === 0 ? 2 : (line + 1) * LEGEND_PX;
  const shifted = (y: number): number => y - heightPx;
  return {
    heightPx,
    labels: labels.map((label) => ({ ...label, y: shifted(label.y) })),
    swatches: [
      {
        data: { values: swatches.map((swatch) => ({ ...swatch, y: shifted(swatch.y) })) },
        mark: { type: "point", shape: "square", size: 100, fillOpacity: TINT, strokeWidth: 1 },
        encoding: {
          x: { field: "x", type: "quantitative", scale: null, axis: null },
          y: { field: "y", type: "quantitative", scale: null, axis: null },
          fill: { field: "colour", type: "nominal", scale: null },
          stroke: { field: "colour", type: "nominal", scale: null },
        },
      },
    ],
  };
}

const ANONYMOUS = "(anonymous)";

/** A function without a name is told by its place: `(anonymous) report.md:885`. */
function nameOf({ functionName, file, line }: FlameRectangle): string {
  // Of lines that were metered callers are not known, nor functions.
  if (functionName === "") return `${file}:${line}`;
  return functionName === ANONYMOUS && file !== "" ? `${functionName} ${file}:${line}` : functionName;
}

/** `generateWalk (base-library.ts:16)`. */
function placeOf(rectangle: FlameRectangle): string {
  const { functionName, file, line } = rectangle;
  return file === "" || functionName === ANONYMOUS || functionName === ""
    ? nameOf(rectangle)
    : `${functionName} (${file}:${line})`;
}

function describeBytes({ totalBytes, ownBytes }: FlameRectangle, wholeBytes: number): string {
  const share = `${formatNumber((totalBytes / wholeBytes) * 100)}\u00a0%`;
  const own = ownBytes === totalBytes ? "" : `, ${formatBytes(ownBytes)} its own`;
  return `${formatBytes(totalBytes)}, ${share}${own}`;
}

function data(chart: FlameGraph): ChartData {
  const label = MEASURE_LABELS[chart.by];
  return {
    columns: [
      { key: "path", title: "call path", numeric: false },
      { key: "place", title: "begins at", numeric: false },
      { key: "own", title: `own ${label}, B`, numeric: true },
      { key: "total", title: "with all it calls, B", numeric: true },
    ],
    rows: [...layOut(chart, "wide")]
      .sort((a, b) => b.totalBytes - a.totalBytes || a.depth - b.depth)
      .map(({ path, file, line, ownBytes, totalBytes }) => ({
        path: path.join(" › "),
        place: file === "" ? "" : `${file}:${line}`,
        own: ownBytes,
        total: totalBytes,
      })),
  };
}

/** Functions that a sentence names. */
const MOST_SPOKEN = 3;

function summarize(chart: FlameGraph): string {
  const rectangles = layOut(chart, "wide");
  const [whole] = rectangles;
  const head = `${capitalize(MEASURE_LABELS[chart.by])} by call path${chart.name === "" ? "" : `, ${chart.name}`}`;
  if (whole === undefined) return `${head}: nothing.`;
  const own = new Map<string, number>();
  for (const rectangle of rectangles) {
    if (rectangle.file !== "") own.set(placeOf(rectangle), (own.get(placeOf(rectangle)) ?? 0) + rectangle.ownBytes);
  }
  const heaviest = [...own]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_SPOKEN)
    .map(([place, bytes]) => `${place} ${formatBytes(bytes)}`);
  return `${head}: ${formatBytes(whole.totalBytes)} in all${heaviest.length === 0 ? "" : `; functions with most of their own: ${heaviest.join(", ")}`}.`;
}

/**
 * Allocation by call path as an icicle, callers above what they call (as in pprof, speedscope and Chrome's flame charts):
 * a page is read from the top.
 */
export const flameGraph: ChartKind<FlameGraph> = { draw, data, summarize, series: (chart) => filesOf(chart.root) };
