import { FONT_SIZE_PX, LINE_HEIGHT_PX, labelWidth } from "./text-metrics.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export type Segment = readonly [Point, Point];
export type Align = "left" | "center" | "right";

/** Where a label could stand: `x` is the edge named by `align`, `y` the middle of the line of text. */
export interface Spot extends Point {
  readonly align: Align;
}

export interface LabelRequest {
  readonly text: string;
  readonly bold: boolean;
  readonly colour: string;
  /** Places to try, the best first. */
  readonly spots: readonly Spot[];
  /** What it names. Given this, the whole plot is searched for the free place nearest to it when no spot is free. */
  readonly near?: readonly Point[];
  /** How far from `near` the search goes, in px; everywhere by default. */
  readonly reachPx?: number;
}

export interface PlacedLabel extends Spot {
  readonly text: string;
  readonly bold: boolean;
  readonly colour: string;
}

export interface Surroundings {
  /** No label leaves this box. */
  readonly bounds: Box;
  /** Points and bars, which no label covers. */
  readonly boxes: readonly Box[];
  /** Lines, which labels cross only where there is no other place. */
  readonly segments: readonly Segment[];
}

/** Px of detour that crossing one line is worth. */
const CROSSING_COST = 25;
/** Px of detour that one place further down the list of spots is worth. */
const RANK_COST = 4;
const SEARCH_STEP: Point = { x: 6, y: 5 };

/** The room that a label takes, with a hair's breadth around it. */
export function labelBox(label: { readonly text: string; readonly bold: boolean } & Spot): Box {
  const width = labelWidth(label.text, label.bold);
  const left = label.align === "left" ? label.x : label.align === "right" ? label.x - width : label.x - width / 2;
  return { left, right: left + width, top: label.y - LINE_HEIGHT_PX / 2, bottom: label.y + LINE_HEIGHT_PX / 2 };
}

export function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function contains(outer: Box, inner: Box): boolean {
  return (
    inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom
  );
}

/** Whether a segment passes through a box (Liang and Barsky's clipping, 1984). */
export function crosses(box: Box, [from, to]: Segment): boolean {
  let enter = 0;
  let leave = 1;
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const sides: readonly (readonly [number, number])[] = [
    [-dx, from.x - box.left],
    [dx, box.right - from.x],
    [-dy, from.y - box.top],
    [dy, box.bottom - from.y],
  ];
  for (const [slope, room] of sides) {
    if (slope === 0 && room < 0) return false;
    if (slope < 0) enter = Math.max(enter, room / slope);
    if (slope > 0) leave = Math.min(leave, room / slope);
  }
  return enter < leave;
}

/**
 * Finds a place for each label, the first asked for first: inside the bounds, clear of all boxes and of the labels
 * placed before, and off the lines where that is possible. A label for which there is no such place is left out.
 */
export function placeLabels(requests: readonly LabelRequest[], surroundings: Surroundings): readonly PlacedLabel[] {
  return place(requests, surroundings, false) ?? [];
}

/** The same for labels of which none may be left out: undefined as soon as there is no place for one. */
export function placeEveryLabel(
  requests: readonly LabelRequest[],
  surroundings: Surroundings,
): readonly PlacedLabel[] | undefined {
  return place(requests, surroundings, true);
}

function place(
  requests: readonly LabelRequest[],
  surroundings: Surroundings,
  all: boolean,
): readonly PlacedLabel[] | undefined {
  const taken = [...surroundings.boxes];
  const placed: PlacedLabel[] = [];
  for (const request of requests) {
    const spot = bestSpot(request, taken, surroundings) ?? searchPlot(request, taken, surroundings);
    if (spot === undefined && all) return undefined;
    if (spot === undefined) continue;
    const label = { text: request.text, bold: request.bold, colour: request.colour, ...spot };
    placed.push(label);
    taken.push(labelBox(label));
  }
  return placed;
}

function bestSpot(request: LabelRequest, taken: readonly Box[], surroundings: Surroundings): Spot | undefined {
  let best: Spot | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const [rank, spot] of request.spots.entries()) {
    if (rank * RANK_COST >= bestCost) break;
    const cost = spotCost(request, spot, taken, surroundings, rank * RANK_COST, bestCost);
    if (cost < bestCost) [best, bestCost] = [spot, cost];
  }
  return best;
}

function searchPlot(request: LabelRequest, taken: readonly Box[], surroundings: Surroundings): Spot | undefined {
  const { near } = request;
  if (near === undefined || near.length === 0) return undefined;
  const width = labelWidth(request.text, request.bold);
  const bounds = withinReach(surroundings.bounds, near, width, request.reachPx);
  let best: Spot | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let y = bounds.top + LINE_HEIGHT_PX / 2; y <= bounds.bottom - LINE_HEIGHT_PX / 2; y += SEARCH_STEP.y) {
    for (let x = bounds.left; x + width <= bounds.right; x += SEARCH_STEP.x) {
      const spot: Spot = { x, y, align: "left" };
      const away = distance(
        { left: x, right: x + width, top: y - FONT_SIZE_PX / 2, bottom: y + FONT_SIZE_PX / 2 },
        near,
      );
      if (away >= bestCost) continue;
      const cost = spotCost(request, spot, taken, surroundings, away, bestCost);
      if (cost < bestCost) [best, bestCost] = [spot, cost];
    }
  }
  return best;
}

/** The part of the plot in which a label of this width can stand without being too far away. */
function withinReach(bounds: Box, near: readonly Point[], width: number, reachPx: number | undefined): Box {
  if (reachPx === undefined) return bounds;
  const xs = near.map((point) => point.x);
  const ys = near.map((point) => point.y);
  return {
    left: Math.max(bounds.left, Math.min(...xs) - width - reachPx),
    right: Math.min(bounds.right, Math.max(...xs) + width + reachPx),
    top: Math.max(bounds.top, Math.min(...ys) - LINE_HEIGHT_PX - reachPx),
    bottom: Math.min(bounds.bottom, Math.max(...ys) + LINE_HEIGHT_PX + reachPx),
  };
}

/** Infinity where the label cannot stand; stops counting once it is dearer than the best found. */
function spotCost(
  request: LabelRequest,
  spot: Spot,
  taken: readonly Box[],
  { bounds, segments }: Surroundings,
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

function distance(box: Box, points: readonly Point[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const point of points) {
    const dx = Math.max(box.left - point.x, 0, point.x - box.right);
    const dy = Math.max(box.top - point.y, 0, point.y - box.bottom);
    least = Math.min(least, Math.hypot(dx, dy));
  }
  return least;
}

/** The places around a point, the nearest first; `gapPx` clears the mark. */
export function spotsAround({ x, y }: Point, gapPx: number): readonly Spot[] {
  const spots: Spot[] = [];
  for (const lift of [0, 14, 26]) {
    const side = Math.max(2, gapPx - lift / 3);
    if (lift === 0) {
      spots.push({ x: x + gapPx, y, align: "left" }, { x: x - gapPx, y, align: "right" });
      continue;
    }
    spots.push({ x: x + side, y: y - lift, align: "left" }, { x: x - side, y: y - lift, align: "right" });
    spots.push({ x: x + side, y: y + lift, align: "left" }, { x: x - side, y: y + lift, align: "right" });
    spots.push({ x, y: y - lift - 2, align: "center" }, { x, y: y + lift + 2, align: "center" });
  }
  return spots;
}

/** The places for the name of a line: after its end, then moved up and down from there, then along the line, above and below it. */
export function spotsAlong(line: readonly Point[]): readonly Spot[] {
  const end = line.at(-1);
  if (end === undefined) return [];
  const spots: Spot[] = [];
  for (const shift of [0, -8, 8, -14, 14, -21, 21, -28, 28])
    spots.push({ x: end.x + 8, y: end.y + shift, align: "left" });
  for (const share of [0.92, 0.8, 0.66, 0.5, 0.35, 0.2, 0.1]) {
    const point = line[Math.round(share * (line.length - 1))] ?? end;
    for (const shift of [12, 20, 30]) {
      spots.push(
        { x: point.x - 6, y: point.y - shift, align: "right" },
        { x: point.x + 6, y: point.y + shift, align: "left" },
      );
      spots.push(
        { x: point.x, y: point.y - shift, align: "center" },
        { x: point.x, y: point.y + shift, align: "center" },
      );
    }
  }
  return spots;
}

/** The segments of a line through these points. */
export function segmentsOf(line: readonly Point[]): readonly Segment[] {
  return line.slice(1).map((point, index): Segment => [line[index] ?? point, point]);
}
