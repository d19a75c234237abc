import type { ReadyChart } from "../harness/protocol.ts";
import {
  type ChartDrawing,
  type ChartKind,
  type ChartWidth,
  capitalize,
  colourEncoding,
  createFrame,
  distinct,
  fitTicks,
  framedSpec,
  type SeriesColours,
  textLayers,
  xAxis,
} from "./frame.ts";
import type { PlacedLabel } from "./labels.ts";
import { linearScale, project, type Scale } from "./scale.ts";
import { labelWidth, shortenText } from "./text-metrics.ts";
import { INK, RULE_STRONG } from "./theme.ts";
import type { ChartData } from "./types.ts";
import { type DisplayUnit, displayUnit, formatIn, inUnit, titleWithUnit } from "./units.ts";
import { valueColumns, valueRow } from "./value-columns.ts";

type MetricBars = Extract<ReadyChart, { readonly chart: "metric-bars" }>;
type Row = MetricBars["rows"][number];

const LABEL_GAP_PX = 10;
const MOST_NAME_PX = 240;

interface Bar {
  readonly name: string;
  readonly series: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Middle of the bar, px from the top of the plot. */
  readonly y: number;
  /** Base of the bar. */
  readonly zero: 0;
}

const unitOf = (chart: MetricBars): DisplayUnit =>
  displayUnit(
    chart.metric.unit,
    chart.rows.flatMap((row) => [row.value, row.high]),
  );
const isNegative = (bar: { readonly value: number }): boolean => bar.value < 0;
/** The far end of what is drawn for a bar, after which its value is written. */
const endOf = (bar: Bar): number => (isNegative(bar) ? Math.min(bar.value, bar.low) : Math.max(bar.value, bar.high));

/** The domain stretched until the number after every bar fits inside the plot; ticks stay where the data are. */
function scaleOf(bars: readonly Bar[], texts: readonly string[], plotWidthPx: number, maximumTicks: number): Scale {
  const ends = bars.flatMap((bar) => [bar.value, bar.low, bar.high]);
  const nice = linearScale(ends, { zero: true, maximumTicks, nice: true });
  let [low, high] = linearScale(ends, { zero: true, maximumTicks, nice: false }).domain;
  // Each side's stretch changes the other's scale; three rounds settle to less than a px.
  for (let round = 0; round < 3; round += 1) {
    for (const [index, bar] of bars.entries()) {
      const room = LABEL_GAP_PX + labelWidth(texts[index] ?? "", true) + 2;
      const share = 1 - Math.min(0.8, room / plotWidthPx);
      if (isNegative(bar)) low = Math.min(low, high - (high - endOf(bar)) / share);
      else high = Math.max(high, low + (endOf(bar) - low) / share);
    }
  }
  return { domain: [low, high], ticks: nice.ticks.filter((tick) => tick >= low && tick <= high), logarithmic: false };
}

function draw(chart: MetricBars, width: ChartWidth, colours: SeriesColours): ChartDrawing {
  const wide = width === "wide";
  const unit = unitOf(chart);
  const dense = chart.rows.length > 12;
  const step = wide ? (dense ? 24 : 34) : dense ? 40 : 48;
  const barHeight = wide ? (dense ? 14 : 18) : dense ? 13 : 16;
  const bars = chart.rows.map(
    (row, index): Bar => ({
      name: row.name,
      series: row.series,
      value: inUnit(unit, row.value),
      low: inUnit(unit, row.low),
      high: inUnit(unit, row.high),
      y: index * step + (wide ? step / 2 : step - barHeight),
      zero: 0,
    }),
  );
  const texts = chart.rows.map((row) => formatIn(unit, row.value));
  const nameRoom = wide ? Math.min(MOST_NAME_PX, Math.max(0, ...bars.map((bar) => labelWidth(bar.name, false)))) : 340;
  const padding = {
    left: wide ? Math.max(8, Math.ceil(nameRoom) + LABEL_GAP_PX + 2) : 8,
    top: 4,
    right: 12,
    bottom: 44,
  };
  const plotHeight = Math.max(step, bars.length * step) + (wide ? 0 : 6);
  const frame = createFrame(width, plotHeight + padding.top + padding.bottom, padding);
  const scale = fitTicks(frame.plotWidthPx, frame.padding.right, wide ? 8 : 6, (maximumTicks) =>
    scaleOf(bars, texts, frame.plotWidthPx, maximumTicks),
  );
  const xOf = (value: number): number => project(scale, frame.plotWidthPx, value);

  const labels = bars.flatMap((bar, index): readonly PlacedLabel[] => {
    const value: PlacedLabel = isNegative(bar)
      ? {
          text: texts[index] ?? "",
          bold: true,
          colour: INK,
          x: xOf(endOf(bar)) - LABEL_GAP_PX,
          y: bar.y,
          align: "right",
        }
      : {
          text: texts[index] ?? "",
          bold: true,
          colour: INK,
          x: xOf(endOf(bar)) + LABEL_GAP_PX,
          y: bar.y,
          align: "left",
        };
    if (bar.name === "") return [value];
    const text = shortenText(bar.name, nameRoom);
    const name: PlacedLabel = wide
      ? { text, bold: false, colour: INK, x: -LABEL_GAP_PX, y: bar.y, align: "right" }
      : { text, bold: false, colour: INK, x: 0, y: bar.y - barHeight / 2 - 10, align: "left" };
    return [name, value];
  });

  const title = titleWithUnit(chart.metric.label, unit);
  const x = xAxis("value", scale, title, frame);
  // In the narrow form the names stand in the plot, where grid lines would strike them through.
  const axis = { ...(x["axis"] as object), grid: wide, domain: !wide, ticks: !wide };
  const y = {
    field: "y",
    type: "quantitative",
    scale: { domain: [0, frame.plotHeightPx], range: [0, frame.plotHeightPx], nice: false, zero: false, padding: 0 },
    axis: null,
  };
  const uncertain = bars.filter((bar) => bar.low < bar.high);
  const whiskers = uncertain.flatMap((bar) => [bar.low, bar.high].map((end) => ({ end, y: bar.y })));
  // Names above the bars would be struck through by a line from top to bottom.
  const ends = bars.map((bar) => ({ zero: 0, from: bar.y - barHeight / 2 - 2, to: bar.y + barHeight / 2 + 2 }));
  const zeroLine = {
    data: { values: wide ? [{ zero: 0 }] : ends },
    mark: { type: "rule", color: RULE_STRONG },
    encoding: {
      x: { field: "zero", type: "quantitative" },
      ...(wide ? {} : { y: { ...y, field: "from" }, y2: { field: "to" } }),
    },
  };
  const layer = [
    {
      mark: { type: "bar", height: barHeight, orient: "horizontal" },
      encoding: {
        x: { ...x, axis },
        x2: { field: "zero" },
        y,
        color: colourEncoding(distinct(bars.map((bar) => bar.series)), colours),
      },
    },
    zeroLine,
    {
      data: { values: uncertain },
      mark: { type: "rule", color: INK, strokeWidth: 1.5 },
      encoding: { x: { field: "low", type: "quantitative" }, x2: { field: "high" }, y },
    },
    {
      data: { values: whiskers },
      mark: { type: "tick", orient: "vertical", size: 9, thickness: 1.5 },
      encoding: { x: { field: "end", type: "quantitative" }, y },
    },
    ...textLayers(labels),
  ];
  return { spec: framedSpec(frame, bars, layer), heightPx: frame.heightPx };
}

function data(chart: MetricBars): ChartData {
  const exact = chart.rows.every((row) => row.low === row.high);
  return {
    columns: [{ key: "name", title: "variant", numeric: false }, ...valueColumns("value", chart.metric, exact)],
    rows: chart.rows.map((row) => ({ name: row.name, ...valueRow("value", row, exact) })),
  };
}

/** More numbers than this in a row are not listened to. */
const MOST_SPOKEN = 6;

function summarize(chart: MetricBars): string {
  const unit = unitOf(chart);
  const say = (row: Row): string => `${row.name === "" ? "" : `${row.name} `}${formatIn(unit, row.value)}`;
  const label = capitalize(chart.metric.label);
  const [first] = chart.rows;
  if (first === undefined) return `${label}: nothing measured.`;
  if (chart.rows.length <= MOST_SPOKEN) return `${label}: ${chart.rows.map(say).join(", ")}.`;
  const least = chart.rows.reduce((a, b) => (b.value < a.value ? b : a), first);
  const most = chart.rows.reduce((a, b) => (b.value > a.value ? b : a), first);
  return `${label} of ${chart.rows.length} variants, from ${formatIn(unit, least.value)} (${least.name}) to ${formatIn(unit, most.value)} (${most.name}).`;
}

/** One metric as horizontal bars, a row for each variant. */
export const metricBars: ChartKind<MetricBars> = {
  draw,
  data,
  summarize,
  series: (chart) => chart.rows.map((row) => row.series),
};
