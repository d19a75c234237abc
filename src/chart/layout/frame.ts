import { seriesColour } from "../theme.ts";
import type { ChartData, VegaLiteSpec } from "../types.ts";
import type { PlacedLabel } from "./labels.ts";
import { project, type Scale } from "./scale.ts";
import { measureText, shortenText } from "./text-metrics.ts";

/** Every chart is drawn twice, so that its text is never scaled below 10.7 px on a phone. */
export type ChartWidth = "wide" | "narrow";
export const TOTAL_WIDTH_PX: Readonly<Record<ChartWidth, number>> = { wide: 720, narrow: 360 };

export const SCHEMA_URL = "https://vega.github.io/schema/vega-lite/v6.json";

/** Index of each series' colour. */
export type SeriesColours = ReadonlyMap<string, number>;

/** One drawing of a ready chart. */
export interface ChartDrawing {
  readonly spec: VegaLiteSpec;
  readonly heightPx: number;
}

/** What a ready chart is able to do; one file each. */
export interface ChartKind<Chart> {
  readonly draw: (chart: Chart, width: ChartWidth, colours: SeriesColours) => ChartDrawing;
  readonly data: (chart: Chart) => ChartData;
  readonly summarize: (chart: Chart) => string;
  /** Names of its series in the order they appear. */
  readonly series: (chart: Chart) => readonly string[];
}

export interface Padding {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The rectangle of a single view inside its drawing. */
export interface Frame {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly padding: Padding;
  readonly plotWidthPx: number;
  readonly plotHeightPx: number;
}

export function createFrame(width: ChartWidth, heightPx: number, padding: Padding): Frame {
  const widthPx = TOTAL_WIDTH_PX[width];
  return {
    widthPx,
    heightPx,
    padding,
    plotWidthPx: widthPx - padding.left - padding.right,
    plotHeightPx: heightPx - padding.top - padding.bottom,
  };
}

/** A specification whose size is fixed, axes and labels included. */
export function framedSpec(frame: Frame, values: readonly unknown[], layer: readonly unknown[]): VegaLiteSpec {
  return {
    $schema: SCHEMA_URL,
    width: frame.plotWidthPx,
    height: frame.plotHeightPx,
    padding: frame.padding,
    autosize: "none",
    data: { values },
    layer,
  };
}

/** Room at the left for the tick labels of a y axis: titles then begin at the column's edge. */
export function leftPadding(ticks: readonly number[]): number {
  return Math.ceil(Math.max(18, ...ticks.map((tick) => measureText(tickText(tick)) * 1.1)) + 8);
}

/** The `scale` of an encoding. */
export function scaleDefinition(scale: Scale): Record<string, unknown> {
  const kind = scale.logarithmic === false ? {} : { type: "log", base: scale.logarithmic.base };
  // Without `padding` Vega-Lite moves the domain of a bar's continuous axis inwards by 5 px.
  return { ...kind, domain: scale.domain, nice: false, zero: false, padding: 0 };
}

// `g` with twelve digits writes 0.25 and 1,048,576 in full.
export const TICK_FORMAT = ",.12~g";

export function xAxis(field: string, scale: Scale, title: string, frame: Frame): Record<string, unknown> {
  return {
    field,
    type: "quantitative",
    scale: scaleDefinition(scale),
    axis: { values: scale.ticks, format: TICK_FORMAT, title: shortenText(title, frame.plotWidthPx) },
  };
}

export function yAxis(field: string, scale: Scale, title: string, frame: Frame): Record<string, unknown> {
  const titleX = -frame.padding.left;
  return {
    field,
    type: "quantitative",
    scale: scaleDefinition(scale),
    axis: { values: scale.ticks, format: TICK_FORMAT, title: shortenText(title, frame.widthPx), titleX },
  };
}

/** A tick's label as the format above writes it, near enough to be measured. */
function tickText(tick: number): string {
  const [whole = "", fraction] = String(tick).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Half the room that the label of a tick takes along the axis. */
function halfTick(tick: number): number {
  return measureText(tickText(tick)) * 0.57;
}

/** Room at the right of the plot that the last label of an x axis needs. */
export function rightPadding(scale: Scale): number {
  return Math.ceil(Math.max(12, halfTick(scale.ticks.at(-1) ?? 0) + 2));
}

/**
 * The most ticks whose labels do not touch, from the scale that a number of ticks gives.
 * A tick whose label would leave the drawing, `roomPx` beyond the end of the axis, is left out.
 */
export function fitTicks(
  lengthPx: number,
  roomPx: number,
  most: number,
  scaleOf: (maximumTicks: number) => Scale,
): Scale {
  for (let count = most; ; count -= 1) {
    const scale = scaleOf(count);
    const inside = scale.ticks.filter((tick) => project(scale, lengthPx, tick) + halfTick(tick) <= lengthPx + roomPx);
    const apart = inside.every((tick, index) => {
      const next = inside[index + 1];
      return (
        next === undefined ||
        project(scale, lengthPx, next) - project(scale, lengthPx, tick) >= halfTick(tick) + halfTick(next) + 8
      );
    });
    if (apart || count <= 1) return { ...scale, ticks: inside };
  }
}

/** `scale: null` places by px instead of data, which is what the label search works in. */
export const PIXEL_X = { field: "x", type: "quantitative", scale: null, axis: null } as const;
export const PIXEL_Y = { field: "y", type: "quantitative", scale: null, axis: null } as const;

/** Layers of text, one for each alignment and weight, since Vega-Lite cannot encode those two. */
export function textLayers(labels: readonly PlacedLabel[]): readonly unknown[] {
  const groups = new Map<string, PlacedLabel[]>();
  for (const label of labels) {
    const key = `${label.align} ${label.bold}`;
    groups.set(key, [...(groups.get(key) ?? []), label]);
  }
  return [...groups.values()].map((group) => ({
    data: {
      values: group.map(({ x, y, text, colour }) => ({
        x: Math.round(x * 10) / 10,
        y: Math.round(y * 10) / 10,
        text,
        colour,
      })),
    },
    mark: { type: "text", align: group[0]?.align, baseline: "middle", fontWeight: group[0]?.bold === true ? 600 : 400 },
    encoding: {
      x: PIXEL_X,
      y: PIXEL_Y,
      text: { field: "text", type: "nominal" },
      color: { field: "colour", type: "nominal", scale: null },
    },
  }));
}

/** Colour of a mark by its series. */
export function colourEncoding(series: readonly string[], colours: SeriesColours): Record<string, unknown> {
  return {
    field: "series",
    type: "nominal",
    scale: { domain: series, range: series.map((name) => seriesColour(colours.get(name) ?? 0)) },
  };
}

/** The distinct names in the order they first appear. */
export function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

/** Names as a sentence lists them: `a`, `a and b`, `a, b and c`. */
export function listWords(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? "";
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** A sentence begins with a capital letter. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
