import type { CollectionKind } from "../../model/collections.ts";
import { type Box, type LabelRequest, labelBox, type PlacedLabel, placeLabels } from "../layout/labels.ts";
import { project, type Scale } from "../layout/scale.ts";
import { INK_2, labelColour, RULE_STRONG, seriesColour } from "../theme.ts";
import { KINDS, medianPause, type PauseBin, type PauseRun } from "./pause-bins.ts";

// The kinds keep their colours in every report; the first two of the palette belong to the author's variants.
export const KIND_COLOURS: Readonly<Record<CollectionKind, string>> = {
  scavenge: seriesColour(2),
  "minor-mark-sweep": seriesColour(2),
  "mark-compact": seriesColour(3),
  "incremental-marking": seriesColour(5),
  "weak-callbacks": INK_2,
  other: RULE_STRONG,
};

/** Middle of the line that holds the title of the upright axis, above the panels. */
export const TITLE_Y = -52;

/** Sizes and scales that all panels share. */
export interface Layout {
  readonly columns: number;
  readonly gapPx: number;
  readonly panelWidthPx: number;
  readonly panelHeightPx: number;
  readonly padding: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  readonly xScale: Scale;
  readonly yScale: Scale;
}

export interface PlacedKinds {
  /** Labels by index of the panel. */
  readonly placed: ReadonlyMap<number, readonly PlacedLabel[]>;
  readonly unplaced: readonly CollectionKind[];
}

/** Each kind is named once, beside its largest bar, in the first panel that has room for it. */
export function placeKinds(
  runs: readonly PauseRun[],
  bins: readonly (readonly PauseBin[])[],
  layout: Layout,
): PlacedKinds {
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
