import { INK, INK_2, RULE_STRONG } from "../theme.ts";
import {
  type ChartWidth,
  createFrame,
  type Frame,
  fitTicks,
  leftPadding,
  rightPadding,
  TOTAL_WIDTH_PX,
  textLayers,
  xAxis,
} from "./frame.ts";
import type { PlacedLabel } from "./labels.ts";
import { linearScale, project, type Scale } from "./scale.ts";
import { LINE_HEIGHT_PX, labelWidth, shortenText } from "./text-metrics.ts";

/** A mark of a row with the text at its far end. */
export interface RowMark {
  readonly low: number;
  readonly value: number;
  readonly high: number;
  readonly text: string;
}

/** A row of a chart with variants from top to bottom, in the chart's unit. */
export interface Row extends RowMark {
  readonly name: string;
  /** Begins a group: a line of its own above the row. */
  readonly heading?: string;
  /** A second, smaller mark below the first. */
  readonly second?: RowMark;
}

export interface RowsRequest {
  readonly width: ChartWidth;
  readonly title: string;
  /** Bars begin at zero; points need not, and their texts stand in a column at the right. */
  readonly form: "bars" | "points";
  /** Names stand beside the marks of a wide drawing unless they are too long for it, and above those of a narrow one. */
  readonly names?: "above";
}

export interface RowsLayout {
  readonly frame: Frame;
  readonly scale: Scale;
  readonly markHeightPx: number;
  /** Middle of the marks of each row, px from the top of the plot. */
  readonly rows: readonly { readonly y: number; readonly secondY: number }[];
  readonly labels: readonly PlacedLabel[];
  /** Encodings of a mark's place; `x` has the axis. */
  readonly x: Record<string, unknown>;
  readonly y: Record<string, unknown>;
}

export const LABEL_GAP_PX = 10;
const MOST_NAME_PX = 240;
const NARROW_NAME_PX = 340;
const WIDE_NAME_PX = 700;
/** More rows than this stand closer together. */
const MOST_AIRY_ROWS = 12;
const HEADING_PX = 24;
const ROUNDS = 12;
/** Longer texts after the marks, or on both sides of zero, would leave no room for the marks. */
const MOST_TEXT_SHARE = { oneSide: 0.6, bothSides: 0.42 } as const;
const SECOND_PX = 20;

const isNegative = (mark: RowMark): boolean => mark.value < 0;
/** The far end of what is drawn, after which its text is written. */
const endOf = (mark: RowMark): number =>
  isNegative(mark) ? Math.min(mark.value, mark.low) : Math.max(mark.value, mark.high);

/** The domain stretched until the text after every mark fits inside the plot; ticks stay where the data are. */
function barScale(marks: readonly RowMark[], plotWidthPx: number, maximumTicks: number): Scale {
  const ends = marks.flatMap((mark) => [mark.value, mark.low, mark.high]);
  const nice = linearScale(ends, { zero: true, maximumTicks, nice: true });
  let [low, high] = linearScale(ends, { zero: true, maximumTicks, nice: false }).domain;
  // Each side's stretch changes the other's scale; what texts on both sides need is reached step by step.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const mark of marks) {
      const room = LABEL_GAP_PX + labelWidth(mark.text, true) + 2;
      const share = 1 - Math.min(0.8, room / plotWidthPx);
      if (isNegative(mark)) low = Math.min(low, high - (high - endOf(mark)) / share);
      else high = Math.max(high, low + (endOf(mark) - low) / share);
    }
  }
  return { domain: [low, high], ticks: nice.ticks.filter((tick) => tick >= low && tick <= high), logarithmic: false };
}

/** Points a little inside the ends of the axis. */
function pointScale(marks: readonly RowMark[], maximumTicks: number): Scale {
  const ends = marks.flatMap((mark) => [mark.value, mark.low, mark.high]);
  return linearScale(ends, { zero: false, maximumTicks, nice: true });
}

/** Heights of the rows: names stand beside the marks on a wide page, above them on a narrow one. */
function placeRows(rows: readonly Row[], beside: boolean) {
  const dense = rows.length > MOST_AIRY_ROWS;
  const markHeightPx = beside ? (dense ? 14 : 18) : dense ? 13 : 16;
  const step = beside ? (dense ? 24 : 34) : dense ? 40 : 48;
  let top = 0;
  const places = rows.map((row) => {
    if (row.heading !== undefined) top += top === 0 ? LINE_HEIGHT_PX + 4 : HEADING_PX;
    const headingY = top - LINE_HEIGHT_PX / 2;
    const y = top + (beside ? step / 2 : step - markHeightPx);
    top += step + (row.second === undefined ? 0 : SECOND_PX);
    return { headingY, y, secondY: y + markHeightPx / 2 + 11 };
  });
  return { places, markHeightPx, heightPx: Math.max(step, top) + (beside ? 0 : 6) };
}

/** Places rows, their names and texts; charts add their marks. */
export function layOutRows(given: readonly Row[], { width, title, form, names }: RowsRequest): RowsLayout {
  const wide = width === "wide";
  const beside = wide && names !== "above";
  const bothSides = form === "bars" && given.some(isNegative) && given.some((row) => !isNegative(row));
  const mostText = TOTAL_WIDTH_PX[width] * MOST_TEXT_SHARE[bothSides ? "bothSides" : "oneSide"];
  const rows = given.map((row): Row => {
    const text = shortenText(row.text, mostText, true);
    if (row.second === undefined) return { ...row, text };
    return { ...row, text, second: { ...row.second, text: shortenText(row.second.text, mostText, true) } };
  });
  const points = form === "points";
  const marks = rows.flatMap((row) => (row.second === undefined ? [row] : [row, row.second]));
  const { places, markHeightPx, heightPx } = placeRows(rows, beside);
  const widest = Math.max(0, ...rows.map((row) => labelWidth(row.name, false)));
  const headings = Math.max(0, ...rows.map((row) => labelWidth(row.heading ?? "", true)));
  const nameRoom = beside ? Math.min(MOST_NAME_PX, widest) : wide ? WIDE_NAME_PX : NARROW_NAME_PX;
  const textRoom = Math.ceil(Math.max(0, ...marks.map((mark) => labelWidth(mark.text, true)))) + LABEL_GAP_PX;
  // The label of the first tick stands half outside the plot.
  const edge = points ? leftPadding(pointScale(marks, 4).ticks) / 2 + 4 : 8;
  const padding = {
    left: Math.max(edge, beside ? Math.ceil(nameRoom) + LABEL_GAP_PX + 2 : 8),
    top: 4,
    right: points && wide ? textRoom + 2 : points ? rightPadding(pointScale(marks, 4)) : 12,
    bottom: 44,
  };
  const frame = createFrame(width, heightPx + padding.top + padding.bottom, padding);
  const scale = fitTicks(frame.plotWidthPx, padding.right, wide ? 8 : 6, (maximumTicks) =>
    points ? pointScale(marks, maximumTicks) : barScale(marks, frame.plotWidthPx, maximumTicks),
  );
  const xOf = (value: number): number => project(scale, frame.plotWidthPx, value);

  const labels: PlacedLabel[] = [];
  const write = (
    text: string,
    bold: boolean,
    x: number,
    y: number,
    align: "left" | "right",
    colour: string = INK,
  ): void => {
    if (text !== "") labels.push({ text, bold, colour, x, y, align });
  };
  const writeMark = (mark: RowMark, y: number, bold: boolean, colour: string): void => {
    if (points) {
      const right = frame.plotWidthPx + (wide ? padding.right : 0);
      write(mark.text, bold, right, wide ? y : y - markHeightPx / 2 - LABEL_GAP_PX, "right", colour);
    } else if (isNegative(mark)) write(mark.text, bold, xOf(endOf(mark)) - LABEL_GAP_PX, y, "right", colour);
    else write(mark.text, bold, xOf(endOf(mark)) + LABEL_GAP_PX, y, "left", colour);
  };
  // A value at the right of the name's line takes its part of it.
  const nameWidth = points && !wide ? NARROW_NAME_PX - textRoom : nameRoom;
  for (const [index, row] of rows.entries()) {
    const place = places[index] ?? { headingY: 0, y: 0, secondY: 0 };
    if (row.heading !== undefined) {
      const headingRoom = Math.min(headings, TOTAL_WIDTH_PX[width] - padding.left);
      write(
        shortenText(row.heading, Math.max(headingRoom, nameRoom), true),
        true,
        8 - padding.left,
        place.headingY,
        "left",
      );
    }
    const name = shortenText(row.name, nameWidth);
    if (beside) write(name, false, -LABEL_GAP_PX, place.y, "right");
    else write(name, false, 0, place.y - markHeightPx / 2 - LABEL_GAP_PX, "left");
    writeMark(row, place.y, true, INK);
    if (row.second !== undefined) writeMark(row.second, place.secondY, false, INK_2);
  }

  const x = xAxis("value", scale, title, frame);
  // Names above the marks stand in the plot, where grid lines would strike them through.
  const axis = { ...(x["axis"] as object), grid: beside, domain: !beside, ticks: !beside };
  const y = {
    field: "y",
    type: "quantitative",
    scale: { domain: [0, frame.plotHeightPx], range: [0, frame.plotHeightPx], nice: false, zero: false, padding: 0 },
    axis: null,
  };
  return { frame, scale, markHeightPx, rows: places, labels, x: { ...x, axis }, y };
}

/** The line at zero that bars stand on. */
export function zeroLayer({ rows, markHeightPx, y }: RowsLayout, wide: boolean): unknown {
  // Names above the bars would be struck through by a line from top to bottom.
  const ends = rows.map((row) => ({
    zero: 0,
    from: row.y - markHeightPx / 2 - 2,
    to: row.y + markHeightPx / 2 + 2,
  }));
  return {
    data: { values: wide ? [{ zero: 0 }] : ends },
    mark: { type: "rule", color: RULE_STRONG },
    encoding: {
      x: { field: "zero", type: "quantitative" },
      ...(wide ? {} : { y: { ...y, field: "from" }, y2: { field: "to" } }),
    },
  };
}

/** Intervals as lines with a short bar at each end; `rows` have `low`, `high` and `y`. */
export function whiskerLayers(
  rows: readonly { readonly low: number; readonly high: number; readonly y: number }[],
  y: Record<string, unknown>,
  color: unknown = { value: INK },
): readonly unknown[] {
  const uncertain = rows.filter((row) => row.low < row.high);
  const ends = uncertain.flatMap((row) => [row.low, row.high].map((end) => ({ ...row, end })));
  return [
    {
      data: { values: uncertain },
      mark: { type: "rule", strokeWidth: 1.5 },
      encoding: { x: { field: "low", type: "quantitative" }, x2: { field: "high" }, y, color },
    },
    {
      data: { values: ends },
      mark: { type: "tick", orient: "vertical", size: 9, thickness: 1.5 },
      encoding: { x: { field: "end", type: "quantitative" }, y, color },
    },
  ];
}

/** Names, headings and values. */
export function rowTexts(layout: RowsLayout): readonly unknown[] {
  return textLayers(layout.labels);
}
