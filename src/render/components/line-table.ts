import { formatNumber } from "../../analysis/format.ts";
import { bytesBy, countBy } from "../../analysis/lines/line-table.ts";
import { marginOfError, relativeMarginOfError } from "../../analysis/margin-of-error.ts";
import type { LineTable, LineTableRow, LineTableSum } from "../../model/line-views.ts";
import { describeUnlifted } from "../../results/not-instrumented-text.ts";
import { fillTemplate, html, renderFold } from "../template.ts";
import { describeFunctionLevel, describeMode, isMetered } from "../text/line-modes.ts";
import { type Highlighter, languageOfFile } from "./highlight.ts";
import type { Table, TableCell } from "./table.ts";

/** Columns between the place of a line and its text. */
interface NumberColumn {
  readonly title: string;
  readonly row: (row: LineTableRow) => number | null;
  readonly sum: (sum: LineTableSum) => number | null;
  /** Whether its numbers have bars, and signs. */
  readonly bar: boolean;
  readonly signed: boolean;
}

/** A number without a name for a reader who needs all digits of it. */
const DIGITS = 15;

/** More tables than this are folded away. */
const FEW_TABLES = 3;

/** The payload of `application/vnd.heapbook.lines+json`, or undefined for something else under that name. */
export function readLineTables(payload: unknown): readonly LineTable[] | undefined {
  return Array.isArray(payload) && payload.length > 0 && payload.every(isLineTable) ? payload : undefined;
}

function isLineTable(value: unknown): value is LineTable {
  const sums = ["others", "elsewhere", "total", "functionLevelBytes", "unlifted"];
  const wanted = ["name", "comparedWith", "by", "mode", "rows", ...sums];
  return typeof value === "object" && value !== null && wanted.every((key) => key in value);
}

/** The tables as HTML, each line of code highlighted; a box that scrolls sideways where the page is narrow. */
export async function renderLineTables(tables: readonly LineTable[], highlighter: Highlighter): Promise<string> {
  const rendered: string[] = [];
  for (const table of tables) {
    const shown = await renderLineTable(table, highlighter);
    rendered.push(tables.length > FEW_TABLES ? renderFold(`Lines: ${table.name}`, shown) : shown);
  }
  return rendered.join("\n");
}

async function renderLineTable(table: LineTable, highlighter: Highlighter): Promise<string> {
  const columns = columnsOf(table);
  const most = columns.map(({ row }) => Math.max(0, ...table.rows.map((each) => Math.abs(row(each) ?? 0))));
  const rows: object[] = [];
  for (const row of table.rows) {
    const source = row.source === "" ? "" : await highlighter.highlight(row.source, languageOfFile(row.file));
    rows.push({
      place: placeOf(row),
      functionLevel: isFunctionLevel(row, table) ? describeFunctionLevel(row.functionLevelBytes) : null,
      numbers: columns.map((column, index) => {
        const value = column.row(row);
        const share = value === null || !most[index] ? 0 : Math.abs(value) / most[index];
        return {
          text: formatColumn(column, value),
          bar: column.bar && share > 0 ? { percent: (share * 100).toFixed(1), less: (value ?? 0) < 0 } : null,
        };
      }),
      source: html(source),
      text: row.source,
    });
  }
  return fillTemplate("line-table", {
    caption: captionOf(table),
    columns: columns.map(({ title }) => title),
    rows,
    sums: sumsOf(table).map(({ label, sum, note }) => ({
      label,
      numbers: columns.map((column) => formatColumn(column, column.sum(sum))),
      note,
    })),
  });
}

/** The same for Markdown, which has plain tables only. */
export function toMarkdownTable(table: LineTable): Table {
  const columns = columnsOf(table);
  const rows = table.rows.map((row): TableCell[] => [
    { text: placeOf(row), note: isFunctionLevel(row, table) ? "ƒ" : undefined },
    ...columns.map((column) => ({ text: formatColumn(column, column.row(row)) })),
    { text: codeCell(row.source), isMarkdown: true },
  ]);
  const sums = sumsOf(table).map(({ label, sum, note }): TableCell[] => [
    { text: label },
    ...columns.map((column) => ({ text: formatColumn(column, column.sum(sum)) })),
    { text: note },
  ]);
  return {
    columns: [
      { title: "Line", numeric: false },
      ...columns.map(({ title }) => ({ title, numeric: true })),
      { title: "Source", numeric: false },
    ],
    rows: [...rows, ...sums],
    total: rows.length + sums.length,
    caption: captionOf(table),
  };
}

/** Code in a cell of a table: GitHub reads `\|` as a bar there too. */
function codeCell(text: string): string {
  if (text === "") return "";
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const mark = "`".repeat(longest + 1);
  const padding = longest > 0 ? " " : "";
  return `${mark}${padding}${text.replaceAll("|", "\\|")}${padding}${mark}`;
}

/** Of a difference it is not known how much of it is of functions. */
function isFunctionLevel({ functionLevelBytes }: LineTableRow, { comparedWith }: LineTable): boolean {
  return functionLevelBytes > 0 && comparedWith === null;
}

function placeOf({ file, line }: LineTableRow): string {
  return `${file}:${line}`;
}

const BYTES_TITLES = { allocated: "Allocated, B", live: "Live, B" } as const;

/** The measure that the lines are sorted by stands first. */
function columnsOf(table: LineTable): readonly NumberColumn[] {
  const [first, ...others] = bytesColumns(table);
  if (first === undefined || table.rows.every(({ errorBytes }) => errorBytes === undefined)) return bytesColumns(table);
  return [first, marginColumn(table), ...others];
}

/** Of estimates: half of the 95 % interval, as a share of the line's bytes, or in bytes of a difference. */
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

function bytesColumns({ by, name, comparedWith, mode }: LineTable): readonly NumberColumn[] {
  const other = by === "allocated" ? "live" : "allocated";
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
      bytes(BYTES_TITLES[by], by),
      ...(isMetered(mode) ? [] : [bytes(BYTES_TITLES[other], other)]),
      { ...plain, title: count, row: (row) => countBy(by, row) },
      average,
    ];
  }
  return [
    {
      title: `${by === "allocated" ? "Allocated" : "Live"}, ± B`,
      row: ({ difference }) => difference && bytesBy(by, difference),
      sum: ({ difference }) => difference && bytesBy(by, difference),
      bar: true,
      signed: true,
    },
    bytes(name === "" ? BYTES_TITLES[by] : `${name}, B`, by),
    {
      ...plain,
      title: `${count}, ±`,
      row: ({ difference }) => difference && countBy(by, difference),
      signed: true,
    },
    average,
  ];
}

function formatColumn({ signed }: NumberColumn, value: number | null): string {
  if (value === null) return "";
  return `${signed && value > 0 ? "+" : ""}${formatNumber(value, DIGITS)}`;
}

function captionOf({ name, comparedWith, by, mode, rows }: LineTable): string {
  const measure = by === "allocated" ? "bytes allocated" : "bytes alive at the end";
  const what =
    comparedWith === null
      ? `${rows.length === 1 ? "The line" : `The ${rows.length} lines`} with most ${measure}`
      : `Difference in ${measure}${comparedWith === "" ? "" : `, ${name} less ${comparedWith}`}`;
  const head = comparedWith === null && name !== "" ? `${name}: ${what.charAt(0).toLowerCase()}${what.slice(1)}` : what;
  return `${head}; ${describeMode(mode)}.`;
}

interface ShownSum {
  readonly label: string;
  readonly sum: LineTableSum;
  readonly note: string;
}

/** Last rows: what is not among the lines shown, and that all add up. */
function sumsOf(table: LineTable): readonly ShownSum[] {
  const { others, elsewhere, total, functionLevelBytes, unlifted, by, comparedWith } = table;
  const otherLines = others.lines === 1 ? "1 other line" : `${formatNumber(others.lines, DIGITS)} other lines`;
  const isPartly = functionLevelBytes > 0 && by === "allocated" && comparedWith === null;
  return [
    ...(others.lines === 0 ? [] : [{ label: otherLines, sum: others, note: "" }]),
    { label: "Elsewhere", sum: elsewhere, note: "Node itself, and what it calls" },
    { label: "Total", sum: total, note: "" },
    ...(isPartly
      ? [
          {
            label: "Not line-level, ƒ",
            sum: { liveBytes: Number.NaN, allocatedBytes: functionLevelBytes, difference: null },
            note: `part of the total, known only of functions${
              unlifted.count === 0 ? "" : `; ${describeUnlifted(unlifted.places, unlifted.count)}`
            }`,
          },
        ]
      : []),
  ];
}
