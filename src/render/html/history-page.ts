import type { DrawnChart } from "../../chart/types.ts";
import type { History } from "../../diff/history.ts";
import { groupHistory, tabulateHistory } from "../components/history-table.ts";
import { chartHistory, renderChangeChart } from "./change-charts.ts";
import { fillDocument } from "./page.ts";
import { renderTableHtml } from "./table.ts";
import { fillTemplate, html } from "./template.ts";

/**
 * Renders the history of metrics as one HTML file, in the layout of a report: a chart and a table for each report and
 * metric.
 *
 * @param drawn drawings of the charts, by name
 * @param command shell command that makes the page again
 */
export function renderHistoryPage(
  history: History,
  drawn: ReadonlyMap<string, DrawnChart>,
  { command, heapbookVersion }: { readonly command: string; readonly heapbookVersion: string },
): string {
  const groups = groupHistory(history);
  const [first, last] = [history.revisions[0], history.revisions.at(-1)];
  const subtitle = `${first?.name ?? ""} to ${last?.name ?? ""}`;
  const count = `${history.revisions.length} revisions`;
  const reports = [...new Set(groups.map(({ slug }) => slug))].map((slug) => {
    const own = groups.filter((group) => group.slug === slug);
    return {
      id: slug,
      title: own[0]?.title ?? slug,
      verdicts: count,
      remarks: [],
      tables: own.map((group) => {
        const chart = chartHistory(group, history);
        const figure = drawn.get(chart.name);
        const shown = renderTableHtml(tabulateHistory(group, history));
        return {
          title: group.label,
          table: html(`${figure === undefined ? "" : renderChangeChart(chart, figure).toString()}\n${shown}`),
        };
      }),
    };
  });
  return fillDocument({
    lang: "en",
    theme: null,
    addedCss: "",
    documentTitle: `History: ${subtitle}`,
    description: count,
    title: "History of results",
    subtitle,
    byline: false,
    authors: null,
    date: null,
    abstract: null,
    provenance: { summary: [count], rows: [] },
    contents: null,
    body: html(fillTemplate("diff", { remarks: [], reports })),
    command,
    otherFiles: [],
    heapbookVersion,
    commit: null,
  });
}
