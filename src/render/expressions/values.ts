import { largest } from "../../analysis/extremes.ts";
import { formatInterval, formatValue } from "../../analysis/format.ts";
import type { Cell, Report } from "../../document/types.ts";
import { didYouMean, type Position, UserError } from "../../errors.ts";
import type { MetricSummary } from "../../model/metrics.ts";
import type { CellResult, Environment, ReportResults, VariantResult } from "../../model/report-results.ts";
import type { Params, Scalar } from "../../model/values.ts";
import { describeMetric } from "../../results/metric-catalog.ts";
import { nameMetric } from "../../words/metric-names.ts";
import { join } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { type AbsentQuantity, plainNumber, type Quantity, type Subject } from "./quantity.ts";

/** Data that expressions are evaluated with. */
export interface Facts {
  readonly report: Report;
  readonly results: ReportResults;
  /** Environment for `env`; by default the environments of the results. */
  readonly environment?: Environment | undefined;
}

/** The cell, the variant and the region that an expression selects. */
export interface Selection {
  readonly label: string;
  readonly params: Params;
  readonly region: string | undefined;
}

export interface MetricChoice extends Selection {
  readonly metricId: string;
}

/** A metric of the results, or the reason why it is missing. */
export type FoundMetric =
  | { readonly summary: MetricSummary; readonly from: string; readonly href: string; readonly subject: Subject }
  | AbsentQuantity;

/**
 * Looks up a metric in the results.
 *
 * @throws UserError `unknown-metric` if the completed variant did not record the metric; `ambiguous-region` if several
 * regions have it
 */
export function findMetric(facts: Facts, choice: MetricChoice, position: Position): FoundMetric {
  const { label, metricId, region } = choice;
  const href = `#cell-${label}`;
  const absent = (from: string): AbsentQuantity => ({ kind: "absent", from, href });
  const result = facts.results.cells.find((cell) => cell.label === label);
  const variant = result?.variants.find((candidate) => matchesParams(candidate.params, choice.params));
  if (result === undefined || variant === undefined) return absent(describeState(label, result));
  const found = variant.metrics.filter((metric) => metric.id === metricId);
  const summary = chooseRegion(found, region);
  if (summary === "ambiguous") throw ambiguousRegion(label, found, position);
  if (summary !== undefined) return { ...describe(facts.report, label, variant, summary), summary, href };
  if (!wasMeasured(variant, metricId)) return absent(describeState(label, result));
  throw unknownMetric(choice, variant, found, position);
}

/** The reason why a cell has no numbers: `walks failed`. */
export function describeState(label: string, result: CellResult | undefined): string {
  if (result?.state === "failed") return say("hasFailed", { label });
  if (result?.state === "blocked") return say("wasBlocked", { label, others: join(result.blockedBy, "list") });
  return say("wasNotRun", { label });
}

/**
 * Whether a variant has all chosen parameters. Values are compared as text, because `16` and `"16"` are the same to an
 * author.
 */
export function matchesParams(params: Readonly<Record<string, Scalar>>, chosen: Params): boolean {
  return Object.entries(chosen).every(([name, value]) => String(params[name]) === String(value));
}

function chooseRegion(
  found: readonly MetricSummary[],
  region: string | undefined,
): MetricSummary | "ambiguous" | undefined {
  const unnamed = found.find((metric) => metric.region === (region ?? ""));
  if (unnamed !== undefined || region !== undefined) return unnamed;
  return found.length > 1 ? "ambiguous" : found[0];
}

/** Whether trials of the metric's probe completed. If so, a missing metric is a mistake of the author. */
function wasMeasured(variant: VariantResult, metricId: string): boolean {
  const probe = describeMetric(metricId)?.probe;
  const sets = variant.trialSets.filter((set) => probe === undefined || set.probe === probe);
  return variant.failure === null && sets.some((set) => set.trials.some((trial) => trial.failure === null));
}

function unknownMetric(
  { label, metricId, region }: MetricChoice,
  variant: VariantResult,
  found: readonly MetricSummary[],
  position: Position,
): UserError {
  const options = { code: "unknown-metric", position, exitCode: 1 } as const;
  if (found.length > 0 && region !== undefined) {
    const regions = found.map((metric) => metric.region).filter((name) => name !== "");
    const message = `The cell \`${label}\` has no metric \`${metricId}\` in a region \`${region}\`.`;
    return new UserError(message, { ...options, hint: didYouMean(region, regions, "named regions") });
  }
  const ids = [...new Set(variant.metrics.map((metric) => metric.id))];
  const hint =
    describeMetric(metricId) !== undefined
      ? "The probe ran but measured nothing. Call `measure(() => …)` in the cell."
      : ids.length === 0
        ? `The cell recorded no metric. Call \`metric("${metricId}", value)\` in the cell.`
        : didYouMean(metricId, ids, "metrics of the cell");
  return new UserError(`The cell \`${label}\` recorded no metric \`${metricId}\`.`, { ...options, hint });
}

function ambiguousRegion(label: string, found: readonly MetricSummary[], position: Position): UserError {
  const regions = found.map((metric) => `\`region="${metric.region}"\``).join(" or ");
  return new UserError(`The cell \`${label}\` measured \`${found[0]?.id}\` in ${found.length} regions.`, {
    code: "ambiguous-region",
    position,
    hint: `Name one of them: ${regions}.`,
    exitCode: 1,
  });
}

function describe(
  report: Report,
  label: string,
  variant: VariantResult,
  summary: MetricSummary,
): { readonly from: string; readonly subject: Subject } {
  const cell = report.cells.find((candidate) => candidate.label === label);
  const which = [describeVariant(cell, variant), summary.region].filter((part) => part !== "").join(", ");
  const name = nameMetric(summary.label);
  const median = summary.mode === "distribution" && summary.low < summary.high;
  return {
    from: [say("fromCell", { label }), name, which, describeTrials(summary)].filter((part) => part !== "").join(" · "),
    subject: { cell: label, metric: median ? say("medianOf", { what: name }) : name, which },
  };
}

/**
 * Short name of a variant: `saved`, `semi 16`. Leaves out the names of text parameters, and parameters with only one
 * value.
 */
export function describeVariant(cell: Cell | undefined, variant: VariantResult): string {
  return Object.entries(variant.params)
    .filter(([name]) => (cell?.options.matrix[name]?.length ?? 2) > 1)
    .map(([name, value]) => (typeof value === "string" ? value : `${name} ${value}`))
    .join(", ");
}

/**
 * Describes the certainty of a metric: `exact: 2 of 2 trials equal`, `all 6 trials agree, confidence 96.9 %`,
 * `median of 10 trials, 97.9 % interval 0.85 to 1.02 ms`.
 */
function describeTrials(summary: MetricSummary): string {
  const trials = summary.samples.length;
  if (summary.mode === "bounds") return describeBounds(summary);
  if (trials === 1) return say("trials", { n: 1 });
  if (summary.mode === "exact") return say("exactTrials", { n: trials });
  const confidence = formatValue(summary.confidence * 100, "%");
  if (summary.low === summary.high) return say("allTrialsAgree", { n: trials, percent: confidence });
  return say("medianTrials", { n: trials, percent: confidence, interval: formatInterval(summary) });
}

/** Describes bounds: `searched for: between 38.9 and 39 MiB`; with the confidence if they are not certain. */
function describeBounds({ low, high, unit, confidence }: MetricSummary): string {
  const bounds = say("searchedFor", { interval: formatInterval({ low, high, unit }) });
  return confidence === 1
    ? bounds
    : join([bounds, say("confidence", { percent: formatValue(confidence * 100, "%") })], "comma");
}

/** Number of variants in the matrix of a cell. */
export function countVariants(cell: Cell): Quantity {
  const count = Object.values(cell.options.matrix).reduce((product, values) => product * values.length, 1);
  return {
    ...plainNumber(count, `${say("fromCell", { label: cell.label })} · ${say("variantsWord")}`),
    unit: "count",
    href: `#cell-${cell.label}`,
  };
}

/** Largest number of trials of a variant under a measuring probe; without such probes, of its output trials. */
export function countTrials(facts: Facts, label: string): Quantity {
  const href = `#cell-${label}`;
  const result = facts.results.cells.find((cell) => cell.label === label);
  const sets = result?.variants.flatMap((variant) => variant.trialSets) ?? [];
  const measuring = sets.filter((set) => set.probe !== "output");
  const counts = (measuring.length > 0 ? measuring : sets).map((set) => set.trials.length);
  if (counts.length === 0) return { kind: "absent", from: describeState(label, result), href };
  return {
    ...plainNumber(largest(counts), `${say("fromCell", { label })} · ${say("trialsOfVariant")}`),
    unit: "count",
    href,
  };
}

/** Reads an entry of the environment; all distinct values if the results come from several machines or versions. */
export function readEnvironmentEntry(facts: Facts, key: keyof Environment): Quantity {
  const from = `${say("environment")} · ${key}`;
  const environments = facts.environment === undefined ? measuredIn(facts.results) : [facts.environment];
  const values = [...new Set(environments.map((environment) => environment[key]))].filter(
    (value) => value !== null && value !== undefined,
  );
  const [first] = values;
  if (first === undefined) {
    const why = environments.length === 0 ? say("nothingMeasured") : say("unknown");
    return { kind: "absent", from: `${from} · ${why}`, href: undefined };
  }
  if (key === "measuredAt")
    return { kind: "text", text: String([...values].sort()[0]).slice(0, 10), from, href: undefined };
  if (values.length === 1 && typeof first === "number") {
    return { ...plainNumber(first, from), unit: isBytes(key) ? "B" : "count" };
  }
  const texts = values.map((value) => (isBytes(key) ? formatValue(Number(value), "B") : String(value)));
  return { kind: "text", text: texts.join(key === "python" ? "; " : ", "), from, href: undefined };
}

function isBytes(key: keyof Environment): boolean {
  return key === "memoryBytes" || key === "memoryLimitBytes";
}

function measuredIn(results: ReportResults): readonly Environment[] {
  return results.cells
    .flatMap((cell) => cell.variants.flatMap((variant) => variant.trialSets))
    .filter((set) => set.trials.length > 0)
    .map((set) => set.environment);
}
