import { formatNumber } from "../../analysis/format.ts";
import { bytesBy, countBy, errorBoundOf } from "../../analysis/lines/line-table.ts";
import { marginOfError, relativeMarginOfError } from "../../analysis/margin-of-error.ts";
import { describeLeftOut } from "../../chart/left-out.ts";
import type { LineTable, LineTableRow, LineTableSum } from "../../model/line-views.ts";
import { describeInexact, describeNotInstrumented } from "../../results/not-instrumented-text.ts";
import { capitalize, join, joinSentences, sentence, withColon } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { ALL_DIGITS, describeInstrumentation } from "../text/instrumentation.ts";

/** A column of numbers; these columns stand between the line's name and its source text. */
export interface NumberColumn {
  readonly title: string;
  readonly row: (row: LineTableRow) => number | null;
  readonly sum: (sum: LineTableSum) => number | null;
  /** Whether HTML draws a bar beside each number. */
  readonly bar: boolean;
  /** Whether positive numbers get a plus sign, as in columns of differences. */
  readonly signed: boolean;
}

/** Reads a payload of `application/vnd.heapbook.lines+json`; undefined when the payload is malformed. */
export function readLineTables(payload: unknown): readonly LineTable[] | undefined {
  return Array.isArray(payload) && payload.length > 0 && payload.every(isLineTable) ? payload : undefined;
}

function isLineTable(value: unknown): value is LineTable {
  const sums = ["others", "elsewhere", "total", "functionLevelBytes", "notInstrumented", "inexact"];
  const wanted = ["name", "comparedWith", "by", "instrumentation", "rows", ...sums];
  return typeof value === "object" && value !== null && wanted.every((key) => key in value);
}

/**
 * Whether some bytes of the row belong to a function and not to the line. Always false for a difference of two
 * profiles, where this is unknown.
 */
export function isFunctionLevel({ functionLevelBytes }: LineTableRow, { comparedWith }: LineTable): boolean {
  return functionLevelBytes > 0 && comparedWith === null;
}

/** Name of a line: `walks.ts:39`. */
export function nameLine({ file, line }: LineTableRow): string {
  return `${file}:${line}`;
}

const MEASURES = {
  allocated: { title: "headAllocated", caption: "capAllocated", other: "live", otherTitle: "headLive" },
  live: { title: "headLive", caption: "capLive", other: "allocated", otherTitle: "headAllocated" },
  peak: { title: "headPeak", caption: "capPeak", other: "allocated", otherTitle: "headAllocatedUntil" },
} as const;

/** The columns of numbers of a line table. The first one has the measure by which the lines are sorted. */
export function columnsOf(table: LineTable): readonly NumberColumn[] {
  const [first, ...others] = bytesColumns(table);
  if (first === undefined || table.rows.every(({ errorBytes }) => errorBytes === undefined)) return bytesColumns(table);
  return [first, marginColumn(table), ...others];
}

/**
 * Column with half the width of an estimate's 95 % confidence interval: in percent of the line's bytes, or in bytes for
 * a difference.
 */
function marginColumn({ by, comparedWith }: LineTable): NumberColumn {
  const isRelative = comparedWith === null;
  return {
    title: isRelative ? "95\u00a0%, ±\u00a0%" : "95\u00a0%, ±\u00a0B",
    row: (row) => {
      if (row.errorBytes === undefined) return null;
      return isRelative
        ? relativeMarginOfError(row.errorBytes, bytesBy(by, row))
        : Math.round(marginOfError(row.errorBytes));
    },
    sum: () => null,
    bar: false,
    signed: false,
  };
}

function bytesColumns({ by, name, comparedWith, instrumentation }: LineTable): readonly NumberColumn[] {
  const { title, other, otherTitle } = MEASURES[by];
  const count = say(by === "allocated" ? "headAllocations" : "headObjects");
  const average: NumberColumn = {
    title: say("headAverage"),
    row: (row) => (countBy(by, row) === 0 ? null : Math.round(bytesBy(by, row) / countBy(by, row))),
    sum: () => null,
    bar: false,
    signed: false,
  };
  const plain = { sum: () => null, bar: false, signed: false };
  const bytes = (title: string, measure: LineTable["by"]): NumberColumn => ({
    title,
    row: (row) => bytesBy(measure, row),
    sum: (sum) => bytesBy(measure, sum),
    bar: comparedWith === null,
    signed: false,
  });
  if (comparedWith === null) {
    return [
      bytes(say(title, { unit: "B" }), by),
      ...(instrumentation.engine === "meter" ? [] : [bytes(say(otherTitle, { unit: "B" }), other)]),
      { ...plain, title: count, row: (row) => countBy(by, row) },
      average,
    ];
  }
  return [
    {
      title: say(title, { unit: "± B" }),
      row: ({ difference }) => difference && bytesBy(by, difference),
      sum: ({ difference }) => difference && bytesBy(by, difference),
      bar: true,
      signed: true,
    },
    bytes(name === "" ? say(title, { unit: "B" }) : join([name, "B"], "comma"), by),
    {
      ...plain,
      title: join([count, "±"], "comma"),
      row: ({ difference }) => difference && countBy(by, difference),
      signed: true,
    },
    average,
  ];
}

export function formatColumn({ signed }: NumberColumn, value: number | null): string {
  if (value === null) return "";
  return `${signed && value > 0 ? "+" : ""}${formatNumber(value, ALL_DIGITS)}`;
}

/**
 * Caption of a line table: `saved: the 10 lines with the most allocated bytes; exact; unoptimised code.` That of the last table of
 * a run also names the variants that have no table.
 */
export function captionOfLineTable({ name, comparedWith, by, instrumentation, rows, leftOut }: LineTable): string {
  const measure = say(MEASURES[by].caption);
  const what =
    comparedWith === null
      ? say("mostLines", { n: rows.length, measure })
      : join(
          [
            say("differenceIn", { measure }),
            ...(comparedWith === "" ? [] : [say("minus", { name, other: comparedWith })]),
          ],
          "comma",
        );
  const head = comparedWith === null && name !== "" ? withColon(name, what) : capitalize(what);
  const beyond = instrumentation.engine === "sampler" && by === "live" ? [say("sampledLive")] : [];
  const caption = sentence(join([head, describeInstrumentation(instrumentation), ...beyond], "semicolon"));
  return leftOut === undefined ? caption : joinSentences([caption, describeLeftOut(leftOut)]);
}

const ELSEWHERE = {
  other: "elsewhereNote",
  peak: "elsewherePeak",
} as const;

/** A row below the lines that sums the bytes of several lines. */
interface ShownSum {
  readonly label: string;
  readonly sum: LineTableSum;
  readonly note: string;
}

/** Rows at the end of the table: bytes of lines that are not shown, bytes outside the author's code, and the total. */
export function sumsOf(table: LineTable): readonly ShownSum[] {
  const { others, elsewhere, total, functionLevelBytes, notInstrumented, inexact, by, comparedWith } = table;
  const errorBoundBytes = errorBoundOf(table.instrumentation);
  const otherLines = say("otherLines", { n: others.lines });
  const isPartly = functionLevelBytes > 0 && by === "allocated" && comparedWith === null;
  return [
    ...(others.lines === 0 ? [] : [{ label: otherLines, sum: others, note: "" }]),
    { label: say("elsewhere"), sum: elsewhere, note: say(ELSEWHERE[by === "peak" ? "peak" : "other"]) },
    { label: say("total"), sum: total, note: "" },
    ...(isPartly
      ? [
          {
            label: say("functionOnly"),
            sum: { liveBytes: Number.NaN, allocatedBytes: functionLevelBytes, difference: null },
            note: join(
              [
                say("functionOnlyNote"),
                ...(notInstrumented.count === 0
                  ? []
                  : [
                      say("notInstrumentedAt", {
                        places: describeNotInstrumented(notInstrumented.places, notInstrumented.count),
                      }),
                    ]),
              ],
              "semicolon",
            ),
          },
        ]
      : []),
    ...(errorBoundBytes === 0 || comparedWith !== null
      ? []
      : [
          {
            label: say("offBy"),
            sum: { liveBytes: Number.NaN, allocatedBytes: errorBoundBytes, difference: null },
            note: join([say("offByNote"), describeInexact(inexact.places, inexact.count)], "semicolon"),
          },
        ]),
  ];
}
