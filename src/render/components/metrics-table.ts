import { smallest } from "../../analysis/extremes.ts";
import { formatInterval, formatNumber, formatValue, hasOneEnd } from "../../analysis/format.ts";
import type { MetricSummary } from "../../model/metrics.ts";
import type { VariantResult } from "../../model/report-results.ts";
import { nameMetric, nameNote } from "../../words/metric-names.ts";
import { join, joinSentences, sentence, withAside } from "../../words/punctuation.ts";
import { say, sayList } from "../../words/say.ts";
import { nameVariant } from "../text/variant-name.ts";
import type { Table, TableCell } from "./table.ts";

/**
 * Most variants that always become columns. More variants become columns only if there are more metrics than variants,
 * otherwise rows.
 */
const MOST_COLUMNS = 3;

/** Whether a metric is a bound of a peak. The table shows bounds in the row of the peak. */
const isBound = ({ id }: MetricSummary): boolean => id === "peakLow" || id === "peakHigh";

/** Whether a metric says that the variant has no live memory outside the heap; the table leaves such a row out. */
const isInside = ({ id, samples }: MetricSummary): boolean =>
  id === "endExternal" && samples.every((bytes) => bytes === 0);

/**
 * Makes the table of a cell's metrics: variants × metrics, each value with its interval or bounds. Undefined if nothing
 * was measured.
 */
export function tabulateMetrics(variants: readonly VariantResult[]): Table | undefined {
  const metrics = new Map<string, MetricSummary>();
  for (const summary of variants.flatMap((variant) => variant.metrics)) {
    const key = keyOf(summary);
    if (!metrics.has(key) && !isBound(summary) && !isInside(summary)) metrics.set(key, summary);
  }
  if (metrics.size === 0) return undefined;
  const titles = [...metrics].map(([key, summary]) => titleOf(summary, commonNote(variants, key)));
  const keys = [...metrics.keys()];
  const names = variants.map((variant) => nameVariant(variant.params));
  const values = variants.map((variant) => {
    const own = new Map(variant.metrics.map((summary) => [keyOf(summary), summary]));
    return keys.map((key) => makeCell(own.get(key), commonNote(variants, key)) ?? { text: describeMissing(key, own) });
  });
  const summaries = variants.flatMap((variant) => variant.metrics).filter((summary) => !isBound(summary));
  const others = summaries.filter(({ mode }) => mode !== "bounds");
  const hasOneNumber = summaries.some((summary) => summary.mode === "bounds" && !hasInterval(summary));
  const exact = say(hasOneNumber ? "exactWithoutBounds" : "exactWithout");
  const sentences = [describeSummaries(others, exact), ...describeBounds(summaries)].filter((text) => text !== "");
  const caption = joinSentences(sentences);

  if (variants.length > MOST_COLUMNS && variants.length >= metrics.size) {
    const columns = [{ title: say("variant"), numeric: false }, ...titles.map((title) => ({ title, numeric: true }))];
    const rows = values.map((row, index) => [{ text: names[index] ?? "" }, ...row]);
    return { columns, rows, total: values.length, caption };
  }
  const [only] = names;
  const headings = names.length === 1 ? [only === "" || only === undefined ? say("value") : only] : names;
  const columns = [{ title: say("metric"), numeric: false }, ...headings.map((title) => ({ title, numeric: true }))];
  const rows = titles.map((title, index) => [
    { text: title },
    ...values.map((row): TableCell => row[index] ?? { text: "" }),
  ]);
  return { columns, rows, total: rows.length, caption };
}

/**
 * Sentence about the number of trials, the kind of interval, and the meaning of a value without an interval.
 *
 * @param exact sentence that says what a value without an interval means
 */
function describeSummaries(summaries: readonly MetricSummary[], exact: string): string {
  if (summaries.length === 0) return "";
  const counts = [...new Set(summaries.map(({ samples }) => samples.length))].sort((a, b) => a - b);
  const trials =
    counts.length === 1 && counts[0] === 1
      ? say("oneTrial")
      : say("mediansOf", { counts: sayList(counts.map(String), "listOr") });
  const spread = summaries.filter(hasInterval);
  if (spread.length === 0) return counts.at(-1) === 1 ? sentence(trials) : say("agreeing", { trials });
  const confidences = [...new Set(spread.map(({ confidence }) => `${formatNumber(confidence * 100)}\u00a0%`))];
  const intervals = say("withIntervals", { trials, confidences: sayList(confidences, "listOr") });
  return summaries.some(({ mode }) => mode === "exact") ? joinSentences([intervals, exact]) : intervals;
}

/** Sentences that explain bounds; none if no metric has bounds. */
function describeBounds(summaries: readonly MetricSummary[]): readonly string[] {
  const bounds = summaries.filter(({ mode }) => mode === "bounds");
  if (bounds.length === 0) return [];
  const uncertain = bounds.map(({ confidence }) => confidence).filter((confidence) => confidence < 1);
  if (uncertain.length === 0) return [say("peakBetween")];
  const percent = `${formatNumber(100 * smallest(uncertain))}\u00a0%`;
  return [say("peakBetween"), say("peakVaries", { percent })];
}

function hasInterval(summary: MetricSummary): boolean {
  // Bounds that look equal in the digits shown are written as one number.
  if (summary.mode === "bounds") return !hasOneEnd(summary);
  return summary.mode === "distribution" && summary.samples.length > 1;
}

/**
 * The condition under which a metric was read, if all variants share it; the metric's title then states the condition
 * once.
 */
function commonNote(variants: readonly VariantResult[], key: string): string | undefined {
  const notes = variants.flatMap(({ metrics }) =>
    metrics.filter((each) => keyOf(each) === key).map(({ note }) => note),
  );
  return notes.every((note) => note === notes[0]) ? notes[0] : undefined;
}

/** Text in place of a metric that a variant lacks. A variant that the probe `peak` read has no peak if its search ended early. */
function describeMissing(key: string, own: ReadonlyMap<string, MetricSummary>): string {
  const [region, id] = JSON.parse(key) as [string, string];
  return id === "peakLive" && own.has(keyOf({ region, id: "endLive" })) ? say("notBound") : "—";
}

function makeCell(summary: MetricSummary | undefined, common: string | undefined): TableCell | undefined {
  if (summary === undefined) return undefined;
  const own = summary.note === undefined || summary.note === common ? undefined : nameNote(summary.note);
  const interval = hasInterval(summary) ? describeInterval(summary) : undefined;
  const notes = [interval, own].filter((note) => note !== undefined);
  return {
    text: formatValue(summary.value, summary.unit),
    note: notes.length === 0 ? undefined : join(notes, "comma"),
  };
}

/** Most significant digits of an interval; a time in ns has no more. */
const MOST_DIGITS = 9;

/** Formats an interval with as many digits as its ends need to differ: `1.2003 to 1.2004 ms` beside `1.2 ms`. */
function describeInterval(summary: MetricSummary): string {
  const { low, high, samples } = summary;
  if (low === high) return say("allAgree", { n: samples.length });
  let digits = 3;
  while (digits < MOST_DIGITS && hasOneEnd(summary, { digits })) digits += 1;
  return formatInterval(summary, { digits });
}

function keyOf(summary: Pick<MetricSummary, "region" | "id">): string {
  return JSON.stringify([summary.region, summary.id]);
}

function titleOf(summary: MetricSummary, note: string | undefined): string {
  const label = nameMetric(summary.label);
  const named = summary.region === "" ? label : withAside(label, summary.region);
  return note === undefined ? named : join([named, nameNote(note)], "comma");
}
