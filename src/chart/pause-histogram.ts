import type { CollectionKind, ReadyChart } from "../harness/protocol.ts";
import { formatNumber } from "../results/format.ts";
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
} from "./frame.ts";
import { type Box, type LabelRequest, labelBox, type PlacedLabel, placeLabels } from "./labels.ts";
import { binPauses, binRange, KINDS, medianPause, type PauseBin, type PauseRun } from "./pause-bins.ts";
import { linearScale, project, type Scale } from "./scale.ts";
import { LINE_HEIGHT_PX, labelWidth, shortenText } from "./text-metrics.ts";
import { INK, INK_2, labelColour, PAPER, RULE_STRONG, seriesColour } from "./theme.ts";
import type { ChartData } from "./types.ts";

type PauseHistogram = Extract<ReadyChart, { readonly chart: "pause-histogram" }>;

// The kinds keep their colours in every report; the first two of the palette belong to the author's variants.
const KIND_COLOURS: Readonly<Record<CollectionKind, string>> = {
  scavenge: seriesColour(2),
  "minor-mark-sweep": seriesColour(2),
  "mark-compact": seriesColour(3),
  "incremental-marking": seriesColour(5),
  "weak-callbacks": INK_2,
  other: RULE_STRONG,
};

/** Share of a doubling left free on each side of a bar, so that bars stand 4 % apart. */
const BIN_GAP = 2 ** 0.02;
const ROW_GAP_PX = 64;
/** Room above the panels: the axis title, a run's name and its count. */
const HEAD_PX = 66;
const TITLE_Y = -52;

interface Layout {
  readonly columns: number;
  readonly gapPx: number;
  readonly panelWidthPx: number;
  readonly panelHeightPx: number;
  readonly padding: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  readonly xScale: Scale;
  readonly yScale: Scale;
}

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
  const legend = wordLines(unplaced, TOTAL_WIDTH_PX[width] - padding.right, padding.left);
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

interface PlacedKinds {
  /** Labels by index of the panel. */
  readonly placed: ReadonlyMap<number, readonly PlacedLabel[]>;
  readonly unplaced: readonly CollectionKind[];
}

/** Each kind is named once, beside its largest bar, in the first panel that has room for it. */
function placeKinds(runs: readonly PauseRun[], bins: readonly (readonly PauseBin[])[], layout: Layout): PlacedKinds {
  const placed = new Map<number, readonly PlacedLabel[]>();
  const unplaced: CollectionKind[] = [];
  for (const kind of KINDS.filter((candidate) => bins.flat().some((bin) => bin.kind === candidate))) {
    const panels = bins.map((panelBins, index) => ({
      index,
      most: Math.max(0, ...panelBins.filter((bin) => bin.kind === kind).map((bin) => bin.share)),
    }));
    const found = panels
      .filter(({ most }) => most > 0)
      .sort((a, b) => b.most - a.most)
      .some(({ index }) => {
        const run = runs[index];
        const before = placed.get(index) ?? [];
        const label = run === undefined ? undefined : placeKind(kind, run, bins[index] ?? [], layout, before);
        if (label !== undefined) placed.set(index, [...before, label]);
        return label !== undefined;
      });
    if (!found) unplaced.push(kind);
  }
  return { placed, unplaced };
}

/** Kinds that no panel has room for stand above the axis title, in their colours. */
function wordLines(
  kinds: readonly CollectionKind[],
  rightPx: number,
  leftPx: number,
): { readonly labels: readonly PlacedLabel[]; readonly lines: number } {
  const rows: { kind: CollectionKind; x: number; line: number }[] = [];
  let x = 0;
  let line = 0;
  for (const kind of kinds) {
    const width = labelWidth(kind, true);
    if (x > 0 && x + width > rightPx) [x, line] = [0, line + 1];
    rows.push({ kind, x, line });
    x += width + 14;
  }
  const lines = kinds.length === 0 ? 0 : line + 1;
  const labels = rows.map(
    (row): PlacedLabel => ({
      text: row.kind,
      bold: true,
      colour: labelColour(KIND_COLOURS[row.kind]),
      x: row.x - leftPx,
      y: TITLE_Y - (lines - row.line) * LINE_HEIGHT_PX,
      align: "left",
    }),
  );
  return { labels, lines };
}

function placeKind(
  kind: CollectionKind,
  run: PauseRun,
  bins: readonly PauseBin[],
  { xScale, yScale, panelWidthPx, panelHeightPx }: Layout,
  before: readonly PlacedLabel[],
): PlacedLabel | undefined {
  const xOf = (ms: number): number => project(xScale, panelWidthPx, ms);
  const yOf = (share: number): number => panelHeightPx - project(yScale, panelHeightPx, share);
  const boxOf = (bin: PauseBin): Box => ({
    left: xOf(bin.fromMs) - 3,
    right: xOf(bin.toMs) + 3,
    top: yOf(bin.base + bin.share) - 2,
    bottom: yOf(bin.base) + 2,
  });
  const largest = bins
    .filter((bin) => bin.kind === kind)
    .reduce<PauseBin | undefined>((a, b) => (a === undefined || b.share > a.share ? b : a), undefined);
  const median = medianPause(run);
  if (largest === undefined || median === undefined) return undefined;
  const own = boxOf(largest);
  const medianX = xOf(Math.max(median, xScale.domain[0]));
  const request: LabelRequest = {
    text: kind,
    bold: true,
    colour: labelColour(KIND_COLOURS[kind]),
    spots: [
      { x: own.right + 6, y: own.top + 14, align: "left" },
      { x: own.left - 6, y: own.top + 14, align: "right" },
    ],
    near: [{ x: (own.left + own.right) / 2, y: own.top }],
  };
  const obstacles = [
    ...bins.map(boxOf),
    { left: medianX - 4, right: medianX + 4, top: 0, bottom: panelHeightPx },
    ...before.map(labelBox),
  ];
  const [label] = placeLabels([request], {
    bounds: { left: 2, top: 0, right: panelWidthPx, bottom: panelHeightPx },
    boxes: obstacles,
    segments: [],
  });
  return label;
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
