import { max } from "d3-array";
import { formatNumber } from "../../analysis/format.ts";
import type { ReadyChart } from "../../model/ready-charts.ts";
import { capitalize, join } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { type ChartWidth, TOTAL_WIDTH_PX } from "../layout/chart-frame.ts";
import type { PlacedLabel } from "../layout/label-placement.ts";
import { layOutLegend } from "../layout/legend.ts";
import { type ChartScale, linearScale } from "../layout/scale.ts";
import { LINE_HEIGHT_PX, shortenText } from "../layout/text-metrics.ts";
import { fitTicks, leftPadding } from "../layout/ticks.ts";
import { type PanelGrid, panelsDrawing } from "../parts/chart-specs.ts";
import { panelAxis, TICK_FORMAT } from "../parts/encodings.ts";
import { binPauses, binRange, KINDS, medianPause, type PauseBin, type PauseRun } from "../parts/pause-bins.ts";
import { KIND_COLOURS, type PausePanels, placeKinds } from "../parts/pause-kind-labels.ts";
import { textLayers } from "../parts/text-layers.ts";
import { INK, INK_2, PAPER } from "../theme.ts";
import type { ChartData, ChartDrawing, ChartKind } from "../types.ts";

type PauseHistogram = Extract<ReadyChart, { readonly chart: "pause-histogram" }>;

/** Factor that moves both ends of a bar inwards on the logarithmic axis, by 2 % of its bin. */
const BIN_GAP = 2 ** 0.02;
const ROW_GAP_PX = 64;
/** Height of the area above the panels, px: axis title, name of the run and its median. */
const HEAD_PX = 66;
/** Vertical centre of the y axis title, px from the top of the first panel. */
const TITLE_Y = -52;

function draw(chart: PauseHistogram, width: ChartWidth): ChartDrawing {
  const runs = chart.runs.length === 0 ? [{ series: "", pauses: [] }] : chart.runs;
  const bins = runs.map(binPauses);
  const panels = layOut(runs, bins, width);
  const { grid } = panels;
  const { placed, unplaced } = placeKinds(runs, bins, panels);
  const legend = layOutLegend(
    unplaced.map((kind) => ({ text: kind, markColour: KIND_COLOURS[kind] })),
    { widthPx: TOTAL_WIDTH_PX[width] - grid.padding.right, leftPx: grid.padding.left, aboveY: TITLE_Y },
  );
  const views = runs.map((run, index) =>
    panel(run, bins[index] ?? [], panels, index % grid.columns === 0, [
      ...headLabels(run, grid),
      ...(placed.get(index) ?? []),
      ...(index === 0 ? [yTitle(grid), ...legend.labels] : []),
      ...(index === runs.length - 1 ? [xTitle(grid)] : []),
    ]),
  );
  const top = grid.padding.top + legend.lines * LINE_HEIGHT_PX;
  return panelsDrawing(views, { ...grid, padding: { ...grid.padding, top } });
}

function layOut(runs: readonly PauseRun[], bins: readonly (readonly PauseBin[])[], width: ChartWidth): PausePanels {
  const wide = width === "wide";
  const highest = Math.max(1, max(bins.flat(), ({ base, share }) => base + share) ?? 0);
  const yScale = linearScale([0, highest], { zero: true, maximumTicks: 4, nice: true });
  const columns = Math.min(runs.length, wide ? 4 : 2);
  const columnGapPx = wide ? 20 : 22;
  const padding = { left: leftPadding(yScale.ticks), top: HEAD_PX, right: 12, bottom: 44 };
  const free = TOTAL_WIDTH_PX[width] - padding.left - padding.right - (columns - 1) * columnGapPx;
  const panelWidthPx = Math.floor(free / columns);
  const panelHeightPx = columns === 1 ? 190 : wide ? 140 : 120;
  const room = { lengthPx: panelWidthPx, beyondPx: 12, maximumTicks: wide && columns < 3 ? 10 : 6 };
  const range = binRange(runs);
  const xScale = fitTicks(room, (maximumTicks) => scaleOfBins(range, maximumTicks));
  return {
    grid: { columns, panelWidthPx, panelHeightPx, columnGapPx, rowGapPx: ROW_GAP_PX, padding },
    xScale,
    yScale,
  };
}

/** The logarithmic scale of the bins. Ticks stand at every n-th power of two, and include 1 ms. */
function scaleOfBins({ first, last }: ReturnType<typeof binRange>, maximumTicks: number): ChartScale {
  const stride = Math.max(1, Math.ceil((last - first + 1) / maximumTicks));
  const start = Math.ceil(first / stride) * stride;
  // Ticks have four decimals, which is short and places 1/256 ms off by only a thousandth.
  const ticks = Array.from({ length: Math.floor((last - start) / stride) + 1 }, (_, index) =>
    Number((2 ** (start + index * stride)).toFixed(4)),
  );
  return { domain: [2 ** first, 2 ** last], ticks, logarithmic: { base: 2 } };
}

function yTitle({ padding }: PanelGrid): PlacedLabel {
  const place = { x: -padding.left, y: TITLE_Y, align: "left" } as const;
  return { text: say("axisShare"), bold: false, colour: INK_2, ...place };
}

function xTitle({ panelWidthPx, panelHeightPx }: PanelGrid): PlacedLabel {
  const place = { x: panelWidthPx, y: panelHeightPx + 34, align: "right" } as const;
  return { text: say("axisPause"), bold: false, colour: INK_2, ...place };
}

const roundPause = (pauseMs: number): string => `${formatNumber(Number(pauseMs.toPrecision(2)))}\u00a0ms`;

/** Labels above a panel: the run's name, and the number and median of its pauses. */
function headLabels(run: PauseRun, { panelWidthPx }: PanelGrid): readonly PlacedLabel[] {
  const labels: PlacedLabel[] = [];
  if (run.series !== "") {
    const text = shortenText(run.series, panelWidthPx, true);
    labels.push({ text, bold: true, colour: INK, x: 0, y: -29, align: "left" });
  }
  const median = medianPause(run);
  const count =
    median === undefined
      ? say("noCollections")
      : say("medianAndCount", { count: run.pauses.length, value: roundPause(median) });
  const text = shortenText(count, panelWidthPx + 12);
  return [...labels, { text, bold: false, colour: INK_2, x: 0, y: -13, align: "left" }];
}

const sixDigits = (value: number): number => Number(value.toPrecision(6));

/** The Vega-Lite view of one run. `isFirst`: the panel is in the first column, so its y axis has tick labels. */
function panel(
  run: PauseRun,
  bins: readonly PauseBin[],
  { xScale, yScale, grid }: PausePanels,
  isFirst: boolean,
  labels: readonly PlacedLabel[],
): unknown {
  const x = panelAxis("from", xScale, { format: TICK_FORMAT });
  const y = panelAxis("base", yScale, { labels: isFirst });
  const color = {
    field: "kind",
    type: "nominal",
    scale: { domain: KINDS, range: KINDS.map((kind) => KIND_COLOURS[kind]) },
  };
  const values = bins.map(({ kind, fromMs, toMs, base, share, count }) => ({
    kind,
    from: sixDigits(fromMs * BIN_GAP),
    to: sixDigits(toMs / BIN_GAP),
    base: sixDigits(base),
    top: sixDigits(base + share),
    count,
  }));
  const median = medianPause(run);
  const medians = median === undefined ? [] : [{ from: sixDigits(Math.max(median, xScale.domain[0])) }];
  const medianLine = (color: string, strokeWidth: number): unknown => ({
    data: { values: medians },
    mark: { type: "rule", color, strokeWidth },
    encoding: { x },
  });
  const layer = [
    { mark: "bar", encoding: { x, x2: { field: "to" }, y, y2: { field: "top" }, color } },
    medianLine(PAPER, 3.5),
    medianLine(INK, 1.5),
    ...textLayers(labels),
  ];
  return { width: grid.panelWidthPx, height: grid.panelHeightPx, data: { values }, layer };
}

function data(chart: PauseHistogram): ChartData {
  const several = chart.runs.some((run) => run.series !== "");
  return {
    columns: [
      ...(several ? [{ key: "series", title: say("colSeries"), numeric: false }] : []),
      { key: "fromMs", title: say("colPauseFrom"), numeric: true },
      { key: "toMs", title: say("colTo"), numeric: true },
      { key: "kind", title: say("kind"), numeric: false },
      { key: "count", title: say("colPauses"), numeric: true },
      { key: "share", title: say("colShare"), numeric: true },
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
    if (median === undefined) return who + say("noCollections");
    const longest = max(run.pauses, ({ pauseMs }) => pauseMs) ?? 0;
    return (
      who +
      join(
        [
          say("pauses", { n: run.pauses.length }),
          say("pausesSummary", { median: roundPause(median), longest: roundPause(longest) }),
        ],
        "comma",
      )
    );
  });
  return capitalize(say("collectionPauses", { parts: join(parts, "semicolon") || say("nothingMeasuredHere") }));
}

/** Histogram of collection pauses, with bins that double in length; one panel for each run. */
export const pauseHistogram: ChartKind<PauseHistogram> = {
  draw,
  data,
  summarize,
  series: (chart) => chart.runs.map((run) => run.series),
};
