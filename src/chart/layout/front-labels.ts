import { INK } from "../theme.ts";
import {
  type Box,
  type LabelRequest,
  labelBox,
  type PlacedLabel,
  type Point,
  placeEveryLabel,
  placeLabels,
  type Segment,
  type Surroundings,
  spotsAround,
} from "./labels.ts";
import { LINE_HEIGHT_PX, labelWidth, shortenText } from "./text-metrics.ts";

/** A point that must be named. */
export interface NamedPoint extends Point {
  readonly name: string;
  readonly colour: string;
}

export interface FrontLabels {
  readonly labels: readonly PlacedLabel[];
  /** From a label that stands apart from its point to the point. */
  readonly leaders: readonly Segment[];
  /** The names in full, by number, where they would not fit beside their points; otherwise empty. */
  readonly key: readonly string[];
}

/** Points closer than this cover each other, and are named together. */
const CLUSTER_PX = 7;
/** A label closer than this needs no line to its point. */
const BESIDE_PX = 14;
/** A label farther away than this is not found by the eye, even with a line. */
const FAR_PX = 80;

/**
 * Names every point: beside it, or further off with a line to it. Where the names do not all fit, points are numbered, and
 * the numbers explained in a key. A name is never left out.
 */
export function labelFront(points: readonly NamedPoint[], mostNamePx: number, surroundings: Surroundings): FrontLabels {
  const clusters = clusterPoints(points.filter((point) => point.name !== ""));
  const texts = clusters.map((cluster) => cluster.map(({ point }) => point.name).join(", "));
  const shortened = texts.map((text) => shortenText(text, mostNamePx, true));
  // What is shortened must still tell its points apart, and a list cut in its middle names only some of them.
  const readable = shortened.every(
    (text, index) =>
      text === texts[index] ||
      (clusters[index]?.length === 1 && shortened.indexOf(text) === shortened.lastIndexOf(text)),
  );
  const byName = readable ? tryLabels(clusters, shortened, surroundings) : undefined;
  if (byName !== undefined) return { ...byName, key: [] };
  const numbers = clusters.map(numberText);
  const numbered = tryLabels(clusters, numbers, surroundings) ?? {
    labels: placeLabels(requestsOf(clusters, numbers), surroundings),
    leaders: [],
  };
  const names = clusters.flat().sort((a, b) => a.number - b.number);
  return { ...numbered, key: names.map(({ point, number }) => `${number}\u2002${point.name}`) };
}

interface Numbered {
  readonly point: NamedPoint;
  readonly number: number;
}

/** Points that cover each other, directly or through others, in the order given. */
function clusterPoints(points: readonly NamedPoint[]): readonly (readonly Numbered[])[] {
  const clusters: Numbered[][] = [];
  for (const [index, point] of points.entries()) {
    const near = clusters.filter((cluster) =>
      cluster.some((one) => Math.max(Math.abs(one.point.x - point.x), Math.abs(one.point.y - point.y)) < CLUSTER_PX),
    );
    const [first, ...others] = near;
    if (first === undefined) {
      clusters.push([{ point, number: index + 1 }]);
      continue;
    }
    first.push({ point, number: index + 1 }, ...others.flat());
    for (const other of others) clusters.splice(clusters.indexOf(other), 1);
  }
  return clusters;
}

/** `3`, `3, 4` or `3–6`. */
function numberText(cluster: readonly Numbered[]): string {
  const numbers = cluster.map(({ number }) => number).sort((a, b) => a - b);
  const [first = 0] = numbers;
  const last = numbers.at(-1) ?? first;
  return numbers.length > 2 && last - first === numbers.length - 1 ? `${first}–${last}` : numbers.join(", ");
}

function requestsOf(clusters: readonly (readonly Numbered[])[], texts: readonly string[]): readonly LabelRequest[] {
  return clusters.map((cluster, index) => {
    const points = cluster.map(({ point }) => point);
    return {
      text: texts[index] ?? "",
      bold: true,
      colour: points[0]?.colour ?? INK,
      spots: points.flatMap((point) => spotsAround(point, 10)),
      near: points,
      reachPx: FAR_PX,
    };
  });
}

/** Undefined where a label found no place, or none near its point. */
function tryLabels(
  clusters: readonly (readonly Numbered[])[],
  texts: readonly string[],
  surroundings: Surroundings,
): Omit<FrontLabels, "key"> | undefined {
  const labels = placeEveryLabel(requestsOf(clusters, texts), surroundings);
  if (labels === undefined) return undefined;
  const leaders: Segment[] = [];
  for (const [index, label] of labels.entries()) {
    const ends = (clusters[index] ?? []).map(({ point }) => leaderTo(point, labelBox(label)));
    const shortest = ends.reduce((a, b) => (lengthOf(b) < lengthOf(a) ? b : a));
    if (lengthOf(shortest) > FAR_PX) return undefined;
    if (lengthOf(shortest) > BESIDE_PX) leaders.push(shortest);
  }
  return { labels, leaders };
}

function leaderTo({ x, y }: Point, box: Box): Segment {
  const from = { x: Math.min(Math.max(x, box.left), box.right), y: Math.min(Math.max(y, box.top), box.bottom) };
  return [from, { x, y }];
}

function lengthOf([from, to]: Segment): number {
  return Math.hypot(to.x - from.x, to.y - from.y);
}

const KEY_GAP_PX = 16;
const MOST_IN_ONE_COLUMN = 6;

/** The key in columns below the plot, from the left edge of the drawing. */
export function layOutKey(
  key: readonly string[],
  { widthPx, leftPx, topY }: { readonly widthPx: number; readonly leftPx: number; readonly topY: number },
): { readonly labels: readonly PlacedLabel[]; readonly heightPx: number } {
  if (key.length === 0) return { labels: [], heightPx: 0 };
  // A long name among many would put them all into one column; where most are long, one column it is.
  const halfPx = widthPx / 2 - KEY_GAP_PX;
  const long = key.filter((text) => labelWidth(text, false) > halfPx).length;
  const mostPx = key.length > MOST_IN_ONE_COLUMN && long * 8 <= key.length ? halfPx : widthPx;
  const texts = key.map((text) => shortenText(text, mostPx));
  const columnPx = Math.max(...texts.map((text) => labelWidth(text, false))) + KEY_GAP_PX;
  const columns = Math.max(1, Math.floor((widthPx + KEY_GAP_PX) / columnPx));
  const rows = Math.ceil(texts.length / columns);
  const labels = texts.map((text, index) => ({
    text,
    bold: false,
    colour: INK,
    x: Math.floor(index / rows) * columnPx - leftPx,
    y: topY + ((index % rows) + 0.5) * (LINE_HEIGHT_PX + 2),
    align: "left" as const,
  }));
  return { labels, heightPx: rows * (LINE_HEIGHT_PX + 2) + 6 };
}
