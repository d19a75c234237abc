import type { MetricSummary } from "../harness/protocol.ts";
import { formatInterval, formatNumber, formatValue } from "../results/format.ts";
import type { VariantResult } from "../results/schema.ts";
import type { Table, TableCell } from "./table.ts";
import { nameVariant } from "./variant.ts";

/** So many variants always stand side by side, to be compared at a glance; more do so only where metrics are still more. */
const FEW_VARIANTS = 3;

/** What a cell measured: variant × metric, each with its interval. Undefined where nothing was measured. */
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
  const caption = describeCertainty(variants.flatMap((variant) => variant.metrics));

  if (variants.length > FEW_VARIANTS && variants.length >= metrics.size) {
    const columns = [{ title: "Variant", numeric: false }, ...titles.map((title) => ({ title, numeric: true }))];
    const rows = values.map((row, index) => [{ text: names[index] ?? "" }, ...row]);
    return { columns, rows, total: values.length, caption };
  }
  const [only] = names;
  const headings = names.length === 1 ? [only === "" || only === undefined ? "Value" : only] : names;
  const columns = [{ title: "Metric", numeric: false }, ...headings.map((title) => ({ title, numeric: true }))];
  const rows = titles.map((title, index) => [
    { text: title },
    ...values.map((row): TableCell => row[index] ?? { text: "" }),
  ]);
  return { columns, rows, total: rows.length, caption };
}

/** What the numbers of a table are, said once: their trials, and what an interval or its absence means. */
export function describeCertainty(summaries: readonly MetricSummary[]): string {
  const counts = [...new Set(summaries.map(({ samples }) => samples.length))].sort((a, b) => a - b);
  const trials = counts.length === 1 && counts[0] === 1 ? "One trial" : `Medians of ${counts.join(" or ")} trials`;
  const spread = summaries.filter(hasInterval);
  if (spread.length === 0) return counts.at(-1) === 1 ? `${trials}.` : `${trials}, which agree in every value.`;
  const confidences = [...new Set(spread.map(({ confidence }) => `${formatNumber(confidence * 100)}\u00a0%`))];
  const exact = summaries.some(({ mode }) => mode === "exact") ? " Where there is none, all trials agree." : "";
  return `${trials}, each with the ${confidences.join(" or ")} interval of the median.${exact}`;
}

function hasInterval(summary: MetricSummary): boolean {
  return summary.mode === "distribution" && summary.samples.length > 1;
}

function describe(summary: MetricSummary | undefined): TableCell {
  if (summary === undefined) return { text: "—" };
  return {
    text: formatValue(summary.value, summary.unit),
    note: hasInterval(summary) ? formatInterval(summary) : undefined,
  };
}

function keyOf(summary: MetricSummary): string {
  return JSON.stringify([summary.region, summary.id]);
}

function titleOf(summary: MetricSummary): string {
  return summary.region === "" ? summary.label : `${summary.label} (${summary.region})`;
}
