import { restyle } from "../../analysis/number-style.ts";
import { EN } from "../../words/en.ts";
import { nameMetric } from "../../words/metric-names.ts";
import { withAside } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import type { Column, Table, TableCell } from "./table.ts";

// `compare()` and `lowerBoundOverhead()` run in cells and write English. This file recognises their tables by the
// column titles, and translates them to the language of the page.

/** Keys of the titles of columns that both functions write. */
const TITLES = [
  "ratio",
  "intervalOf95",
  "difference",
  "verdict",
  "wallAtLeast",
  "wallInterval",
  "cpuAtLeast",
  "cpuInterval",
] as const;
const KEYS = new Map<string, (typeof TITLES)[number] | "p">([
  ...TITLES.map((key) => [EN[key], key] as const),
  ["p", "p"],
]);

/** Combinations of column titles that only tables of these functions have. */
const MARKS: readonly (readonly string[])[] = [
  [EN.intervalOf95, EN.verdict],
  [EN.wallAtLeast, EN.wallInterval],
];

/**
 * Translates a table of comparisons to the language of the page, and aligns its numbers right. Any other table is
 * returned unchanged.
 */
export function comparisonInWords(table: Table): Table {
  const titles = new Set(table.columns.map(({ title }) => title));
  if (!MARKS.some((marks) => marks.every((mark) => titles.has(mark)))) return table;
  const ratio = table.columns.findIndex(({ title }) => title === EN.ratio);
  // The column before the ratio has the values of the metric; its title is the metric's label.
  const isOwn = table.columns.map(({ title }, index) => KEYS.has(title) || index === ratio - 1);
  const columns = table.columns.map((column, index) => (isOwn[index] === true ? nameColumn(column) : column));
  const rows = table.rows.map((row) => row.map((cell, index) => (isOwn[index] === true ? sayCell(cell) : cell)));
  return { ...table, columns, rows };
}

function nameColumn(column: Column): Column {
  const key = KEYS.get(column.title);
  const title = key === "p" ? "p" : key === undefined ? nameMetric(column.title) : say(key);
  return { ...column, title, numeric: key !== "verdict" };
}

/** Patterns of verdicts and intervals in English, with functions that give the translated text. */
const PHRASES: readonly (readonly [RegExp, (value: string) => string])[] = [
  [/^base$/, () => say("base")],
  [/^no base with these parameters$/, () => say("noBase")],
  [/^equal$/, () => say("equal")],
  [/^higher$/, () => say("higher")],
  [/^lower$/, () => say("lower")],
  [/^exact$/, () => say("exact")],
  [/^~ \(too few trials: (\d+)\)$/, (n) => withAside("~", say("tooFewTrials", { n: Number(n) }))],
  [/^(.+) times as much$/, (factor) => say("times", { factor: restyle(factor) })],
  [/^(.+) more$/, (amount) => say("more", { amount: restyle(amount) })],
  [/^(.+) less$/, (amount) => say("less", { amount: restyle(amount) })],
  [/^unknown: not measured$/, () => say("unknownBecause", { reason: say("reasonNotMeasured") })],
  [/^unknown: collections .*$/, () => say("unknownBecause", { reason: say("reasonCollectionsOnly") })],
];

function sayCell(cell: TableCell): TableCell {
  for (const [pattern, text] of PHRASES) {
    const found = pattern.exec(cell.text);
    if (found !== null) return { ...cell, text: text(found[1] ?? "") };
  }
  return { ...cell, text: restyle(cell.text).replace(/ to /, ` ${say("to")} `) };
}
