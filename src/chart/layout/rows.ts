import { max } from "d3-array";
import { INK, INK_2 } from "../theme.ts";
import { type ChartFrame, type ChartWidth, createFrame, TOTAL_WIDTH_PX } from "./chart-frame.ts";
import type { PlacedLabel } from "./label-placement.ts";
import { type ChartScale, linearScale, pixelScale } from "./scale.ts";
import { LINE_HEIGHT_PX, labelWidth, shortenText } from "./text-metrics.ts";
import { fitTicks, leftPadding, rightPadding } from "./ticks.ts";

/** A mark of a row, in the unit of the axis, with the text at its end. */
export interface RowMark {
  readonly low: number;
  readonly value: number;
  readonly high: number;
  readonly text: string;
}

/** A row of a chart that lists variants from top to bottom. */
export interface ChartRow extends RowMark {
  readonly name: string;
  /** Name of the group that begins with this row, written above the row. */
  readonly heading?: string;
  /** A second, smaller mark below the first. */
  readonly second?: RowMark;
}

export interface RowsRequest {
  readonly width: ChartWidth;
  /**
   * `bars` begin at zero, and each text follows its bar. `points` may have an axis without zero; their texts form a
   * right column.
   */
  readonly form: "bars" | "points";
  /**
   * Places the names above the marks. By default they stand beside the marks in a wide drawing, above in a narrow one.
   */
  readonly names?: "above";
}

export interface RowsLayout {
  readonly frame: ChartFrame;
  readonly scale: ChartScale;
  readonly namesBeside: boolean;
  readonly markHeightPx: number;
  /** Vertical centre of both marks of each row, px from the top of the plot. */
  readonly rows: readonly { readonly y: number; readonly secondY: number }[];
  /** Placed texts of all rows: names, group headings, and the texts of marks. */
  readonly labels: readonly PlacedLabel[];
}

const LABEL_GAP_PX = 10;
const MAXIMUM_NAME_PX = 240;
const NARROW_NAME_PX = 340;
const WIDE_NAME_PX = 700;
/** Largest number of rows with wide spacing. */
const MAXIMUM_AIRY_ROWS = 12;
const HEADING_PX = 24;
const ROUNDS = 12;
/**
 * Longest text of a row, as a share of the drawing's width; longer texts are shortened. `bothSides` is for charts with
 * values on both sides of zero.
 */
const TEXT_SHARE = { oneSide: 0.6, bothSides: 0.42 } as const;
const SECOND_PX = 20;

const isNegative = (mark: RowMark): boolean => mark.value < 0;
/** The end of a mark or its interval that is farther from zero; the text begins there. */
const endOf = (mark: RowMark): number =>
  isNegative(mark) ? Math.min(mark.value, mark.low) : Math.max(mark.value, mark.high);
const endsOf = (marks: readonly RowMark[]): readonly number[] =>
  marks.flatMap((mark) => [mark.value, mark.low, mark.high]);
const marksOf = (rows: readonly ChartRow[]): readonly RowMark[] =>
  rows.flatMap((row) => (row.second === undefined ? [row] : [row, row.second]));

/**
 * Places rows, their names and texts, and chooses the scale of their marks. Positions are px from the top left of the
 * plot.
 */
export function layOutRows(given: readonly ChartRow[], request: RowsRequest): RowsLayout {
  const { width, form } = request;
  const namesBeside = width === "wide" && request.names !== "above";
  const rows = shortenTexts(given, request);
  const marks = marksOf(rows);
  const { places, markHeightPx, heightPx } = placeRows(rows, namesBeside);
  const room = roomOf(rows, namesBeside, request);
  const frame = createFrame(width, heightPx + room.padding.top + room.padding.bottom, room.padding);
  const beyondPx = room.padding.right;
  const maximumTicks = width === "wide" ? 8 : 6;
  const scale = fitTicks({ lengthPx: frame.plotWidthPx, beyondPx, maximumTicks }, (count) =>
    form === "points" ? scaleOfPoints(marks, count) : scaleOfBars(marks, frame.plotWidthPx, count),
  );
  const setting = { width, form, namesBeside, frame, scale, markHeightPx, ...room };
  const labels = rows.flatMap((row, index) => {
    const place = places[index];
    return place === undefined ? [] : rowLabels(row, place, setting);
  });
  return { frame, scale, namesBeside, markHeightPx, rows: places, labels };
}

/** Copies the rows with texts shortened to leave room for the marks. */
function shortenTexts(rows: readonly ChartRow[], { width, form }: RowsRequest): readonly ChartRow[] {
  const bothSides = form === "bars" && rows.some(isNegative) && rows.some((row) => !isNegative(row));
  const maximumPx = TOTAL_WIDTH_PX[width] * TEXT_SHARE[bothSides ? "bothSides" : "oneSide"];
  return rows.map((row): ChartRow => {
    const text = shortenText(row.text, maximumPx, true);
    if (row.second === undefined) return { ...row, text };
    return { ...row, text, second: { ...row.second, text: shortenText(row.second.text, maximumPx, true) } };
  });
}

interface RowPlace {
  readonly headingY: number;
  readonly y: number;
  readonly secondY: number;
}

/** Computes the vertical places of the rows; rows need less height if names stand beside the marks. */
function placeRows(rows: readonly ChartRow[], namesBeside: boolean) {
  const dense = rows.length > MAXIMUM_AIRY_ROWS;
  const markHeightPx = namesBeside ? (dense ? 14 : 18) : dense ? 13 : 16;
  const step = namesBeside ? (dense ? 24 : 34) : dense ? 40 : 48;
  let top = 0;
  const places = rows.map((row): RowPlace => {
    if (row.heading !== undefined) top += top === 0 ? LINE_HEIGHT_PX + 4 : HEADING_PX;
    const headingY = top - LINE_HEIGHT_PX / 2;
    const y = top + (namesBeside ? step / 2 : step - markHeightPx);
    top += step + (row.second === undefined ? 0 : SECOND_PX);
    return { headingY, y, secondY: y + markHeightPx / 2 + 11 };
  });
  return { places, markHeightPx, heightPx: Math.max(step, top) + (namesBeside ? 0 : 6) };
}

/** Computes the room for names, headings and texts, and the padding of the plot, in px. */
function roomOf(rows: readonly ChartRow[], namesBeside: boolean, { width, form }: RowsRequest) {
  const wide = width === "wide";
  const points = form === "points";
  const marks = marksOf(rows);
  const widest = max(rows, (row) => labelWidth(row.name, false)) ?? 0;
  const nameRoom = namesBeside ? Math.min(MAXIMUM_NAME_PX, widest) : wide ? WIDE_NAME_PX : NARROW_NAME_PX;
  const textRoom = Math.ceil(max(marks, (mark) => labelWidth(mark.text, true)) ?? 0) + LABEL_GAP_PX;
  // Half of the first tick's label stands outside the plot.
  const edge = points ? leftPadding(scaleOfPoints(marks, 4).ticks) / 2 + 4 : 8;
  const padding = {
    left: Math.max(edge, namesBeside ? Math.ceil(nameRoom) + LABEL_GAP_PX + 2 : 8),
    top: 4,
    right: points && wide ? textRoom + 2 : points ? rightPadding(scaleOfPoints(marks, 4)) : 12,
    bottom: 44,
  };
  const widestHeading = max(rows, (row) => labelWidth(row.heading ?? "", true)) ?? 0;
  const headingRoom = Math.max(Math.min(widestHeading, TOTAL_WIDTH_PX[width] - padding.left), nameRoom);
  // In a narrow drawing of points, the value stands on the same line as the name.
  return { padding, headingRoom, nameRoom: points && !wide ? NARROW_NAME_PX - textRoom : nameRoom };
}

/**
 * The scale of bars. The domain is stretched until the text after every bar fits; ticks stay within the range of the
 * values.
 */
function scaleOfBars(marks: readonly RowMark[], plotWidthPx: number, maximumTicks: number): ChartScale {
  const nice = linearScale(endsOf(marks), { zero: true, maximumTicks, nice: true });
  let [low, high] = linearScale(endsOf(marks), { zero: true, maximumTicks, nice: false }).domain;
  // Stretching the domain on one side changes the scale of the other side, so texts on both sides need several rounds.
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

/** The scale of points: it begins and ends at ticks. */
function scaleOfPoints(marks: readonly RowMark[], maximumTicks: number): ChartScale {
  return linearScale(endsOf(marks), { zero: false, maximumTicks, nice: true });
}

interface RowSetting {
  readonly width: ChartWidth;
  readonly form: RowsRequest["form"];
  readonly namesBeside: boolean;
  readonly frame: ChartFrame;
  readonly scale: ChartScale;
  readonly markHeightPx: number;
  readonly nameRoom: number;
  readonly headingRoom: number;
}

/** Labels of one row: heading, name and texts, without empty ones. */
function rowLabels(row: ChartRow, place: RowPlace, setting: RowSetting): readonly PlacedLabel[] {
  const { namesBeside, frame, markHeightPx } = setting;
  const name = { text: shortenText(row.name, setting.nameRoom), bold: false, colour: INK } as const;
  const labels: PlacedLabel[] = [];
  if (row.heading !== undefined) {
    const text = shortenText(row.heading, setting.headingRoom, true);
    labels.push({ text, bold: true, colour: INK, x: 8 - frame.padding.left, y: place.headingY, align: "left" });
  }
  labels.push(
    namesBeside
      ? { ...name, x: -LABEL_GAP_PX, y: place.y, align: "right" }
      : { ...name, x: 0, y: place.y - markHeightPx / 2 - LABEL_GAP_PX, align: "left" },
    { text: row.text, bold: true, colour: INK, ...textSpot(row, place.y, setting) },
  );
  if (row.second !== undefined)
    labels.push({
      text: row.second.text,
      bold: false,
      colour: INK_2,
      ...textSpot(row.second, place.secondY, setting),
    });
  return labels.filter(({ text }) => text !== "");
}

/** Place of a mark's text: after the end of a bar, or in the right column of points. */
function textSpot(
  mark: RowMark,
  y: number,
  { width, form, frame, scale, markHeightPx }: RowSetting,
): Pick<PlacedLabel, "x" | "y" | "align"> {
  if (form === "points") {
    if (width === "wide") return { x: frame.plotWidthPx + frame.padding.right, y, align: "right" };
    return { x: frame.plotWidthPx, y: y - markHeightPx / 2 - LABEL_GAP_PX, align: "right" };
  }
  const end = pixelScale(scale, [0, frame.plotWidthPx])(endOf(mark));
  if (isNegative(mark)) return { x: end - LABEL_GAP_PX, y, align: "right" };
  return { x: end + LABEL_GAP_PX, y, align: "left" };
}
