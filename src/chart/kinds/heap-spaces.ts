import { greatest, max } from "d3-array";
import type { CollectedRun, ReadyChart } from "../../model/ready-charts.ts";
import { capitalize, join } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { placeInArea } from "../layout/area-label.ts";
import { type ChartWidth, TOTAL_WIDTH_PX } from "../layout/chart-frame.ts";
import { type DisplayUnit, displayUnit, formatIn, inUnit, titleWithUnit } from "../layout/display-unit.ts";
import type { Point } from "../layout/geometry.ts";
import type { PlacedLabel } from "../layout/label-placement.ts";
import { type ChartScale, linearScale, pointScale } from "../layout/scale.ts";
import { LINE_HEIGHT_PX, labelWidth, shortenText } from "../layout/text-metrics.ts";
import { fitTicks, leftPadding } from "../layout/ticks.ts";
import { type PanelGrid, panelsDrawing } from "../parts/chart-specs.ts";
import { panelAxis, TICK_FORMAT } from "../parts/encodings.ts";
import { collectionColumns, heapAxisTitle, heapScale, peakText } from "../parts/heap-axis.ts";
import { hasTimes, heapMoments } from "../parts/heap-moments.ts";
import {
  GROUP_COLOURS,
  groupSpaces,
  nameGroup,
  SPACE_GROUPS,
  type SpaceGroup,
  sumSpaces,
} from "../parts/space-groups.ts";
import { textLayers } from "../parts/text-layers.ts";
import { thinToBand } from "../parts/thin-moments.ts";
import { INK, INK_2, labelColour } from "../theme.ts";
import type { ChartData, ChartDrawing, ChartKind } from "../types.ts";

/** Text keys of the moments in the table. */
const EVENTS = { start: "kindStart", before: "momentBefore", after: "momentAfter", end: "kindEnd" } as const;

type HeapSpaces = Extract<ReadyChart, { readonly chart: "heap-spaces" }>;

/** Used bytes of the heap and of its groups of spaces at one moment. */
interface SpacesMoment {
  readonly x: number;
  readonly heap: number;
  readonly groups: Readonly<Record<SpaceGroup, number>>;
}

/** Sizes, scales and layers that all panels share. */
interface SpacePanels {
  readonly timed: boolean;
  readonly unit: DisplayUnit;
  readonly shown: readonly SpaceGroup[];
  readonly grid: PanelGrid;
  readonly xScale: ChartScale;
  readonly yScale: ChartScale;
}

/** Width of one column, px. The drawing keeps only the lowest and the highest moment of each column. */
const BAND_PX = 4;
const GAP_PX = 24;
const ROW_GAP_PX = 44;
/** Gap between the end of a layer and its name, px. */
const END_GAP_PX = 6;
/** Padding to the right of panels without names there, px. */
const PADDING_RIGHT_PX = 14;
/** Height of the area above the panels, px. */
const HEAD_PX = 46;
/** Vertical centre of the axis title, px from the top of the first panel. */
const TITLE_Y = -34;

function momentsOf(run: CollectedRun, timed: boolean): readonly SpacesMoment[] {
  return heapMoments(run, timed).map(({ x, spacesBytes }) => ({
    x,
    heap: sumSpaces(spacesBytes),
    groups: groupSpaces(spacesBytes),
  }));
}

/** Groups with a layer of their own: groups that at some moment reach 1/30 of the highest used heap, and `other`. */
function shownGroups(moments: readonly SpacesMoment[]): readonly SpaceGroup[] {
  const highest = max(moments, ({ heap }) => heap) ?? 0;
  return SPACE_GROUPS.filter((group) =>
    moments.some(({ groups }) => groups[group] > 0 && (group === "other" || groups[group] * 30 >= highest)),
  );
}

/** Bytes of each shown group. The bytes of all other groups are added to `other`. */
function bytesShown(moment: SpacesMoment, shown: readonly SpaceGroup[]): readonly (readonly [SpaceGroup, number])[] {
  const rest = moment.heap - shown.reduce((total, group) => total + moment.groups[group], 0);
  return shown.map((group) => [group, moment.groups[group] + (group === "other" ? rest : 0)]);
}

interface StackLayer {
  readonly group: SpaceGroup;
  readonly from: number;
  readonly to: number;
}

/** The layers of one moment from bottom to top; `from` and `to` are in the display unit. */
function stack(moment: SpacesMoment, { unit, shown }: SpacePanels): readonly StackLayer[] {
  let top = 0;
  return bytesShown(moment, shown).map(([group, bytes]) => {
    const from = top;
    top += bytes;
    return { group, from: inUnit(unit, from), to: inUnit(unit, top) };
  });
}

function draw(chart: HeapSpaces, width: ChartWidth): ChartDrawing {
  const runs: readonly CollectedRun[] = chart.runs.length === 0 ? [{ series: "", collections: [] }] : chart.runs;
  const first = placeGroups(runs, layOut(runs, width));
  // A name that fits into no area stands at the end of its layer. Such names need room to the right of the last column.
  const { panels, moments, placed } = first.roomPx === 0 ? first : placeGroups(runs, layOut(runs, width, first.roomPx));
  const { grid } = panels;
  const views = runs.map((run, index) =>
    panel(moments[index] ?? [], panels, index % grid.columns === 0, [
      ...(placed.get(index) ?? []),
      ...runLabels(run, grid, index === first.endsIn),
      ...(index === 0 ? [yTitle(panels)] : []),
      ...(index === runs.length - 1 ? [xTitle(panels)] : []),
    ]),
  );
  return panelsDrawing(views, { ...grid, padding: { ...grid.padding, top: HEAD_PX } });
}

function layOut(runs: readonly CollectedRun[], width: ChartWidth, roomPx = 0): SpacePanels {
  const wide = width === "wide";
  const timed = hasTimes(runs);
  const moments = runs.flatMap((run) => momentsOf(run, timed));
  const highest = max(moments, ({ heap }) => heap) ?? 0;
  const unit = displayUnit("B", [highest]);
  const yScale = linearScale([0, inUnit(unit, highest)], { zero: true, maximumTicks: 5, nice: true });
  const columns = wide ? Math.min(2, runs.length) : 1;
  const padding = { left: leftPadding(yScale.ticks), top: 0, right: PADDING_RIGHT_PX + roomPx, bottom: 44 };
  const free = TOTAL_WIDTH_PX[width] - padding.left - padding.right - (columns - 1) * GAP_PX;
  const panelWidthPx = Math.floor(free / columns);
  const ends = runs.flatMap((run) => heapMoments(run, timed));
  const room = { lengthPx: panelWidthPx, beyondPx: PADDING_RIGHT_PX, maximumTicks: wide && columns === 1 ? 9 : 5 };
  const xScale = fitTicks(room, (maximumTicks) => heapScale(ends, timed, maximumTicks));
  const panelHeightPx = columns === 1 && runs.length === 1 ? 240 : 180;
  const grid = { columns, panelWidthPx, panelHeightPx, columnGapPx: GAP_PX, rowGapPx: ROW_GAP_PX, padding };
  return { timed, unit, shown: shownGroups(moments), grid, xScale, yScale };
}

function yTitle({ unit, grid }: SpacePanels): PlacedLabel {
  const text = titleWithUnit(say("axisSpaces"), unit);
  return { text, bold: false, colour: INK_2, x: -grid.padding.left, y: TITLE_Y, align: "left" };
}

function xTitle({ timed, grid }: SpacePanels): PlacedLabel {
  const { panelWidthPx: x, panelHeightPx } = grid;
  return { text: heapAxisTitle(timed), bold: false, colour: INK_2, x, y: panelHeightPx + 34, align: "right" };
}

/** The run's name above its panel, and a note in the panel if the run has no collections. */
function runLabels(
  run: CollectedRun,
  { panelWidthPx, panelHeightPx }: PanelGrid,
  hasNamesAtEnd: boolean,
): readonly PlacedLabel[] {
  const labels: PlacedLabel[] = [];
  if (run.series !== "") {
    const text = shortenText(run.series, panelWidthPx, true);
    labels.push({ text, bold: true, colour: INK, x: 0, y: -13, align: "left" });
  }
  if (run.collections.length === 0) {
    // Centred, unless group names may stand at the ends of the layers.
    const place = hasNamesAtEnd
      ? ({ x: 0, y: LINE_HEIGHT_PX / 2, align: "left" } as const)
      : ({ x: panelWidthPx / 2, y: panelHeightPx / 2, align: "center" } as const);
    labels.push({ text: say("noCollections"), bold: false, colour: INK_2, ...place });
  }
  return labels;
}

/**
 * Names each group once: in the first panel whose layer is thick enough. Otherwise the name stands at the end of the
 * layer in panel `endsIn`, the last of the first row. `roomPx`: width that such names need beyond the panel's padding.
 */
function placeGroups(runs: readonly CollectedRun[], panels: SpacePanels) {
  const placed = new Map<number, readonly PlacedLabel[]>();
  const { shown, xScale, yScale, grid, timed } = panels;
  const columns = Math.round(grid.panelWidthPx / BAND_PX);
  const moments = runs.map((run) => thinToBand(momentsOf(run, timed), columns));
  const pointOf = pointScale(xScale, yScale, { plotWidthPx: grid.panelWidthPx, plotHeightPx: grid.panelHeightPx });
  const stacks = moments.map((run) => run.map((moment) => ({ x: moment.x, layers: stack(moment, panels) })));
  const unplaced = shown.filter((group, place) => {
    const found = stacks.some((run, index) => {
      const edge = (end: "from" | "to"): readonly Point[] =>
        run.map(({ x, layers }) => pointOf(x, layers[place]?.[end] ?? 0));
      const colour = labelColour(GROUP_COLOURS[group]);
      const label = placeInArea({ text: nameGroup(group), colour, upper: edge("to"), lower: edge("from") });
      if (label !== undefined) placed.set(index, [...(placed.get(index) ?? []), label]);
      return label !== undefined;
    });
    return !found;
  });
  const target = Math.min(grid.columns, runs.length) - 1;
  const end = stacks[target]?.at(-1);
  if (unplaced.length === 0 || end === undefined) return { panels, moments, placed, roomPx: 0, endsIn: -1 };
  const ends = unplaced.map((group) => {
    const layer = end.layers[shown.indexOf(group)];
    const { x, y } = pointOf(end.x, ((layer?.from ?? 0) + (layer?.to ?? 0)) / 2);
    return {
      text: nameGroup(group),
      bold: true,
      colour: labelColour(GROUP_COLOURS[group]),
      x: x + END_GAP_PX,
      y,
      align: "left",
    } as const;
  });
  placed.set(target, [...(placed.get(target) ?? []), ...spreadDown(ends, grid.panelHeightPx)]);
  const widest = max(shown, (group) => labelWidth(nameGroup(group), true)) ?? 0;
  const isWider = (ends[0]?.x ?? 0) + widest > grid.panelWidthPx + PADDING_RIGHT_PX;
  return { panels, moments, placed, roomPx: isWider ? widest + END_GAP_PX : 0, endsIn: target };
}

/**
 * Moves labels at the ends of layers apart, by one line each, from the top down. Shifts them up if the lowest would
 * leave the panel.
 */
function spreadDown(labels: readonly PlacedLabel[], heightPx: number): readonly PlacedLabel[] {
  const spread: PlacedLabel[] = [];
  for (const label of [...labels].sort((a, b) => a.y - b.y)) {
    const above = spread.at(-1);
    spread.push({ ...label, y: Math.max(label.y, above === undefined ? 0 : above.y + LINE_HEIGHT_PX) });
  }
  const tooLow = Math.max(0, (spread.at(-1)?.y ?? 0) - heightPx + LINE_HEIGHT_PX / 2);
  return spread.map((label) => ({ ...label, y: label.y - tooLow }));
}

/** The Vega-Lite view of one run. `isFirst`: the panel is in the first column, so its y axis has tick labels. */
function panel(
  moments: readonly SpacesMoment[],
  panels: SpacePanels,
  isFirst: boolean,
  labels: readonly PlacedLabel[],
): unknown {
  const { shown, xScale, yScale, grid } = panels;
  const values = moments.flatMap((moment) =>
    stack(moment, panels).map(({ group, from, to }) => ({ series: group, x: moment.x, from, to })),
  );
  const x = panelAxis("x", xScale, { format: TICK_FORMAT });
  const y = panelAxis("to", yScale, { labels: isFirst, format: TICK_FORMAT });
  const color = {
    field: "series",
    type: "nominal",
    scale: { domain: shown, range: shown.map((group) => GROUP_COLOURS[group]) },
  };
  return {
    width: grid.panelWidthPx,
    height: grid.panelHeightPx,
    data: { values },
    layer: [
      // A pale fill, so that names on the area are readable in the light and dark theme.
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
      { key: "end", title: say("end"), numeric: false },
      ...SPACE_GROUPS.map((group) => ({ key: group, title: join([nameGroup(group), "B"], "comma"), numeric: true })),
    ],
    rows: chart.runs.flatMap((run) =>
      heapMoments(run, true).map(({ x, event, collection: index, spacesBytes }) => {
        const collection = index === undefined ? undefined : run.collections[index];
        const timeMs = collection === undefined ? x : collection.timeMs;
        return {
          ...(several ? { series: run.series } : {}),
          collection: index === undefined ? null : index + 1,
          kind: collection?.kind ?? say("kindRegion"),
          timeMs: timeMs === null ? null : Number(timeMs.toFixed(3)),
          end: say(EVENTS[event]),
          ...groupSpaces(spacesBytes),
        };
      }),
    ),
  };
}

function summarize(chart: HeapSpaces): string {
  const parts = chart.runs.map((run) => {
    const name = run.series === "" ? say("theHeap") : run.series;
    const moments = momentsOf(run, hasTimes([run]));
    const highest = greatest(moments, ({ heap }) => heap);
    if (highest === undefined) return say("neverCollected", { name });
    const unit = displayUnit("B", [highest.heap]);
    const inside = bytesShown(highest, shownGroups(moments))
      .filter(([, bytes]) => bytes > 0)
      .sort(([, a], [, b]) => b - a)
      .map(([group, bytes]) => `${nameGroup(group)} ${formatIn(unit, bytes)}`);
    const collections = say("collections", { n: run.collections.length });
    return peakText(run, highest.x, {
      name,
      value: formatIn(unit, highest.heap),
      inside: join([join(inside, "list"), collections], "semicolon"),
    });
  });
  return capitalize(say("usedBySpace", { parts: join(parts, "semicolon") || say("nothingMeasuredHere") }));
}

/** Chart of used heap by group of spaces, as a stacked area over time; one panel for each run. */
export const heapSpaces: ChartKind<HeapSpaces> = {
  draw,
  data,
  summarize,
  // No series, because the groups of spaces have fixed colours.
  series: () => [],
};
