import type { MetricSummary } from "../harness/protocol.ts";
import { formatInterval, formatNumber, formatValue } from "../results/format.ts";
import type { VariantResult } from "../results/schema.ts";
import type { Table, TableCell } from "./table.ts";
import { nameVariant } from "./variant.ts";

/** With more variants than these the table has a row for each, and its metrics side by side. */
const MOST_VARIANT_COLUMNS = 3;

/** What a cell measured: variant × metric, each with how sure it is. Undefined where nothing was measured. */
export function tabulateMetrics(variants: readonly VariantResult[]): Table | undefined {
  const metrics = new Map<string, MetricSummary>();
  for (const summary of variants.flatMap((variant) => variant.metrics)) {
    const key = keyOf(summary);
    if (!metrics.has(key)) metrics.set(key, summary);
  }
  if (metrics.size === 0) return undefined;
  const titles = [...metrics.values()].map(titleOf);
  const keys = [...metrics.keys()];
  const names = variants.map((variant) => nameVariant(variant.params));
  const values = variants.map((variant) => {
    const own = new Map(variant.metrics.map((summary) => [keyOf(summary), summary]));
    return keys.map((key) => describe(own.get(key)));
  });

  if (variants.length > MOST_VARIANT_COLUMNS) {
    const columns = [{ title: "Variant", numeric: false }, ...titles.map((title) => ({ title, numeric: true }))];
    return { columns, rows: values.map((row, index) => [{ text: names[index] ?? "" }, ...row]), total: values.length };
  }
  const [only] = names;
  const headings = names.length === 1 ? [only === "" || only === undefined ? "Value" : only] : names;
  const columns = [{ title: "Metric", numeric: false }, ...headings.map((title) => ({ title, numeric: true }))];
  const rows = titles.map((title, index) => [
    { text: title },
    ...values.map((row): TableCell => row[index] ?? { text: "" }),
  ]);
  return { columns, rows, total: rows.length };
}

/** How a value was obtained: `exact, 5 trials`, or its interval. */
export function describeCertainty(summary: MetricSummary): string {
  const count = summary.samples.length;
  if (summary.mode === "exact") return count > 1 ? `exact, ${count} trials` : "exact";
  if (count === 1) return "one trial";
  const confidence = formatNumber(summary.confidence * 100);
  return `${confidence}\u00a0% interval ${formatInterval(summary)}, ${count} trials`;
}

function describe(summary: MetricSummary | undefined): TableCell {
  if (summary === undefined) return { text: "—" };
  return { text: formatValue(summary.value, summary.unit), note: describeCertainty(summary) };
}

function keyOf(summary: MetricSummary): string {
  return JSON.stringify([summary.region, summary.id]);
}

function titleOf(summary: MetricSummary): string {
  return summary.region === "" ? summary.label : `${summary.label} (${summary.region})`;
}
