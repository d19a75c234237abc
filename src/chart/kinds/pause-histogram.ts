import { formatNumber } from "../../analysis/format.ts";
import type { ReadyChart } from "../../model/ready-charts.ts";
import {
  type ChartDrawing,
  type ChartKind,
  type ChartWidth,
  fitTicks,
  leftPadding,
  SCHEMA_URL,
  type SeriesColours,
  scaleDefinition,
  TOTAL_WIDTH_PX,
  textLayers,
} from "../layout/frame.ts";
import type { PlacedLabel } from "../layout/labels.ts";
import { wordLines } from "../layout/legend.ts";
import { linearScale, type Scale } from "../layout/scale.ts";
import { LINE_HEIGHT_PX, shortenText } from "../layout/text-metrics.ts";
import { binPauses, binRange, KINDS, medianPause, type PauseBin, type PauseRun } from "../parts/pause-bins.ts";
import { KIND_COLOURS, type Layout, placeKinds, TITLE_Y } from "../parts/pause-kinds.ts";
import { INK, INK_2, PAPER } from "../theme.ts";
import type { ChartData } from "../types.ts";

type PauseHistogram = Extract<ReadyChart, { readonly chart: "pause-histogram" }>;

/** Share of a doubling left free on each side of a bar, so that bars stand 4 % apart. */
const BIN_GAP = 2 ** 0.02;
const ROW_GAP_PX = 64;
/** Room above the panels: the axis title, a run's name and its count. */
const HEAD_PX = 66;

function layOut(chart: PauseHistogram, width: ChartWidth, tallest: number): Layout {
  const wide = width === "wide";
  const columns = Math.min(chart.runs.length, wide ? 4 : 2) || 1;
  const gapPx = wide ? 20 : 22;
  const yScale = linearScale([0, tallest], { zero: true, maximumTicks: 4, nice: true });
  const padding = { left: leftPadding(yScale.ticks), top: HEAD_PX, right: 12, bottom: 44 };
  const free = TOTAL_WIDTH_PX[width] - padding.left - padding.right - (columns - 1) * gapPx;
  const panelWidthPx = Math.floor(free / columns);
  const { first, last } = binRange(chart.runs);
  const xScale = fitTicks(panelWidthPx, 12, wide && columns < 3 ? 10 : 6, (maximumTicks): Scale => {
    const stride = Math.max(1, Math.ceil((last - first + 1) / maximumTicks));
    // Ticks pass through 1 ms wherever the bins begin; four decimals place 1/256 ms a thousandth off, and can be read.
    const start = Math.ceil(first / stride) * stride;
    const ticks = Array.from({ length: Math.floor((last - start) / stride) + 1 }, (_, index) =>
      Number((2 ** (start + index * stride)).toFixed(4)),
    );
    return { domain: [2 ** first, 2 ** last], ticks, logarithmic: { base: 2 } };
  });
  return {
    columns,
    gapPx,
    panelWidthPx,
    panelHeightPx: columns === 1 ? 190 : wide ? 140 : 120,
    padding,
    xScale,
    yScale,
  };
}

function draw(chart: PauseHistogram, width: ChartWidth, _colours: SeriesColours): ChartDrawing {
  const runs = chart.runs.length === 0 ? [{ series: "", pauses: [] }] : chart.runs;
  const bins = runs.map(binPauses);
  const tallest = Math.max(1, ...bins.flat().map((bin) => bin.base + bin.share));
  const layout = layOut(chart, width, tallest);
  const { columns, padding, panelHeightPx, panelWidthPx } = layout;
  const rows = Math.ceil(runs.length / columns);
  const { placed, unplaced } = placeKinds(runs, bins, layout);
  const legend = wordLines(
    unplaced.map((kind) => ({ text: kind, markColour: KIND_COLOURS[kind] })),
    { widthPx: TOTAL_WIDTH_PX[width] - padding.right, leftPx: padding.left, aboveY: TITLE_Y },
  );
  const padded = { ...padding, top: padding.top + legend.lines * LINE_HEIGHT_PX };
  const concat = runs.map((run, index) => {
    const labels = [...headLabels(run, panelWidthPx), ...(placed.get(index) ?? [])];
    if (index === 0) {
      labels.push({
        text: "share of pauses, %",
        bold: false,
        colour: INK_2,
        x: -padding.left,
        y: TITLE_Y,
        align: "left",
      });
      labels.push(...legend.labels);
    }
    if (index === runs.length - 1) {
      labels.push({
        text: "pause, ms (logarithmic)",
        bold: false,
        colour: INK_2,
        x: panelWidthPx,
        y: panelHeightPx + 34,
        align: "right",
      });
    }
    return panel(run, bins[index] ?? [], layout, index % columns === 0, labels);
  });
  const spacing = { column: layout.gapPx, row: ROW_GAP_PX };
  const heightPx = padded.top + padded.bottom + rows * panelHeightPx + (rows - 1) * ROW_GAP_PX;
  return {
    spec: {
      $schema: SCHEMA_URL,
      padding: padded,
      autosize: "none",
      columns,
      spacing,
      align: "none",
      bounds: "flush",
      concat,
    },
    heightPx,
  };
}

function headLabels(run: PauseRun, panelWidthPx: number): PlacedLabel[] {
  const median = medianPause(run);
  const head: PlacedLabel[] = [];
  if (run.series !== "")
    head.push({
      text: shortenText(run.series, panelWidthPx, true),
      bold: true,
      colour: INK,
      x: 0,
      y: -29,
      align: "left",
    });
  const full =
    median === undefined
      ? "no collections"
      : `n = ${formatNumber(run.pauses.length)}, median ${formatNumber(Number(median.toPrecision(2)))}\u00a0ms`;
  return [
    ...head,
    { text: shortenText(full, panelWidthPx + 12), bold: false, colour: INK_2, x: 0, y: -13, align: "left" },
  ];
}

function panel(
  run: PauseRun,
  bins: readonly PauseBin[],
  { xScale, yScale, panelWidthPx, panelHeightPx }: Layout,
  first: boolean,
  labels: readonly PlacedLabel[],
): unknown {
  const x = {
    field: "from",
    type: "quantitative",
    scale: scaleDefinition(xScale),
    axis: { values: xScale.ticks, format: ",.12~g", title: null },
  };
  const y = {
    field: "base",
    type: "quantitative",
    scale: scaleDefinition(yScale),
    axis: { values: yScale.ticks, labels: first, title: null },
  };
  const color = {
    field: "kind",
    type: "nominal",
    scale: { domain: KINDS, range: KINDS.map((kind) => KIND_COLOURS[kind]) },
  };
  const values = bins.map((bin) => ({
    kind: bin.kind,
    from: Number((bin.fromMs * BIN_GAP).toPrecision(6)),
    to: Number((bin.toMs / BIN_GAP).toPrecision(6)),
    base: Number(bin.base.toPrecision(6)),
    top: Number((bin.base + bin.share).toPrecision(6)),
    count: bin.count,
  }));
  const median = medianPause(run);
  const shown = median === undefined ? [] : [{ from: Number(Math.max(median, xScale.domain[0]).toPrecision(6)) }];
  const rule = (color: string, strokeWidth: number): unknown => ({
    data: { values: shown },
    mark: { type: "rule", color, strokeWidth },
    encoding: { x },
  });
  const layer = [
    { mark: "bar", encoding: { x, x2: { field: "to" }, y, y2: { field: "top" }, color } },
    rule(PAPER, 3.5),
    rule(INK, 1.5),
    ...textLayers(labels),
  ];
  return { width: panelWidthPx, height: panelHeightPx, data: { values }, layer };
}

function data(chart: PauseHistogram): ChartData {
  const several = chart.runs.some((run) => run.series !== "");
  return {
    columns: [
      ...(several ? [{ key: "series", title: "series", numeric: false }] : []),
      { key: "fromMs", title: "pause from, ms", numeric: true },
      { key: "toMs", title: "to, ms", numeric: true },
      { key: "kind", title: "kind", numeric: false },
      { key: "count", title: "pauses", numeric: true },
      { key: "share", title: "share, %", numeric: true },
    ],
    rows: chart.runs.flatMap((run) =>
      binPauses(run).map(({ fromMs, toMs, kind, count, share }) => ({
        ...(several ? { series: run.series } : {}),
        fromMs,
        toMs,
        kind,
        count,
        share: Number(share.toFixed(2)),
      })),
    ),
  };
}

function summarize(chart: PauseHistogram): string {
  const parts = chart.runs.map((run) => {
    const who = run.series === "" ? "" : `${run.series} `;
    const median = medianPause(run);
    if (median === undefined) return `${who}no collections`;
    const longest = run.pauses.reduce((found, pause) => Math.max(found, pause.pauseMs), 0);
    const [n, middle, most] = [run.pauses.length, median, longest].map((value, index) =>
      formatNumber(index === 0 ? value : Number(value.toPrecision(2))),
    );
    return `${who}${n} pause${run.pauses.length === 1 ? "" : "s"}, median ${middle}\u00a0ms, longest ${most}\u00a0ms`;
  });
  return `Lengths of collection pauses: ${parts.join("; ") || "nothing measured"}.`;
}

/** How long collections stopped the program, in doublings of a millisecond, a panel for each run. */
export const pauseHistogram: ChartKind<PauseHistogram> = {
  draw,
  data,
  summarize,
  series: (chart) => chart.runs.map((run) => run.series),
};
