/** A point of a drawing. All coordinates and lengths are px; x grows to the right, y downwards. */
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

/** The square with this point in its middle; `halfPx` is half its side. */
export function boxAround({ x, y }: Point, halfPx: number): Box {
  return { left: x - halfPx, right: x + halfPx, top: y - halfPx, bottom: y + halfPx };
}

/** Whether two boxes share an area; touching edges do not count. */
export function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

export function contains(outer: Box, inner: Box): boolean {
  return (
    inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom
  );
}

/** Whether a segment passes through a box (line clipping of Liang and Barsky, 1984). */
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

/** Distance from a box to the nearest of the points; 0 for a point in the box, Infinity without points. */
export function distanceTo(box: Box, points: readonly Point[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const point of points) {
    const dx = Math.max(box.left - point.x, 0, point.x - box.right);
    const dy = Math.max(box.top - point.y, 0, point.y - box.bottom);
    least = Math.min(least, Math.hypot(dx, dy));
  }
  return least;
}

/** The segments that connect consecutive points. */
export function segmentsOf(line: readonly Point[]): readonly Segment[] {
  return line.slice(1).map((point, index): Segment => [line[index] ?? point, point]);
}
