import { largest } from "../../analysis/extremes.ts";
import type { LineTable, LineTableRow } from "../../model/line-views.ts";
import { say } from "../../words/say.ts";
import {
  captionOfLineTable,
  columnsOf,
  formatColumn,
  isFunctionLevel,
  type NumberColumn,
  nameLine,
  sumsOf,
} from "../components/line-table.ts";
import type { Highlighter } from "../renderer.ts";
import { describeFunctionLevel } from "../text/instrumentation.ts";
import { languageOfFile } from "./highlight.ts";
import { fillTemplate, html, renderFold } from "./template.ts";

/** Most line tables that are shown open; if there are more, each is in a closed disclosure (`<details>`). */
const MOST_OPEN_TABLES = 3;

/** Returns the URL of a line's place on the page; null if the page does not show the line. */
export type LinkOfLine = (row: LineTableRow) => string | null;

/** Renders line tables with highlighted source; each is in a box that scrolls horizontally on a narrow page. */
export async function renderLineTablesHtml(
  tables: readonly LineTable[],
  highlighter: Highlighter,
  linkOf: LinkOfLine = () => null,
): Promise<string> {
  const rendered: string[] = [];
  for (const table of tables) {
    const shown = await renderLineTable(table, highlighter, linkOf);
    rendered.push(tables.length > MOST_OPEN_TABLES ? renderFold(captionOfLineTable(table), shown) : shown);
  }
  return rendered.join("\n");
}

async function renderLineTable(table: LineTable, highlighter: Highlighter, linkOf: LinkOfLine): Promise<string> {
  const columns = columnsOf(table);
  const most = columns.map(({ row }) => Math.max(0, largest(table.rows.map((each) => Math.abs(row(each) ?? 0)))));
  const rows: object[] = [];
  for (const row of table.rows) {
    const source = row.source === "" ? "" : await highlighter.highlight(row.source, languageOfFile(row.file));
    rows.push({
      place: nameLine(row),
      link: linkOf(row),
      functionLevel: isFunctionLevel(row, table) ? describeFunctionLevel(row.functionLevelBytes) : null,
      numbers: columns.map((column, index) => describeNumber(row, column, most[index] ?? 0)),
      source: html(source),
      text: row.source,
    });
  }
  return fillTemplate("line-table", {
    caption: captionOfLineTable(table),
    head: say("line"),
    columns: columns.map(({ title }) => title),
    rows,
    sums: sumsOf(table).map(({ label, sum, note }) => ({
      label,
      numbers: columns.map((column) => formatColumn(column, column.sum(sum))),
      note,
    })),
  });
}

/**
 * Fields of one number for the template.
 * @param most largest absolute value of the column, for which the bar has full width
 */
function describeNumber(row: LineTableRow, column: NumberColumn, most: number): object {
  const value = column.row(row);
  const share = value === null || most === 0 ? 0 : Math.abs(value) / most;
  return {
    text: formatColumn(column, value),
    bar: column.bar && share > 0 ? { percent: (share * 100).toFixed(1), less: (value ?? 0) < 0 } : null,
  };
}
