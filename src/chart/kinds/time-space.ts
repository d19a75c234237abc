import type { ChartValue, ReadyChart } from "../../model/ready-charts.ts";
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
  leftPadding,
  PIXEL_X,
  PIXEL_Y,
  type SeriesColours,
  textLayers,
  xAxis,
  yAxis,
} from "../layout/frame.ts";
import { labelFront, layOutKey } from "../layout/front-labels.ts";
import {
  type LabelRequest,
  labelBox,
  type Point,
  placeLabels,
  type Segment,
  type Surroundings,
  segmentsOf,
  spotsAround,
} from "../layout/labels.ts";
import { linearScale, project } from "../layout/scale.ts";
import { shortenText } from "../layout/text-metrics.ts";
import { displayUnit, formatIn, inUnit, titleWithUnit } from "../layout/units.ts";
import { valueColumns, valueRow } from "../parts/value-columns.ts";
import { INK, INK_2, labelColour, PAPER, RULE_STRONG, seriesColour } from "../theme.ts";
import type { ChartData } from "../types.ts";

type TimeSpace = Extract<ReadyChart, { readonly chart: "time-space" }>;
type Row = TimeSpace["rows"][number];

/**
 * Which rows no other row beats: one beats another that is no better in time nor in space and worse in one of them.
 * Both are better when smaller. Equal rows stand on the front together.
 */
export function findParetoFront(
  rows: readonly { readonly time: { readonly value: number }; readonly space: { readonly value: number } }[],
): readonly boolean[] {
  return rows.map(
    (row) =>
      !rows.some(
        (other) =>
          other.time.value <= row.time.value &&
          other.space.value <= row.space.value &&
          (other.time.value < row.time.value || other.space.value < row.space.value),
      ),
  );
}

const spread = (values: readonly ChartValue[]): readonly number[] =>
  values.flatMap(({ value, low, high }) => [value, low, high]);

function draw(chart: TimeSpace, width: ChartWidth, colours: SeriesColours): ChartDrawing {
  const wide = width === "wide";
  const timeUnit = displayUnit(chart.time.unit, spread(chart.rows.map((row) => row.time)));
  const spaceUnit = displayUnit(chart.space.unit, spread(chart.rows.map((row) => row.space)));
  const onFront = findParetoFront(chart.rows);
  const rows = chart.rows.map((row, index) => ({
    name: row.name,
    series: row.series,
    front: onFront[index] === true,
    space: inUnit(spaceUnit, row.space.value),
    spaceLow: inUnit(spaceUnit, row.space.low),
    spaceHigh: inUnit(spaceUnit, row.space.high),
    time: inUnit(timeUnit, row.time.value),
    timeLow: inUnit(timeUnit, row.time.low),
    timeHigh: inUnit(timeUnit, row.time.high),
  }));
  const yScale = linearScale(
    rows.flatMap((row) => [row.time, row.timeLow, row.timeHigh]),
    { zero: false, maximumTicks: 6, nice: true },
  );
  const frame = createFrame(width, wide ? 372 : 340, {
    left: leftPadding(yScale.ticks),
    top: 30,
    right: 18,
    bottom: 44,
  });
  const xScale = fitTicks(frame.plotWidthPx, frame.padding.right, wide ? 9 : 5, (maximumTicks) =>
    linearScale(
      rows.flatMap((row) => [row.space, row.spaceLow, row.spaceHigh]),
      { zero: false, maximumTicks, nice: true },
    ),
  );
  const at = (space: number, time: number): Point => ({
    x: project(xScale, frame.plotWidthPx, space),
    y: frame.plotHeightPx - project(yScale, frame.plotHeightPx, time),
  });

  // The front is a staircase: until the next point is reached, more space buys no time.
  const steps = rows.filter((row) => row.front).sort((a, b) => a.space - b.space || b.time - a.time);
  const last = steps.at(-1);
  const staircase =
    last === undefined || steps.length === 1
      ? []
      : [...steps.map(({ space, time }) => ({ space, time })), { space: xScale.domain[1], time: last.time }];
  const stairPoints: readonly Point[] = staircase.flatMap((step, index) => {
    const before = staircase[index - 1];
    return before === undefined
      ? [at(step.space, step.time)]
      : [at(step.space, before.time), at(step.space, step.time)];
  });

  const single = distinct(rows.map((row) => row.series)).length === 1;
  const colourOf = (row: (typeof rows)[number]): string => {
    if (!single) return labelColour(seriesColour(colours.get(row.series) ?? 0));
    return row.front ? INK : INK_2;
  };
  const mostName = frame.plotWidthPx * (wide ? 0.3 : 0.4);
  const uncertain = rows.filter((row) => row.timeLow < row.timeHigh);
  const uncertainSpace = rows.filter((row) => row.spaceLow < row.spaceHigh);
  const surroundings: Surroundings = {
    bounds: { left: 2, top: -14, right: frame.plotWidthPx + frame.padding.right, bottom: frame.plotHeightPx - 1 },
    boxes: rows
      .map((row) => at(row.space, row.time))
      .map(({ x, y }) => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 })),
    segments: [
      ...segmentsOf(stairPoints),
      ...uncertain.map((row): Segment => [at(row.space, row.timeLow), at(row.space, row.timeHigh)]),
      ...uncertainSpace.map((row): Segment => [at(row.spaceLow, row.time), at(row.spaceHigh, row.time)]),
    ],
  };
  // The front first: every point of it is named, the others where there is room.
  const front = labelFront(
    steps.map((row) => ({ ...at(row.space, row.time), name: row.name, colour: colourOf(row) })),
    mostName,
    surroundings,
  );
  const requests: LabelRequest[] = rows
    .filter((row) => !row.front && row.name !== "")
    .map((row) => ({
      text: shortenText(row.name, mostName),
      bold: false,
      colour: colourOf(row),
      spots: spotsAround(at(row.space, row.time), 10),
    }));
  if (steps.length > 1)
    requests.push({ text: "Pareto front", bold: false, colour: INK_2, spots: spotsUnder(segmentsOf(stairPoints)) });
  const others = placeLabels(requests, {
    ...surroundings,
    boxes: [...surroundings.boxes, ...front.labels.map(labelBox)],
    segments: [...surroundings.segments, ...front.leaders],
  });
  const key = layOutKey(front.key, {
    widthPx: frame.widthPx,
    leftPx: frame.padding.left,
    topY: frame.plotHeightPx + frame.padding.bottom,
  });
  const leaders = front.leaders.map(([from, to]) => ({ x: from.x, y: from.y, x2: to.x, y2: to.y }));

  const x = xAxis("space", xScale, titleWithUnit(chart.space.label, spaceUnit), frame);
  const y = yAxis("time", yScale, titleWithUnit(chart.time.label, timeUnit), frame);
  const color = colourEncoding(distinct(rows.map((row) => row.series)), colours);
  const points = { type: "point", filled: false, strokeWidth: 1.75, size: 60 };
  const layer = [
    {
      data: { values: staircase },
      mark: { type: "line", interpolate: "step-after", color: INK_2, strokeWidth: 1, strokeDash: [4, 3] },
      encoding: { x, y },
    },
    {
      data: { values: uncertain },
      mark: { type: "rule", strokeWidth: 1.5 },
      encoding: { x, y: { ...y, field: "timeLow" }, y2: { field: "timeHigh" }, color },
    },
    {
      data: { values: uncertainSpace },
      mark: { type: "rule", strokeWidth: 1.5 },
      encoding: { x: { ...x, field: "spaceLow" }, x2: { field: "spaceHigh" }, y, color },
    },
    {
      data: { values: leaders },
      mark: { type: "rule", color: RULE_STRONG },
      encoding: { x: PIXEL_X, x2: { field: "x2" }, y: PIXEL_Y, y2: { field: "y2" } },
    },
    { transform: [{ filter: "!datum.front" }], mark: { ...points, fill: PAPER }, encoding: { x, y, stroke: color } },
    { transform: [{ filter: "datum.front" }], mark: { ...points, filled: true }, encoding: { x, y, color } },
    ...textLayers([...front.labels, ...others, ...key.labels]),
  ];
  const heightPx = frame.heightPx + key.heightPx;
  const padding = { ...frame.padding, bottom: frame.padding.bottom + key.heightPx };
  return { spec: framedSpec({ ...frame, heightPx, padding }, rows, layer), heightPx };
}

/** Below and above the middles of the level parts, the longest first. */
function spotsUnder(segments: readonly Segment[]): LabelRequest["spots"] {
  return segments
    .filter(([from, to]) => from.y === to.y)
    .sort(([a, b], [c, d]) => Math.abs(d.x - c.x) - Math.abs(b.x - a.x))
    .flatMap(([from, to]) =>
      [12, -11].map((dy) => ({ x: (from.x + to.x) / 2, y: from.y + dy, align: "center" as const })),
    );
}

function data(chart: TimeSpace): ChartData {
  const exactTime = chart.rows.every((row) => row.time.low === row.time.high);
  const exactSpace = chart.rows.every((row) => row.space.low === row.space.high);
  const onFront = findParetoFront(chart.rows);
  return {
    columns: [
      { key: "name", title: "variant", numeric: false },
      ...valueColumns("space", chart.space, exactSpace),
      ...valueColumns("time", chart.time, exactTime),
      { key: "front", title: "on the Pareto front", numeric: false },
    ],
    rows: chart.rows.map((row, index) => ({
      name: row.name,
      ...valueRow("space", row.space, exactSpace),
      ...valueRow("time", row.time, exactTime),
      front: onFront[index] === true ? "yes" : "no",
    })),
  };
}

const MOST_SPOKEN = 6;

function summarize(chart: TimeSpace): string {
  const timeUnit = displayUnit(
    chart.time.unit,
    chart.rows.map((row) => row.time.value),
  );
  const spaceUnit = displayUnit(
    chart.space.unit,
    chart.rows.map((row) => row.space.value),
  );
  const onFront = findParetoFront(chart.rows);
  const front = chart.rows.filter((_, index) => onFront[index] === true).sort((a, b) => a.space.value - b.space.value);
  const say = (row: Row): string =>
    `${row.name === "" ? "" : `${row.name} with `}${formatIn(spaceUnit, row.space.value)} and ${formatIn(timeUnit, row.time.value)}`;
  const head = `${capitalize(chart.time.label)} against ${chart.space.label}`;
  if (chart.rows.length === 0) return `${head}: nothing measured.`;
  const spoken = front.slice(0, MOST_SPOKEN).map(say);
  const more = front.length > MOST_SPOKEN ? [`${front.length - MOST_SPOKEN} more`] : [];
  return `${head}, ${chart.rows.length} variant${chart.rows.length === 1 ? "" : "s"}; on the Pareto front: ${[...spoken, ...more].join("; ")}.`;
}

/** What each variant pays in time and in space, and which of them no other beats in both. */
export const timeSpace: ChartKind<TimeSpace> = {
  draw,
  data,
  summarize,
  series: (chart) => chart.rows.map((row) => row.series),
};
