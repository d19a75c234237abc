import { largest, smallest } from "../../analysis/extremes.ts";
import { type Box, contains, crosses, distanceTo, overlaps, type Point, type Segment } from "./geometry.ts";
import { FONT_SIZE_PX, LINE_HEIGHT_PX, labelWidth } from "./text-metrics.ts";

type Align = "left" | "center" | "right";

/** A place for a label: `x` is the edge that `align` names, `y` the vertical centre of the text; px. */
export interface Spot extends Point {
  readonly align: Align;
}

export interface LabelRequest {
  readonly text: string;
  readonly bold: boolean;
  readonly colour: string;
  /** Candidate places, the best first. */
  readonly spots: readonly Spot[];
  /**
   * Points that the label names. If no spot is free, the plot is searched for the free place nearest to these points.
   */
  readonly near?: readonly Point[];
  /** Largest distance of that search from `near`, px; by default the whole plot is searched. */
  readonly reachPx?: number;
}

export interface PlacedLabel extends Spot {
  readonly text: string;
  readonly bold: boolean;
  readonly colour: string;
}

/** The area in which labels may stand, and the marks that they must avoid. */
export interface LabelSpace {
  /** Labels stand inside this box. */
  readonly bounds: Box;
  /** Points and bars, which labels must not cover. */
  readonly boxes: readonly Box[];
  /** Lines. A label that crosses one is as bad a choice as a label `CROSSING_COST` px further away. */
  readonly segments: readonly Segment[];
}

/** Cost of a label that crosses a line, for each line; costs are px of distance from the labelled point. */
const CROSSING_COST = 25;
/** Cost of a candidate place for each better place before it in the list, in px of distance. */
const RANK_COST = 4;
const SEARCH_STEP: Point = { x: 6, y: 5 };

/** The box that a label occupies, with room for wider fonts. */
export function labelBox(label: { readonly text: string; readonly bold: boolean } & Spot): Box {
  const width = labelWidth(label.text, label.bold);
  const left = label.align === "left" ? label.x : label.align === "right" ? label.x - width : label.x - width / 2;
  return { left, right: left + width, top: label.y - LINE_HEIGHT_PX / 2, bottom: label.y + LINE_HEIGHT_PX / 2 };
}

/**
 * Places labels in the order requested: inside the bounds, clear of all boxes and of the labels placed before, and off
 * the lines where possible. A label without a free place is absent from the result.
 */
export function placeLabels(requests: readonly LabelRequest[], space: LabelSpace): readonly PlacedLabel[] {
  return place(requests, space, false) ?? [];
}

/** Places labels as `placeLabels` does, but all or none: undefined if one label has no free place. */
export function placeEveryLabel(
  requests: readonly LabelRequest[],
  space: LabelSpace,
): readonly PlacedLabel[] | undefined {
  return place(requests, space, true);
}

function place(
  requests: readonly LabelRequest[],
  space: LabelSpace,
  allOrNone: boolean,
): readonly PlacedLabel[] | undefined {
  const taken = [...space.boxes];
  const placed: PlacedLabel[] = [];
  for (const request of requests) {
    const spot = bestSpot(request, taken, space) ?? searchPlot(request, taken, space);
    if (spot === undefined && allOrNone) return undefined;
    if (spot === undefined) continue;
    const label = { text: request.text, bold: request.bold, colour: request.colour, ...spot };
    placed.push(label);
    taken.push(labelBox(label));
  }
  return placed;
}

function bestSpot(request: LabelRequest, taken: readonly Box[], space: LabelSpace): Spot | undefined {
  let best: Spot | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const [rank, spot] of request.spots.entries()) {
    if (rank * RANK_COST >= bestCost) break;
    const cost = spotCost(request, spot, taken, space, rank * RANK_COST, bestCost);
    if (cost < bestCost) [best, bestCost] = [spot, cost];
  }
  return best;
}

function searchPlot(request: LabelRequest, taken: readonly Box[], space: LabelSpace): Spot | undefined {
  const { near } = request;
  if (near === undefined || near.length === 0) return undefined;
  const width = labelWidth(request.text, request.bold);
  const bounds = withinReach(space.bounds, near, width, request.reachPx);
  let best: Spot | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let y = bounds.top + LINE_HEIGHT_PX / 2; y <= bounds.bottom - LINE_HEIGHT_PX / 2; y += SEARCH_STEP.y) {
    for (let x = bounds.left; x + width <= bounds.right; x += SEARCH_STEP.x) {
      const spot: Spot = { x, y, align: "left" };
      const text = { left: x, right: x + width, top: y - FONT_SIZE_PX / 2, bottom: y + FONT_SIZE_PX / 2 };
      const away = distanceTo(text, near);
      if (away >= bestCost) continue;
      const cost = spotCost(request, spot, taken, space, away, bestCost);
      if (cost < bestCost) [best, bestCost] = [spot, cost];
    }
  }
  return best;
}

/** The part of the bounds in which a label of this width can stand within `reachPx` of the points. */
function withinReach(bounds: Box, near: readonly Point[], width: number, reachPx: number | undefined): Box {
  if (reachPx === undefined) return bounds;
  const xs = near.map((point) => point.x);
  const ys = near.map((point) => point.y);
  return {
    left: Math.max(bounds.left, smallest(xs) - width - reachPx),
    right: Math.min(bounds.right, largest(xs) + width + reachPx),
    top: Math.max(bounds.top, smallest(ys) - LINE_HEIGHT_PX - reachPx),
    bottom: Math.min(bounds.bottom, largest(ys) + LINE_HEIGHT_PX + reachPx),
  };
}

/**
 * Cost of a spot in px; Infinity if the label cannot stand there. Stops adding once the cost reaches `limit`, the cost
 * of the best spot so far.
 */
function spotCost(
  request: LabelRequest,
  spot: Spot,
  taken: readonly Box[],
  { bounds, segments }: LabelSpace,
  base: number,
  limit: number,
): number {
  const box = labelBox({ ...spot, text: request.text, bold: request.bold });
  if (!contains(bounds, box) || taken.some((other) => overlaps(box, other))) return Number.POSITIVE_INFINITY;
  let cost = base;
  for (const segment of segments) {
    if (cost >= limit) return cost;
    if (crosses(box, segment)) cost += CROSSING_COST;
  }
  return cost;
}
