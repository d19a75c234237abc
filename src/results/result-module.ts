import { isRecord } from "../analysis/own-value.ts";
import type { LineProfile, RegionProfile } from "../model/line-profile.ts";
import type { MetricSummary } from "../model/metrics.ts";
import type { CellResult, Output, TrialSet, VariantResult } from "../model/report-results.ts";
import type { ResultModule, ResultVariant } from "../model/result-module.ts";

/** MIME type of the tables that `table(rows)` displays, as `{ name?, columns?, rows }`. */
const TABLE_MIME_TYPE = "application/vnd.heapbook.table+json";

type Row = Readonly<Record<string, unknown>>;

/**
 * Converts a cell's result to the module that `import walks from "result:walks"` imports: numbers and rows. Time and
 * machine of the measurement are left out, so that an importing cell re-runs only if a number has changed.
 */
export function toResultModule(cell: CellResult): ResultModule {
  return { label: cell.label, variants: cell.variants.map(toResultVariant) };
}

function toResultVariant(variant: VariantResult): ResultVariant {
  const regions = groupByRegion(variant.metrics);
  const names = Object.keys(regions);
  const collected = firstFinished(variant.trialSets, "gc");
  // `metrics` holds the metrics of the only region, or of the unnamed one if there are several.
  const plain = names.length === 1 ? names[0] : "";
  return {
    params: variant.params,
    metrics: (plain !== undefined && regions[plain]) || {},
    regions,
    collections: collected?.collections ?? [],
    markingSteps: collected?.markingSteps ?? [],
    regionHeaps: collected?.regionHeaps ?? [],
    checkpoints: firstFinished(variant.trialSets, "peak")?.checkpoints ?? [],
    lineProfiles: lineProfilesOf(variant),
    tables: collectTables(variant.outputs),
    stdout: variant.outputs.map((output) => (isStdout(output) ? output.text : "")).join(""),
  };
}

function groupByRegion(metrics: readonly MetricSummary[]): Record<string, Record<string, MetricSummary>> {
  const names = [...new Set(metrics.map(({ region }) => region))];
  // `fromEntries` defines properties: a region named `__proto__` is safe.
  return Object.fromEntries(
    names.map((name) => {
      const own = metrics.filter(({ region }) => region === name);
      return [name, Object.fromEntries(own.map((metric) => [metric.id, metric]))];
    }),
  );
}

function firstFinished(sets: readonly TrialSet[], probe: TrialSet["probe"]): TrialSet["trials"][number] | undefined {
  return sets
    .filter((set) => set.probe === probe)
    .flatMap((set) => set.trials.filter(({ failure }) => failure === null))[0];
}

/**
 * The line profiles of the first completed trial that has any; each with the profile at the region's peak, if there is
 * one.
 */
export function lineProfilesOf({ trialSets }: Pick<VariantResult, "trialSets">): readonly RegionProfile[] {
  const profiles = firstProfiles(trialSets.filter(({ probe }) => probe !== "at-peak"));
  const peaks = firstProfiles(trialSets.filter(({ probe }) => probe === "at-peak"));
  return profiles.map((profile) => {
    const atPeak = peaks.find(({ region }) => region === profile.region);
    return atPeak === undefined ? profile : { ...profile, atPeak };
  });
}

function firstProfiles(trialSets: readonly TrialSet[]): readonly LineProfile[] {
  const trials = trialSets.flatMap((set) => set.trials);
  const traced = trials.find(({ failure, lineProfiles }) => failure === null && lineProfiles.length > 0);
  return traced?.lineProfiles ?? [];
}

/**
 * Rows of displayed tables by name. If two tables have one name, the last one counts, as the last value of a metric
 * does.
 */
function collectTables(outputs: readonly Output[]): Record<string, readonly Row[]> {
  const tables = outputs.flatMap((output) => {
    if (output.type !== "display") return [];
    const table = output.data[TABLE_MIME_TYPE];
    if (!isRecord(table) || !Array.isArray(table["rows"])) return [];
    const name = typeof table["name"] === "string" ? table["name"] : (output.name ?? "table");
    return [[name, table["rows"].filter(isRecord)] as const];
  });
  return Object.fromEntries(tables);
}

function isStdout(output: Output): output is Extract<Output, { type: "stream" }> {
  return output.type === "stream" && output.name === "stdout";
}
