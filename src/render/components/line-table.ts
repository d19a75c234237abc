import { formatNumber } from "../../analysis/format.ts";
import { bytesBy, countBy } from "../../analysis/lines/line-table.ts";
import { marginOfError, relativeMarginOfError } from "../../analysis/margin-of-error.ts";
import type { LineTable, LineTableRow, LineTableSum } from "../../model/line-views.ts";
import { describeNotInstrumented } from "../../results/not-instrumented-text.ts";
import { ALL_DIGITS, describeInstrumentation, SAMPLED_LIVE } from "../text/instrumentation.ts";

/** A column of numbers, between the place of a line and its source text. */
export interface NumberColumn {
  readonly title: string;
  readonly row: (row: LineTableRow) => number | null;
  readonly sum: (sum: LineTableSum) => number | null;
  /** Whether HTML draws a bar beside each number. */
  readonly bar: boolean;
  /** Whether positive numbers have a sign: differences do. */
  readonly signed: boolean;
}

/** Reads a payload of `application/vnd.heapbook.lines+json`; undefined when the payload is malformed. */
export function readLineTables(payload: unknown): readonly LineTable[] | undefined {
  return Array.isArray(payload) && payload.length > 0 && payload.every(isLineTable) ? payload : undefined;
}

function isLineTable(value: unknown): value is LineTable {
  const sums = ["others", "elsewhere", "total", "functionLevelBytes", "notInstrumented"];
  const wanted = ["name", "comparedWith", "by", "instrumentation", "rows", ...sums];
  return typeof value === "object" && value !== null && wanted.every((key) => key in value);
}

/** Whether some bytes of the row belong to a function, not to the line. Unknown, so false, for a difference of two profiles. */
export function isFunctionLevel({ functionLevelBytes }: LineTableRow, { comparedWith }: LineTable): boolean {
  return functionLevelBytes > 0 && comparedWith === null;
}

/** `walks.ts:39` */
export function nameLine({ file, line }: LineTableRow): string {
  return `${file}:${line}`;
}

const MEASURES = {
  allocated: { title: "Allocated", caption: "allocated bytes", other: "live", otherTitle: "Live, B" },
  live: { title: "Live", caption: "live bytes at the end", other: "allocated", otherTitle: "Allocated, B" },
  peak: {
    title: "At the peak",
    caption: "bytes alive at the peak",
    other: "allocated",
    otherTitle: "Allocated until then, B",
  },
} as const;

/** The columns of numbers; the first column is the measure that sorts the lines. */
export function columnsOf(table: LineTable): readonly NumberColumn[] {
  const [first, ...others] = bytesColumns(table);
  if (first === undefined || table.rows.every(({ errorBytes }) => errorBytes === undefined)) return bytesColumns(table);
  return [first, marginColumn(table), ...others];
}

/** Half of the 95 % confidence interval of an estimate: in percent of the bytes of the line, or in bytes for a difference. */
function marginColumn({ by, comparedWith }: LineTable): NumberColumn {
  const isRelative = comparedWith === null;
  return {
    title: isRelative ? "95 %, ± %" : "95 %, ± B",
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
  const count = by === "allocated" ? "Allocations" : "Objects";
  const average: NumberColumn = {
    title: "Average, B",
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
      bytes(`${title}, B`, by),
      ...(instrumentation.engine === "meter" ? [] : [bytes(otherTitle, other)]),
      { ...plain, title: count, row: (row) => countBy(by, row) },
      average,
    ];
  }
  return [
    {
      title: `${title}, ± B`,
      row: ({ difference }) => difference && bytesBy(by, difference),
      sum: ({ difference }) => difference && bytesBy(by, difference),
      bar: true,
      signed: true,
    },
    bytes(name === "" ? `${title}, B` : `${name}, B`, by),
    {
      ...plain,
      title: `${count}, ±`,
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

/** `saved: the 10 lines with the most allocated bytes; exact; unoptimised code.` */
export function captionOfLineTable({ name, comparedWith, by, instrumentation, rows }: LineTable): string {
  const measure = MEASURES[by].caption;
  const what =
    comparedWith === null
      ? `${rows.length === 1 ? "The line" : `The ${rows.length} lines`} with the most ${measure}`
      : `Difference in ${measure}${comparedWith === "" ? "" : `, ${name} minus ${comparedWith}`}`;
  const head = comparedWith === null && name !== "" ? `${name}: ${what.charAt(0).toLowerCase()}${what.slice(1)}` : what;
  const beyond = instrumentation.engine === "sampler" && by === "live" ? `; ${SAMPLED_LIVE}` : "";
  return `${head}; ${describeInstrumentation(instrumentation)}${beyond}.`;
}

const ELSEWHERE = {
  other: "Node.js and the code that it calls",
  peak: "Node.js and the code that it calls, V8's own data, memory that no heap snapshot lists",
} as const;

/** A row below the lines. */
interface ShownSum {
  readonly label: string;
  readonly sum: LineTableSum;
  readonly note: string;
}

/** The last rows: bytes of lines that are not shown, bytes outside the author's code, and the total. */
export function sumsOf(table: LineTable): readonly ShownSum[] {
  const { others, elsewhere, total, functionLevelBytes, notInstrumented, by, comparedWith } = table;
  const otherLines = others.lines === 1 ? "1 other line" : `${formatNumber(others.lines, ALL_DIGITS)} other lines`;
  const isPartly = functionLevelBytes > 0 && by === "allocated" && comparedWith === null;
  return [
    ...(others.lines === 0 ? [] : [{ label: otherLines, sum: others, note: "" }]),
    { label: "Elsewhere", sum: elsewhere, note: ELSEWHERE[by === "peak" ? "peak" : "other"] },
    { label: "Total", sum: total, note: "" },
    ...(isPartly
      ? [
          {
            label: "Known by function only, ƒ",
            sum: { liveBytes: Number.NaN, allocatedBytes: functionLevelBytes, difference: null },
            note: `part of the total; known by function, not by line${
              notInstrumented.count === 0
                ? ""
                : `; not instrumented at ${describeNotInstrumented(notInstrumented.places, notInstrumented.count)}`
            }`,
          },
        ]
      : []),
  ];
}
