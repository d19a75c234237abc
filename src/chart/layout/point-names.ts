import { INK } from "../theme.ts";
import type { Box, Point, Segment } from "./geometry.ts";
import {
  type LabelRequest,
  type LabelSpace,
  labelBox,
  type PlacedLabel,
  placeEveryLabel,
  placeLabels,
} from "./label-placement.ts";
import { spotsAround } from "./label-spots.ts";
import { shortenText } from "./text-metrics.ts";

/** A point that must be named. */
export interface NamedPoint extends Point {
  readonly name: string;
  readonly colour: string;
}

export interface PointNames {
  readonly labels: readonly PlacedLabel[];
  /** Lines that connect a point with a label that stands apart from it. */
  readonly leaders: readonly Segment[];
  /** Full names in the order of the numbers, if points show numbers because names do not fit; otherwise empty. */
  readonly key: readonly string[];
}

/** Distance in px below which two points cover each other and share a label. */
const CLUSTER_PX = 7;
/** Distance in px below which a label needs no leader line to its point. */
const BESIDE_PX = 14;
/** Distance in px beyond which a reader does not connect a label with its point, even with a leader line. */
const FAR_PX = 80;

/**
 * Names every point of a plot: beside the point, or further away with a leader line. If the names do not fit, points
 * get numbers, and a key lists the names. Every point with a name is in the labels or in the key.
 */
export function nameEveryPoint(points: readonly NamedPoint[], maximumNamePx: number, space: LabelSpace): PointNames {
  const clusters = clusterPoints(points.filter((point) => point.name !== ""));
  const texts = clusters.map((cluster) => cluster.map(({ point }) => point.name).join(", "));
  const shortened = texts.map((text) => shortenText(text, maximumNamePx, true));
  // A shortened name must still be unique. A shortened list of names would leave some points without a name.
  const readable = shortened.every(
    (text, index) =>
      text === texts[index] ||
      (clusters[index]?.length === 1 && shortened.indexOf(text) === shortened.lastIndexOf(text)),
  );
  const byName = readable ? tryLabels(clusters, shortened, space) : undefined;
  if (byName !== undefined) return { ...byName, key: [] };
  const numbers = clusters.map(numberText);
  const numbered = tryLabels(clusters, numbers, space) ?? {
    labels: placeLabels(requestsOf(clusters, numbers), space),
    leaders: [],
  };
  const names = clusters.flat().sort((a, b) => a.number - b.number);
  return { ...numbered, key: names.map(({ point, number }) => `${number}\u2002${point.name}`) };
}

interface NumberedPoint {
  readonly point: NamedPoint;
  /** Number of the point in the key, from 1. */
  readonly number: number;
}

type Cluster = readonly NumberedPoint[];

/**
 * Groups points that cover each other, directly or through other points. Clusters are in the order of their first
 * points.
 */
function clusterPoints(points: readonly NamedPoint[]): readonly Cluster[] {
  const clusters: NumberedPoint[][] = [];
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

/** Text for the numbers of a cluster: `3`, `3, 4` or `3–6`. */
function numberText(cluster: Cluster): string {
  const numbers = cluster.map(({ number }) => number).sort((a, b) => a - b);
  const [first = 0] = numbers;
  const last = numbers.at(-1) ?? first;
  return numbers.length > 2 && last - first === numbers.length - 1 ? `${first}–${last}` : numbers.join(", ");
}

function requestsOf(clusters: readonly Cluster[], texts: readonly string[]): readonly LabelRequest[] {
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

/** Tries to place all labels with leader lines; undefined if one label finds no place near its points. */
function tryLabels(
  clusters: readonly Cluster[],
  texts: readonly string[],
  space: LabelSpace,
): Omit<PointNames, "key"> | undefined {
  const labels = placeEveryLabel(requestsOf(clusters, texts), space);
  if (labels === undefined) return undefined;
  const leaders: Segment[] = [];
  for (const [index, label] of labels.entries()) {
    const candidates = (clusters[index] ?? []).map(({ point }) => leaderTo(point, labelBox(label)));
    const shortest = candidates.reduce((a, b) => (lengthOf(b) < lengthOf(a) ? b : a));
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
