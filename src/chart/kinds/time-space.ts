import type { ChartValue, ReadyChart } from "../../model/ready-charts.ts";
import { capitalize, join, sentence, withColon } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { type ChartFrame, type ChartWidth, createFrame } from "../layout/chart-frame.ts";
import { displayUnit, formatIn, inUnit, titleWithUnit } from "../layout/display-unit.ts";
import { boxAround, type Point, type Segment, segmentsOf } from "../layout/geometry.ts";
import {
  type LabelRequest,
  type LabelSpace,
  labelBox,
  type PlacedLabel,
  placeLabels,
} from "../layout/label-placement.ts";
import { spotsAround } from "../layout/label-spots.ts";
import { layOutKey } from "../layout/point-key.ts";
import { nameEveryPoint, type PointNames } from "../layout/point-names.ts";
import { type ChartScale, linearScale, pointScale } from "../layout/scale.ts";
import { shortenText } from "../layout/text-metrics.ts";
import { fitTicks, leftPadding } from "../layout/ticks.ts";
import { plotDrawing } from "../parts/chart-specs.ts";
import { colourEncoding, type Encoding, PIXEL_X, PIXEL_Y, xAxis, yAxis } from "../parts/encodings.ts";
import { findParetoFront } from "../parts/pareto-front.ts";
import { textLayers } from "../parts/text-layers.ts";
import { valueColumns, valueRow } from "../parts/value-columns.ts";
import { INK, INK_2, labelColour, PAPER, RULE_STRONG, seriesColour } from "../theme.ts";
import type { ChartData, ChartDrawing, ChartKind, SeriesColours } from "../types.ts";

type TimeSpace = Extract<ReadyChart, { readonly chart: "time-space" }>;
type TimeSpaceRow = TimeSpace["rows"][number];

/** A variant's time and space with their intervals, in the display units. */
interface Variant {
  readonly name: string;
  readonly series: string;
  /** Whether the variant is on the Pareto front. */
  readonly front: boolean;
  readonly space: number;
  readonly spaceLow: number;
  readonly spaceHigh: number;
  readonly time: number;
  readonly timeLow: number;
  readonly timeHigh: number;
}

/** A corner of the staircase that draws the Pareto front, in the display units. */
interface Step {
  readonly space: number;
  readonly time: number;
}

const boundsOf = (values: readonly ChartValue[]): readonly number[] =>
  values.flatMap(({ value, low, high }) => [value, low, high]);

const unitsOf = ({ time, space, rows }: TimeSpace) => ({
  time: displayUnit(time.unit, boundsOf(rows.map((row) => row.time))),
  space: displayUnit(space.unit, boundsOf(rows.map((row) => row.space))),
});

function draw(chart: TimeSpace, width: ChartWidth, colours: SeriesColours): ChartDrawing {
  const units = unitsOf(chart);
  const variants = variantsOf(chart);
  const layout = layOut(variants, width);
  const { frame } = layout;
  const front = variants.filter((variant) => variant.front).sort((a, b) => a.space - b.space || b.time - a.time);
  const staircase = staircaseOf(front, layout.xScale.domain[1]);
  const { names, labels } = placeAll({ variants, front, staircase, layout, colourOf: labelColours(variants, colours) });
  const key = layOutKey(names.key, {
    widthPx: frame.widthPx,
    leftPx: frame.padding.left,
    topY: frame.plotHeightPx + frame.padding.bottom,
  });

  const x = xAxis("space", layout.xScale, titleWithUnit(chart.space.label, units.space), frame);
  const y = yAxis("time", layout.yScale, titleWithUnit(chart.time.label, units.time), frame);
  const color = colourEncoding(
    variants.map(({ series }) => series),
    colours,
  );
  const heightPx = frame.heightPx + key.heightPx;
  const padding = { ...frame.padding, bottom: frame.padding.bottom + key.heightPx };
  return plotDrawing({ ...frame, heightPx, padding }, variants, [
    staircaseLayer(staircase, x, y),
    ...intervalLayers(variants, x, y, color),
    leaderLayer(names.leaders),
    ...pointLayers(x, y, color),
    ...textLayers([...labels, ...key.labels]),
  ]);
}

function variantsOf(chart: TimeSpace): readonly Variant[] {
  const units = unitsOf(chart);
  const onFront = findParetoFront(chart.rows);
  return chart.rows.map(({ name, series, time, space }, index) => ({
    name,
    series,
    front: onFront[index] === true,
    space: inUnit(units.space, space.value),
    spaceLow: inUnit(units.space, space.low),
    spaceHigh: inUnit(units.space, space.high),
    time: inUnit(units.time, time.value),
    timeLow: inUnit(units.time, time.low),
    timeHigh: inUnit(units.time, time.high),
  }));
}

interface TimeSpaceLayout {
  readonly frame: ChartFrame;
  readonly xScale: ChartScale;
  readonly yScale: ChartScale;
  /** Largest width of a point name, px; longer names are shortened. */
  readonly nameRoom: number;
}

function layOut(variants: readonly Variant[], width: ChartWidth): TimeSpaceLayout {
  const wide = width === "wide";
  const times = variants.flatMap(({ time, timeLow, timeHigh }) => [time, timeLow, timeHigh]);
  const spaces = variants.flatMap(({ space, spaceLow, spaceHigh }) => [space, spaceLow, spaceHigh]);
  const yScale = linearScale(times, { zero: false, maximumTicks: 6, nice: true });
  const padding = { left: leftPadding(yScale.ticks), top: 30, right: 18, bottom: 44 };
  const frame = createFrame(width, wide ? 372 : 340, padding);
  const room = { lengthPx: frame.plotWidthPx, beyondPx: padding.right, maximumTicks: wide ? 9 : 5 };
  const xScale = fitTicks(room, (maximumTicks) => linearScale(spaces, { zero: false, maximumTicks, nice: true }));
  return { frame, xScale, yScale, nameRoom: frame.plotWidthPx * (wide ? 0.3 : 0.4) };
}

/** Corners of the Pareto front, up to the end of the axis. Between two points, more space does not reduce the time. */
function staircaseOf(front: readonly Variant[], endSpace: number): readonly Step[] {
  const last = front.at(-1);
  if (last === undefined || front.length === 1) return [];
  return [...front.map(({ space, time }) => ({ space, time })), { space: endSpace, time: last.time }];
}

/** Colours of the names: by series if there are several; otherwise variants on the front have the stronger ink. */
function labelColours(variants: readonly Variant[], colours: SeriesColours): (variant: Variant) => string {
  const single = new Set(variants.map(({ series }) => series)).size === 1;
  if (single) return ({ front }) => (front ? INK : INK_2);
  return ({ series }) => labelColour(seriesColour(colours.get(series) ?? 0));
}

interface LabelledFront {
  readonly variants: readonly Variant[];
  readonly front: readonly Variant[];
  readonly staircase: readonly Step[];
  readonly layout: TimeSpaceLayout;
  readonly colourOf: (variant: Variant) => string;
}

/** Names every variant on the front; then the other variants and the front itself where free places remain. */
function placeAll({ variants, front, staircase, layout, colourOf }: LabelledFront): {
  readonly names: PointNames;
  readonly labels: readonly PlacedLabel[];
} {
  const { frame, xScale, yScale, nameRoom } = layout;
  const pointOf = pointScale(xScale, yScale, frame);
  const place = ({ space, time }: Step): Point => pointOf(space, time);
  const stairs = segmentsOf(cornersOf(staircase).map(place));
  const intervals = [
    ...variants
      .filter(isTimeUncertain)
      .map((one): Segment => [pointOf(one.space, one.timeLow), pointOf(one.space, one.timeHigh)]),
    ...variants
      .filter(isSpaceUncertain)
      .map((one): Segment => [pointOf(one.spaceLow, one.time), pointOf(one.spaceHigh, one.time)]),
  ];
  const space: LabelSpace = {
    bounds: { left: 2, top: -14, right: frame.plotWidthPx + frame.padding.right, bottom: frame.plotHeightPx - 1 },
    boxes: variants.map((variant) => boxAround(place(variant), 5)),
    segments: [...stairs, ...intervals],
  };
  const named = front.map((variant) => ({ ...place(variant), name: variant.name, colour: colourOf(variant) }));
  const names = nameEveryPoint(named, nameRoom, space);
  const requests: LabelRequest[] = variants
    .filter((variant) => !variant.front && variant.name !== "")
    .map((variant) => ({
      text: shortenText(variant.name, nameRoom),
      bold: false,
      colour: colourOf(variant),
      spots: spotsAround(place(variant), 10),
    }));
  if (front.length > 1)
    requests.push({ text: say("paretoFront"), bold: false, colour: INK_2, spots: spotsAlongStairs(stairs) });
  const others = placeLabels(requests, {
    ...space,
    boxes: [...space.boxes, ...names.labels.map(labelBox)],
    segments: [...space.segments, ...names.leaders],
  });
  return { names, labels: [...names.labels, ...others] };
}

const isTimeUncertain = ({ timeLow, timeHigh }: Variant): boolean => timeLow < timeHigh;
const isSpaceUncertain = ({ spaceLow, spaceHigh }: Variant): boolean => spaceLow < spaceHigh;

/** All corners of a staircase: between two steps, a horizontal part and then a vertical part. */
function cornersOf(staircase: readonly Step[]): readonly Step[] {
  return staircase.flatMap((step, index) => {
    const before = staircase[index - 1];
    return before === undefined ? [step] : [{ space: step.space, time: before.time }, step];
  });
}

/** Candidate places for a label below and above the middle of each horizontal part, the longest part first. */
function spotsAlongStairs(stairs: readonly Segment[]): LabelRequest["spots"] {
  return stairs
    .filter(([from, to]) => from.y === to.y)
    .sort(([a, b], [c, d]) => Math.abs(d.x - c.x) - Math.abs(b.x - a.x))
    .flatMap(([from, to]) =>
      [12, -11].map((dy) => ({ x: (from.x + to.x) / 2, y: from.y + dy, align: "center" as const })),
    );
}

function staircaseLayer(staircase: readonly Step[], x: Encoding, y: Encoding): unknown {
  return {
    data: { values: staircase },
    mark: { type: "line", interpolate: "step-after", color: INK_2, strokeWidth: 1, strokeDash: [4, 3] },
    encoding: { x, y },
  };
}

function intervalLayers(variants: readonly Variant[], x: Encoding, y: Encoding, color: Encoding): readonly unknown[] {
  const mark = { type: "rule", strokeWidth: 1.5 };
  return [
    {
      data: { values: variants.filter(isTimeUncertain) },
      mark,
      encoding: { x, y: { ...y, field: "timeLow" }, y2: { field: "timeHigh" }, color },
    },
    {
      data: { values: variants.filter(isSpaceUncertain) },
      mark,
      encoding: { x: { ...x, field: "spaceLow" }, x2: { field: "spaceHigh" }, y, color },
    },
  ];
}

function leaderLayer(leaders: readonly Segment[]): unknown {
  return {
    data: { values: leaders.map(([from, to]) => ({ x: from.x, y: from.y, x2: to.x, y2: to.y })) },
    mark: { type: "rule", color: RULE_STRONG },
    encoding: { x: PIXEL_X, x2: { field: "x2" }, y: PIXEL_Y, y2: { field: "y2" } },
  };
}

/** Layers that draw the variants as points: filled on the front, hollow elsewhere. */
function pointLayers(x: Encoding, y: Encoding, color: Encoding): readonly unknown[] {
  const mark = { type: "point", filled: false, strokeWidth: 1.75, size: 60 };
  return [
    { transform: [{ filter: "!datum.front" }], mark: { ...mark, fill: PAPER }, encoding: { x, y, stroke: color } },
    { transform: [{ filter: "datum.front" }], mark: { ...mark, filled: true }, encoding: { x, y, color } },
  ];
}

function data(chart: TimeSpace): ChartData {
  const exactTime = chart.rows.every((row) => row.time.low === row.time.high);
  const exactSpace = chart.rows.every((row) => row.space.low === row.space.high);
  const onFront = findParetoFront(chart.rows);
  return {
    columns: [
      { key: "name", title: say("colVariant"), numeric: false },
      ...valueColumns("space", chart.space, exactSpace),
      ...valueColumns("time", chart.time, exactTime),
      { key: "front", title: say("onPareto"), numeric: false },
    ],
    rows: chart.rows.map((row, index) => ({
      name: row.name,
      ...valueRow("space", row.space, exactSpace),
      ...valueRow("time", row.time, exactTime),
      front: onFront[index] === true ? say("yes") : say("no"),
    })),
  };
}

/** Most variants named in the summary for screen readers. */
const MAXIMUM_SPOKEN = 6;

function summarize(chart: TimeSpace): string {
  const { time, space, rows } = chart;
  const head = capitalize(say("against", { y: time.label, x: space.label }));
  if (rows.length === 0) return sentence(withColon(head, say("nothingMeasuredHere")));
  const timeUnit = displayUnit(
    time.unit,
    rows.map((row) => row.time.value),
  );
  const spaceUnit = displayUnit(
    space.unit,
    rows.map((row) => row.space.value),
  );
  const onFront = findParetoFront(rows);
  const front = rows.filter((_, index) => onFront[index] === true).sort((a, b) => a.space.value - b.space.value);
  const sayPoint = (row: TimeSpaceRow): string =>
    sayNamed(
      row.name,
      say("spaceAndTime", { space: formatIn(spaceUnit, row.space.value), time: formatIn(timeUnit, row.time.value) }),
    );
  const spoken = front.slice(0, MAXIMUM_SPOKEN).map(sayPoint);
  const more = front.length > MAXIMUM_SPOKEN ? [say("nMore", { n: front.length - MAXIMUM_SPOKEN })] : [];
  const all = join([head, say("variants", { n: rows.length })], "comma");
  const best = withColon(say("onPareto"), join([...spoken, ...more], "semicolon"));
  return sentence(join([all, best], "semicolon"));
}

/**
 * Chart of time against space: a point for each variant, and the Pareto front of variants that no other variant beats
 * in both.
 */
export const timeSpace: ChartKind<TimeSpace> = {
  draw,
  data,
  summarize,
  series: (chart) => chart.rows.map((row) => row.series),
};

function sayNamed(name: string, values: string): string {
  return name === "" ? values : say("nameWith", { name, values });
}
