import type { Point } from "./geometry.ts";
import type { Spot } from "./label-placement.ts";

/** Candidate places of a point's label, the nearest first. `gapPx` keeps the label clear of the mark. */
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

/**
 * Candidate places of a line's name: after its end, shifted up and down from the end, then above and below the line.
 */
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
