import { largest, smallest } from "../../analysis/extremes.ts";
import type { Point } from "./geometry.ts";
import type { PlacedLabel } from "./label-placement.ts";
import { LINE_HEIGHT_PX, labelWidth } from "./text-metrics.ts";

/**
 * One layer of a stacked area, with its name. `upper` and `lower` have points at the same x, in ascending order; px.
 */
export interface StackedArea {
  readonly text: string;
  readonly colour: string;
  readonly upper: readonly Point[];
  readonly lower: readonly Point[];
}

const STEP_PX = 6;

/** Places the name of an area inside it, where the area is thickest; undefined if no line of text fits. */
export function placeInArea({ text, colour, upper, lower }: StackedArea): PlacedLabel | undefined {
  const width = labelWidth(text, true) + 4;
  const [first] = upper;
  const last = upper.at(-1);
  if (first === undefined || last === undefined) return undefined;
  let best: { readonly x: number; readonly y: number; readonly room: number } | undefined;
  for (let left = first.x + 2; left + width <= last.x; left += STEP_PX) {
    const top = largest(heightsWithin(upper, left, left + width));
    const bottom = smallest(heightsWithin(lower, left, left + width));
    const room = bottom - top;
    if (room >= LINE_HEIGHT_PX + 1 && room > (best?.room ?? 0)) best = { x: left + 2, y: (top + bottom) / 2, room };
  }
  return best === undefined ? undefined : { text, bold: true, colour, x: best.x, y: best.y, align: "left" };
}

/** The y values of an edge between two x: at its points, and interpolated at both x. */
function heightsWithin(edge: readonly Point[], from: number, to: number): readonly number[] {
  const inside = edge.filter((point) => point.x >= from && point.x <= to).map((point) => point.y);
  return [...inside, heightAt(edge, from), heightAt(edge, to)];
}

/** y of an edge at x, interpolated between its points. */
function heightAt(edge: readonly Point[], x: number): number {
  const next = edge.findIndex((point) => point.x >= x);
  const right = edge[next] ?? edge.at(-1);
  const left = edge[next - 1] ?? right;
  if (left === undefined || right === undefined) return 0;
  if (right.x === left.x) return right.y;
  return left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x);
}
