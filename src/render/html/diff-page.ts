import type { DrawnChart } from "../../chart/types.ts";
import { describeVerdicts } from "../../diff/texts.ts";
import type { ReportDiff, ResultsDiff } from "../../diff/types.ts";
import { describeRemarks, describeWholeDiff } from "../components/diff-remarks.ts";
import { tabulateClaimDiffs, tabulateLineDiffs, tabulateMetricDiffs } from "../components/diff-tables.ts";
import type { Table } from "../components/table.ts";
import { chartDiff, renderChangeChart } from "./change-charts.ts";
import { renderCodedTextHtml } from "./coded-text.ts";
import { fillDocument } from "./page.ts";
import { renderTableHtml } from "./table.ts";
import { fillTemplate, type Html, html } from "./template.ts";

/**
 * Renders the comparison of two results as one HTML file, in the layout of a report.
 *
 * @param drawn drawings of the charts of `chartDiff()`, by name
 * @param command shell command that makes the page again
 */
export function renderDiffPage(
  diff: ResultsDiff,
  drawn: ReadonlyMap<string, DrawnChart>,
  {
    all,
    command,
    heapbookVersion,
  }: { readonly all: boolean; readonly command: string; readonly heapbookVersion: string },
): string {
  const subtitle = `${diff.before} → ${diff.after}`;
  const metrics = diff.reports.flatMap((report) => report.metrics);
  const body = fillTemplate("diff", {
    remarks: remarks(describeWholeDiff(diff)),
    reports: diff.reports.map((report) => describeReport(report, diff, drawn, all)),
  });
  return fillDocument({
    lang: "en",
    theme: null,
    addedCss: "",
    documentTitle: `Difference: ${subtitle}`,
    description: describeVerdicts(metrics),
    title: "Difference of results",
    subtitle,
    byline: false,
    authors: null,
    date: null,
    abstract: null,
    provenance: { summary: [describeVerdicts(metrics)], rows: [] },
    contents: null,
    body: html(body),
    command,
    otherFiles: [],
    heapbookVersion,
    commit: null,
  });
}

function describeReport(
  report: ReportDiff,
  diff: ResultsDiff,
  drawn: ReadonlyMap<string, DrawnChart>,
  all: boolean,
): object {
  const charts = chartDiff(report, diff).flatMap((chart) => {
    const figure = drawn.get(chart.name);
    return figure === undefined ? [] : [{ title: chart.title, table: renderChangeChart(chart, figure) }];
  });
  return {
    id: report.slug,
    title: report.title,
    verdicts: describeVerdicts(report.metrics),
    remarks: remarks(describeRemarks(report, diff)),
    tables: [
      table("Metrics", tabulateMetricDiffs(report, diff, all)),
      charts,
      table("Claims", tabulateClaimDiffs(report.claims)),
      table("Lines that allocate more or less", tabulateLineDiffs(report.lines, "allocated")),
      table("Lines that keep more or less alive", tabulateLineDiffs(report.lines, "live")),
    ].flat(),
  };
}

function table(title: string, shown: Table | undefined): { readonly title: string; readonly table: Html }[] {
  return shown === undefined ? [] : [{ title, table: html(renderTableHtml(shown)) }];
}

function remarks(sentences: readonly string[]): Html[] {
  return sentences.map((sentence) => html(renderCodedTextHtml(sentence)));
}
