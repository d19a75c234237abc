import { greatest, max } from "d3-array";
import type { CollectionKind } from "../../model/collections.ts";
import { type Box, boxAround, type Point } from "../layout/geometry.ts";
import { type LabelRequest, labelBox, type PlacedLabel, placeLabels } from "../layout/label-placement.ts";
import { type ChartScale, pointScale } from "../layout/scale.ts";
import { INK_2, labelColour, RULE_STRONG, seriesColour } from "../theme.ts";
import type { PanelGrid } from "./chart-specs.ts";
import { KINDS, medianPause, type PauseBin, type PauseRun } from "./pause-bins.ts";

/** Fixed colour of each kind of collection. The first two colours of the palette are left to the variants. */
export const KIND_COLOURS: Readonly<Record<CollectionKind, string>> = {
  scavenge: seriesColour(2),
  "minor-mark-sweep": seriesColour(2),
  "mark-compact": seriesColour(3),
  "incremental-marking": seriesColour(5),
  "weak-callbacks": INK_2,
  other: RULE_STRONG,
};

/** Sizes and scales that all panels of a pause histogram share. */
export interface PausePanels {
  readonly grid: PanelGrid;
  readonly xScale: ChartScale;
  readonly yScale: ChartScale;
}

/** Labels of the kinds that found a place, by index of the panel, and the kinds that found none. */
export interface PlacedKinds {
  readonly placed: ReadonlyMap<number, readonly PlacedLabel[]>;
  readonly unplaced: readonly CollectionKind[];
}

/**
 * Names each kind once: beside its largest bar, in the first panel with room for the name. `bins` has the bins of each
 * run.
 */
export function placeKinds(
  runs: readonly PauseRun[],
  bins: readonly (readonly PauseBin[])[],
  panels: PausePanels,
): PlacedKinds {
  const placed = new Map<number, readonly PlacedLabel[]>();
  const unplaced: CollectionKind[] = [];
  for (const kind of KINDS.filter((candidate) => bins.flat().some((bin) => bin.kind === candidate))) {
    const found = byLargestBar(kind, bins).some((index) => {
      const run = runs[index];
      const before = placed.get(index) ?? [];
      const label = run === undefined ? undefined : placeKind(kind, run, bins[index] ?? [], panels, before);
      if (label !== undefined) placed.set(index, [...before, label]);
      return label !== undefined;
    });
    if (!found) unplaced.push(kind);
  }
  return { placed, unplaced };
}

/** Indices of the panels with pauses of a kind, in descending order of its largest bar. */
function byLargestBar(kind: CollectionKind, bins: readonly (readonly PauseBin[])[]): readonly number[] {
  return bins
    .map((panelBins, index) => ({
      index,
      largest:
        max(
          panelBins.filter((bin) => bin.kind === kind),
          ({ share }) => share,
        ) ?? 0,
    }))
    .filter(({ largest }) => largest > 0)
    .sort((a, b) => b.largest - a.largest)
    .map(({ index }) => index);
}

function placeKind(
  kind: CollectionKind,
  run: PauseRun,
  bins: readonly PauseBin[],
  { grid, xScale, yScale }: PausePanels,
  before: readonly PlacedLabel[],
): PlacedLabel | undefined {
  const { panelWidthPx, panelHeightPx } = grid;
  const pointOf = pointScale(xScale, yScale, { plotWidthPx: panelWidthPx, plotHeightPx: panelHeightPx });
  const largest = greatest(
    bins.filter((bin) => bin.kind === kind),
    ({ share }) => share,
  );
  const median = medianPause(run);
  if (largest === undefined || median === undefined) return undefined;
  const bar = barBox(largest, pointOf);
  const medianX = pointOf(Math.max(median, xScale.domain[0]), 0).x;
  const request: LabelRequest = {
    text: kind,
    bold: true,
    colour: labelColour(KIND_COLOURS[kind]),
    spots: [
      { x: bar.right + 6, y: bar.top + 14, align: "left" },
      { x: bar.left - 6, y: bar.top + 14, align: "right" },
    ],
    near: [{ x: (bar.left + bar.right) / 2, y: bar.top }],
  };
  const medianLine = { ...boxAround({ x: medianX, y: 0 }, 4), top: 0, bottom: panelHeightPx };
  const [label] = placeLabels([request], {
    bounds: { left: 2, top: 0, right: panelWidthPx, bottom: panelHeightPx },
    boxes: [...bins.map((bin) => barBox(bin, pointOf)), medianLine, ...before.map(labelBox)],
    segments: [],
  });
  return label;
}

/** The box of a piece of a bar, with a margin. */
function barBox(bin: PauseBin, pointOf: (ms: number, share: number) => Point): Box {
  const topLeft = pointOf(bin.fromMs, bin.base + bin.share);
  const bottomRight = pointOf(bin.toMs, bin.base);
  return { left: topLeft.x - 3, right: bottomRight.x + 3, top: topLeft.y - 2, bottom: bottomRight.y + 2 };
}
