import type { History, HistorySeries } from "../../diff/history.ts";
import { formatEffect, formatEffectInterval, formatSide, nameMetricVerdict, namePlace } from "../../diff/texts.ts";
import type { Table } from "./table.ts";

/** All series of one metric in one report. */
export interface HistoryGroup {
  readonly slug: string;
  readonly title: string;
  readonly id: string;
  readonly label: string;
  readonly series: readonly HistorySeries[];
}

/** Groups the series of a history by report and metric, in order of appearance. */
export function groupHistory({ series }: History): HistoryGroup[] {
  const groups = new Map<string, HistoryGroup & { series: HistorySeries[] }>();
  for (const one of series) {
    const key = `${one.slug} ${one.id}`;
    const group = groups.get(key);
    if (group !== undefined) group.series.push(one);
    else groups.set(key, { slug: one.slug, title: one.title, id: one.id, label: one.label, series: [one] });
  }
  return [...groups.values()];
}

/** Name of a series: `walks size=2`, with a region `walks size=2 (build)`. */
export function nameSeries({ cell, params, region }: HistorySeries): string {
  return region === "" ? namePlace(cell, params) : `${namePlace(cell, params)} (${region})`;
}

/**
 * Table with one row for each point: cell, revision, value, and the change from the previous point with its verdict.
 */
export function tabulateHistory({ series }: HistoryGroup, { revisions }: History): Table {
  const columns = [
    { title: "Cell", numeric: false },
    { title: "", numeric: true },
    { title: "Revision", numeric: false },
    { title: "Date", numeric: false },
    { title: "Value", numeric: true },
    { title: "Change", numeric: true },
    { title: "Verdict", numeric: false },
    { title: "Commit", numeric: false },
  ];
  const rows = series.flatMap((one) =>
    one.points.map(({ revision, value, change }) => {
      const { name, date, subject } = revisions[revision - 1] ?? { name: "", date: "", subject: "" };
      const interval = change === null || change.verdict === "same" ? "" : formatEffectInterval(change);
      return [
        { text: nameSeries(one) },
        { text: String(revision) },
        { text: name },
        { text: date },
        { text: formatSide(value, one.unit) },
        { text: change === null ? "" : formatEffect(change), note: interval === "" ? undefined : interval },
        { text: change === null ? "" : nameMetricVerdict(change.verdict), note: change?.reason ?? undefined },
        { text: subject },
      ];
    }),
  );
  return { columns, rows, total: rows.length };
}
