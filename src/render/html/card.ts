import { formatInterval } from "../../analysis/format.ts";
import { createMarkdown } from "../../document/markdown.ts";
import type { MetricSummary } from "../../model/metrics.ts";
import type { ReportCard } from "../../model/report-card.ts";
import type { VariantResult } from "../../model/report-results.ts";
import { nameMetric } from "../../words/metric-names.ts";
import type { RenderInput } from "../renderer.ts";
import { plainText } from "./plain-text.ts";

/** Most points of a sparkline; with more collections, only some are drawn. */
const MOST_POINTS = 60;

/** Ids of metrics, in the order in which a card prefers them as its key figure. */
const PREFERRED = ["peakLive", "endLive", "allocated", "minHeap", "pauseTotal", "wallTime"];

/** Describes a report for the index of its site. All texts are plain; expressions are evaluated. */
export function describeCard(input: RenderInput): ReportCard {
  const { frontMatter, slug } = input.report;
  const { title, subtitle, authors, date, abstract, keyFigure, lang, coursework } = frontMatter;
  const written = keyFigure === undefined ? undefined : { label: null, value: plain(keyFigure, "key-figure", input) };
  const measured = keyMetric(input);
  return {
    slug,
    lang,
    title,
    subtitle: subtitle ?? null,
    authors: authors.map(({ name }) => name),
    date: date ?? null,
    measured: firstDay(input),
    keywords: coursework.keywords,
    abstract: abstract === undefined ? null : plain(abstract, "abstract", input),
    keyFigure: written ?? measured?.figure ?? null,
    sparkline: measured === undefined ? null : sparklineOf(measured.variants, measured.id, measured.region),
  };
}

/** Date of the first measurement; null if nothing was measured. */
function firstDay({ results }: RenderInput): string | null {
  const sets = results.cells.flatMap(({ variants }) => variants.flatMap(({ trialSets }) => trialSets));
  const [first] = sets.map(({ environment }) => environment.measuredAt.slice(0, 10)).sort();
  return first ?? null;
}

/** Converts Markdown of the front matter to plain text. */
function plain(source: string, key: string, input: RenderInput): string {
  const lines = input.report.source.split("\n");
  const line =
    Math.max(
      0,
      lines.findIndex((text) => text.startsWith(`${key}:`)),
    ) + 1;
  const tokens = createMarkdown().parseInline(source, {});
  return plainText(tokens, input, { evaluated: true, line }).replace(/\s+/g, " ").trim();
}

/**
 * The key figure: the preferred metric of the first cell that has one, over all its variants; otherwise the first
 * metric of the report.
 */
function keyMetric(input: RenderInput) {
  const { results } = input;
  const cells = results.cells.map(({ variants }) => ({
    variants,
    summaries: variants.flatMap(({ metrics }) => metrics).filter(({ id }) => !/^peak(?:Low|High)$/.test(id)),
  }));
  for (const wanted of [...PREFERRED, undefined]) {
    for (const { variants, summaries } of cells) {
      const metric = wanted === undefined ? summaries[0] : summaries.find(({ id }) => id === wanted);
      if (metric === undefined) continue;
      const { id, region, label, unit } = metric;
      const values = variants.flatMap((variant) => extentOf(variant, metric));
      const range = { low: Math.min(...values), high: Math.max(...values), unit };
      return {
        id,
        region,
        variants,
        figure: { label: nameMetric(label), value: formatInterval(range) },
      };
    }
  }
  return undefined;
}

/**
 * Values for the range of a key figure: both bounds of a peak, whose value is only the lower bound; otherwise the
 * value.
 */
function extentOf({ metrics }: VariantResult, { id, region }: Pick<MetricSummary, "id" | "region">): number[] {
  const own = metrics.filter((each) => each.id === id && each.region === region);
  return own.flatMap(({ mode, value, low, high }) => (mode === "bounds" ? [low, high] : [value]));
}

function valuesOf({ metrics }: VariantResult, { id, region }: Pick<MetricSummary, "id" | "region">): number[] {
  return metrics.filter((each) => each.id === id && each.region === region).map(({ value }) => value);
}

/**
 * Numbers of a sparkline: used heap before and after each collection, of the first trial with three collections or
 * more. Without such a trial, the metric's value in each variant. Null if there are fewer than two numbers.
 */
function sparklineOf(variants: readonly VariantResult[], id: string, region: string): ReportCard["sparkline"] {
  const trials = variants.flatMap(({ trialSets }) => trialSets.flatMap((set) => set.trials));
  const collections = trials.find((trial) => trial.collections.length >= 3)?.collections ?? [];
  const step = Math.ceil(collections.length / (MOST_POINTS / 2));
  const heap = collections
    .filter((_, index) => index % Math.max(1, step) === 0)
    .flatMap(({ usedBeforeBytes, usedAfterBytes }) => [usedBeforeBytes, usedAfterBytes]);
  if (heap.length > 1) return { kind: "line", values: heap };
  const values = variants.flatMap((variant) => valuesOf(variant, { id, region }));
  return values.length > 1 ? { kind: "bars", values } : null;
}
