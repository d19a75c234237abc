import type { CollectedRun, ReadyChart } from "../../model/ready-charts.ts";
import { placeInBand } from "../layout/band-labels.ts";
import {
  type ChartDrawing,
  type ChartKind,
  type ChartWidth,
  colourEncoding,
  fitTicks,
  leftPadding,
  SCHEMA_URL,
  scaleDefinition,
  TICK_FORMAT,
  TOTAL_WIDTH_PX,
  textLayers,
} from "../layout/frame.ts";
import type { PlacedLabel, Point } from "../layout/labels.ts";
import { wordLines } from "../layout/legend.ts";
import { linearScale, project, type Scale } from "../layout/scale.ts";
import { LINE_HEIGHT_PX, shortenText } from "../layout/text-metrics.ts";
import { countOf, type DisplayUnit, displayUnit, formatIn, inUnit, titleWithUnit } from "../layout/units.ts";
import {
  collectionColumns,
  hasTimes,
  heapAxisTitle,
  heapMoments,
  heapScale,
  momentText,
  thinToBand,
} from "../parts/heap-moments.ts";
import { GROUP_COLOURS, groupSpaces, SPACE_GROUPS, type SpaceGroup, sumSpaces } from "../parts/heap-space-groups.ts";
import { INK, INK_2, labelColour } from "../theme.ts";
import type { ChartData } from "../types.ts";

type HeapSpaces = Extract<ReadyChart, { readonly chart: "heap-spaces" }>;

/** The used heap at one end of a collection, in bytes. */
interface Moment {
  readonly x: number;
  readonly heap: number;
  readonly groups: Readonly<Record<SpaceGroup, number>>;
}

interface Layout {
  readonly timed: boolean;
  readonly unit: DisplayUnit;
  readonly shown: readonly SpaceGroup[];
  readonly columns: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly xScale: Scale;
  readonly yScale: Scale;
}

/** Width of a column of which only the lowest and the highest moment are drawn. */
const BAND_PX = 3;
const GAP_PX = 24;
const ROW_GAP_PX = 44;
/** Middle of the line of the axis title, above the panels. */
const TITLE_Y = -34;

function momentsOf(run: CollectedRun, timed: boolean): readonly Moment[] {
  return heapMoments(run, timed).map(({ x, spacesBytes }) => ({
    x,
    heap: sumSpaces(spacesBytes),
    groups: groupSpaces(spacesBytes),
  }));
}

/** The groups that ever take a thirtieth of the highest heap, and `other` for all the rest. */
function shownGroups(moments: readonly Moment[]): readonly SpaceGroup[] {
  const highest = moments.reduce((most, moment) => Math.max(most, moment.heap), 0);
  return SPACE_GROUPS.filter((group) =>
    moments.some((moment) => moment.groups[group] > 0 && (group === "other" || moment.groups[group] * 30 >= highest)),
  );
}

/** Bytes of each group shown; groups too small to be seen count as `other`. */
function bytesShown(moment: Moment, shown: readonly SpaceGroup[]): readonly (readonly [SpaceGroup, number])[] {
  const rest = moment.heap - shown.reduce((sum, group) => sum + moment.groups[group], 0);
  return shown.map((group) => [group, moment.groups[group] + (group === "other" ? rest : 0)]);
}

function stack(moment: Moment, { unit, shown }: Layout): readonly { group: SpaceGroup; from: number; to: number }[] {
  let top = 0;
  return bytesShown(moment, shown).map(([group, bytes]) => {
    const from = top;
    top += bytes;
    return { group, from: inUnit(unit, from), to: inUnit(unit, top) };
  });
}

function draw(chart: HeapSpaces, width: ChartWidth): ChartDrawing {
  const wide = width === "wide";
  const runs: readonly CollectedRun[] = chart.runs.length === 0 ? [{ series: "", collections: [] }] : chart.runs;
  const timed = hasTimes(runs);
  const moments = runs.map((run) => momentsOf(run, timed));
  const all = moments.flat();
  const highest = all.reduce((most, moment) => Math.max(most, moment.heap), 0);
  const unit = displayUnit("B", [highest]);
  const columns = wide ? Math.min(2, runs.length) : 1;
  const yScale = linearScale([0, inUnit(unit, highest)], { zero: true, maximumTicks: 5, nice: true });
  const padding = { left: leftPadding(yScale.ticks), top: 0, right: 14, bottom: 44 };
  const widthPx = Math.floor((TOTAL_WIDTH_PX[width] - padding.left - padding.right - (columns - 1) * GAP_PX) / columns);
  const ends = runs.flatMap((run) => heapMoments(run, timed));
  const xScale = fitTicks(widthPx, padding.right, wide && columns === 1 ? 9 : 5, (maximumTicks) =>
    heapScale(ends, timed, maximumTicks),
  );
  const heightPx = columns === 1 && runs.length === 1 ? 240 : 180;
  const layout: Layout = { timed, unit, shown: shownGroups(all), columns, widthPx, heightPx, xScale, yScale };
  const drawn = moments.map((run) => thinToBand(run, Math.round(widthPx / BAND_PX)));

  const { placed, unplaced } = placeGroups(drawn, layout);
  const legend = wordLines(
    unplaced.map((group) => ({ text: group, markColour: GROUP_COLOURS[group] })),
    { widthPx: TOTAL_WIDTH_PX[width] - padding.right, leftPx: padding.left, aboveY: TITLE_Y },
  );
  const top = 46 + legend.lines * LINE_HEIGHT_PX;
  const rows = Math.ceil(runs.length / columns);
  const concat = runs.map((run, index) => {
    const labels: PlacedLabel[] = [...(placed.get(index) ?? []), ...runLabels(run, layout)];
    if (index === 0) {
      const text = titleWithUnit("used heap by space", unit);
      labels.push({ text, bold: false, colour: INK_2, x: -padding.left, y: TITLE_Y, align: "left" }, ...legend.labels);
    }
    if (index === runs.length - 1) {
      const text = heapAxisTitle(timed);
      labels.push({ text, bold: false, colour: INK_2, x: widthPx, y: heightPx + 34, align: "right" });
    }
    return panel(drawn[index] ?? [], layout, index % columns === 0, labels);
  });
  return {
    spec: {
      $schema: SCHEMA_URL,
      padding: { ...padding, top },
      autosize: "none",
      columns,
      spacing: { column: GAP_PX, row: ROW_GAP_PX },
      align: "none",
      bounds: "flush",
      concat,
    },
    heightPx: top + padding.bottom + rows * heightPx + (rows - 1) * ROW_GAP_PX,
  };
}

/** The run's name above its panel, or what there is instead of a stack. */
function runLabels(run: CollectedRun, { widthPx, heightPx }: Layout): readonly PlacedLabel[] {
  const labels: PlacedLabel[] = [];
  if (run.series !== "") {
    const text = shortenText(run.series, widthPx, true);
    labels.push({ text, bold: true, colour: INK, x: 0, y: -13, align: "left" });
  }
  if (run.collections.length === 0)
    labels.push({
      text: "no collections",
      bold: false,
      colour: INK_2,
      x: widthPx / 2,
      y: heightPx / 2,
      align: "center",
    });
  return labels;
}

/** Each group is named once, in the first panel where it is thick enough. */
function placeGroups(drawn: readonly (readonly Moment[])[], layout: Layout) {
  const placed = new Map<number, readonly PlacedLabel[]>();
  const { shown, xScale, yScale, widthPx, heightPx } = layout;
  const stacks = drawn.map((moments) => moments.map((moment) => ({ x: moment.x, layers: stack(moment, layout) })));
  const unplaced = shown.filter((group, place) => {
    const found = stacks.some((moments, index) => {
      const edge = (end: "from" | "to"): readonly Point[] =>
        moments.map(({ x, layers }) => ({
          x: project(xScale, widthPx, x),
          y: heightPx - project(yScale, heightPx, layers[place]?.[end] ?? 0),
        }));
      const colour = labelColour(GROUP_COLOURS[group]);
      const label = placeInBand({ text: group, colour, upper: edge("to"), lower: edge("from") });
      if (label !== undefined) placed.set(index, [...(placed.get(index) ?? []), label]);
      return label !== undefined;
    });
    return !found;
  });
  return { placed, unplaced };
}

function panel(
  moments: readonly Moment[],
  layout: Layout,
  first: boolean,
  labels: readonly PlacedLabel[],
): Record<string, unknown> {
  const { shown, xScale, yScale, widthPx, heightPx } = layout;
  const values = moments.flatMap((moment) =>
    stack(moment, layout).map(({ group, from, to }) => ({ series: group, x: moment.x, from, to })),
  );
  const x = {
    field: "x",
    type: "quantitative",
    scale: scaleDefinition(xScale),
    axis: { values: xScale.ticks, format: TICK_FORMAT, title: null },
  };
  const y = {
    field: "to",
    type: "quantitative",
    scale: scaleDefinition(yScale),
    axis: { values: yScale.ticks, labels: first, format: TICK_FORMAT, title: null },
  };
  const color = {
    ...colourEncoding(shown, new Map()),
    scale: { domain: shown, range: shown.map((group) => GROUP_COLOURS[group]) },
  };
  return {
    width: widthPx,
    height: heightPx,
    data: { values },
    layer: [
      // Pale, so that a name written on it can be read in either theme.
      { mark: { type: "area", fillOpacity: 0.22 }, encoding: { x, y, y2: { field: "from" }, color, order: null } },
      { mark: { type: "line", strokeWidth: 1.25 }, encoding: { x, y, color, order: null } },
      ...textLayers(labels),
    ],
  };
}

function data(chart: HeapSpaces): ChartData {
  const several = chart.runs.some((run) => run.series !== "");
  return {
    columns: [
      ...collectionColumns(several),
      { key: "end", title: "end", numeric: false },
      ...SPACE_GROUPS.map((group) => ({ key: group, title: `${group}, B`, numeric: true })),
    ],
    rows: chart.runs.flatMap((run) =>
      heapMoments(run, true).map(({ x, event, collection: index, spacesBytes }) => {
        const collection = index === undefined ? undefined : run.collections[index];
        const timeMs = collection === undefined ? x : collection.timeMs;
        return {
          ...(several ? { series: run.series } : {}),
          collection: index === undefined ? null : index + 1,
          kind: collection?.kind ?? "region",
          timeMs: timeMs === null ? null : Number(timeMs.toFixed(3)),
          end: event,
          ...groupSpaces(spacesBytes),
        };
      }),
    ),
  };
}

function summarize(chart: HeapSpaces): string {
  const parts = chart.runs.map((run) => {
    const name = run.series === "" ? "the heap" : run.series;
    const moments = momentsOf(run, hasTimes([run]));
    const top = moments.reduce<Moment | undefined>((a, b) => (a === undefined || b.heap > a.heap ? b : a), undefined);
    if (top === undefined) return `${name} was never collected`;
    const unit = displayUnit("B", [top.heap]);
    const inside = bytesShown(top, shownGroups(moments))
      .filter(([, bytes]) => bytes > 0)
      .sort(([, a], [, b]) => b - a)
      .map(([group, bytes]) => `${group} ${formatIn(unit, bytes)}`);
    return `${name} is largest${momentText(run, top.x)} with ${formatIn(unit, top.heap)} (${inside.join(", ")}; ${countOf(run.collections.length, "collection")})`;
  });
  return `Used heap by space: ${parts.join("; ") || "nothing measured"}.`;
}

/** What the used heap is made of, from collection to collection, a panel for each run. */
export const heapSpaces: ChartKind<HeapSpaces> = {
  draw,
  data,
  summarize,
  // The spaces have colours of their own; a report's variants do not lend theirs.
  series: () => [],
};
