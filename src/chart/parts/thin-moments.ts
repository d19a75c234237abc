import { greatest, group, least } from "d3-array";

/** A moment on the x axis with its used heap, in px or any other unit. */
interface HeapPoint {
  readonly x: number;
  readonly heap: number;
}

/**
 * Keeps the first, last, lowest and highest moment of each column of pixels: a line through these looks the same as
 * through all (M4; Jugel and others, 2014, "M4: A Visualization-Oriented Time Series Data Aggregation").
 */
export function thinMoments<Moment extends HeapPoint>(moments: readonly Moment[], columns: number): readonly Moment[] {
  if (moments.length <= columns * 4) return moments;
  return byColumn(moments, columns).flatMap((column) =>
    keep(column, [column[0], lowestOf(column), highestOf(column), column.at(-1)]),
  );
}

/**
 * Keeps the lowest and the highest moment of each column of pixels: half the points of `thinMoments`. For stacked
 * areas, which draw each moment once for each layer.
 */
export function thinToBand<Moment extends HeapPoint>(moments: readonly Moment[], columns: number): readonly Moment[] {
  if (moments.length <= columns * 2) return moments;
  const last = moments.length - 1;
  return byColumn(moments, columns).flatMap((column) =>
    // The first and the last moment are kept, so that the stack has its full width.
    keep(column, [
      lowestOf(column),
      highestOf(column),
      ...column.filter((one) => one === moments[0] || one === moments[last]),
    ]),
  );
}

function keep<Moment>(moments: readonly Moment[], wanted: readonly (Moment | undefined)[]): readonly Moment[] {
  const kept = new Set(wanted);
  return moments.filter((moment) => kept.has(moment));
}

const lowestOf = <Moment extends HeapPoint>(moments: readonly Moment[]): Moment | undefined =>
  least(moments, ({ heap }) => heap);
const highestOf = <Moment extends HeapPoint>(moments: readonly Moment[]): Moment | undefined =>
  greatest(moments, ({ heap }) => heap);

function byColumn<Moment extends HeapPoint>(
  moments: readonly Moment[],
  columns: number,
): readonly (readonly Moment[])[] {
  const last = moments.at(-1)?.x ?? 1;
  return [...group(moments, ({ x }) => Math.floor((x / last) * columns)).values()];
}
