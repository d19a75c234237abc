import { medianOperand, ratioOfMedians } from "../analysis/combined-medians.ts";
import { largest, smallest } from "../analysis/extremes.ts";
import { formatDuration, formatInterval, formatNumber, formatValue } from "../analysis/format.ts";
import { mannWhitney } from "../analysis/rank-test.ts";
import { median, modifiedScore, OUTLIER_SCORE } from "../analysis/statistics.ts";
import { countsAsFailure } from "../model/failures.ts";
import type { MetricSummary } from "../model/metrics.ts";
import type { ProbeName } from "../model/probes.ts";
import type {
  CellResult,
  Conclusion,
  ConclusionId,
  Failure,
  TrialSet,
  UnseenMemory,
  VariantResult,
} from "../model/report-results.ts";
import { nameMetric as nameLabel } from "../words/metric-names.ts";
import { join, withAside } from "../words/punctuation.ts";
import { say } from "../words/say.ts";
import { conclusionText } from "./conclusion-texts.ts";
import { flagNotes } from "./flag-notes.ts";
import { describeMetric } from "./metric-catalog.ts";
import { describeOutside } from "./not-instrumented-text.ts";
import { lineProfilesOf } from "./result-module.ts";
import { EXACT_PROBES, samplesAllocations } from "./summarise-trials.ts";

/** Relative spread, 0…1, of readings that should be equal. From this spread on it is a warning; below, a note. */
const DISAGREEMENT_SHARE = 0.001;
/**
 * Smallest relative distance, 0…1, of an outlier from the median. Without it, any distance would be an outlier where
 * samples agree to the microsecond.
 */
const OUTLIER_SHARE = 0.1;
const FEWEST_FOR_OUTLIERS = 5;
const FEWEST_COLLECTIONS = 5;
/** Smallest number of samples for which the order-statistic interval of the median reaches 95 %. */
const FEWEST_FOR_INTERVAL = 6;
const NEAR_LIMIT_SHARE = 0.9;

/** Relative cost of recording collections, 0…1: above `OBSERVER_SHARE` a note, above `DISTURBING_SHARE` a warning. */
const OBSERVER_SHARE = 0.01;
const DISTURBING_SHARE = 0.05;
/**
 * Built-in metrics in which an outlier shows that something disturbed the trial. Other metrics vary without any
 * disturbance: maxima, percentiles, and counts and bytes of few collections, which one more collection changes by a
 * large step.
 */
const STEADY = new Set(["wallTime", "firstWallTime", "pauseTotal"]);
/** Metrics that are larger in the first trial if the system's caches are cold. */
const ELAPSED = new Set(["wallTime", "firstWallTime"]);

/** One fact found in one variant. `subject`: the metric or position that it is about, with its numbers. */
interface Finding {
  readonly subject: string;
  readonly severity: Conclusion["severity"];
  /** What to do about this cause, as a sentence; undefined where the text of the conclusion says it. */
  readonly remedy?: string | undefined;
}

type Rule = (variant: VariantResult) => readonly Finding[];

/** The rules, in the order in which the page shows conclusions. */
const RULES: Readonly<Record<Exclude<ConclusionId, "flag">, Rule>> = {
  "work-after-region": findUnfinishedWork,
  "unseen-memory": findUnseenMemory,
  "samples-differ": (variant) =>
    variant.metrics.filter((metric) => shouldAgree(metric, variant)).flatMap((metric) => findDisagreement(metric)),
  "peak-uncertain": findUncertainPeaks,
  "heap-limit-near": findLimit,
  "observer-cost": findObserverCost,
  "first-trial-slow": (variant) => variant.metrics.filter(isFirstSlow).map((metric) => describeFirst(metric)),
  outliers: (variant) =>
    variant.metrics
      .filter((metric) => varies(metric) && !isFirstSlow(metric))
      .flatMap((metric) => findOutliers(metric)),
  "few-collections": findFewCollections,
  "few-trials": findFewTrials,
  "lines-outside": findOutside,
};

/**
 * Checks how far the results of a cell can be trusted, and says what to do where they cannot. Returns at most one conclusion
 * of each kind for all variants together, and one `flag` conclusion for each note about a flag; warnings come first. Pure:
 * the same results give the same conclusions.
 */
export function drawConclusions(cell: Pick<CellResult, "label" | "variants">): Conclusion[] {
  const ruled = Object.entries(RULES).flatMap(([id, rule]): Conclusion[] => {
    const findings = cell.variants.flatMap((variant) =>
      variant.failure === null
        ? rule(variant).map((finding) => ({ ...finding, subject: withVariant(finding.subject, variant) }))
        : [],
    );
    if (findings.length === 0) return [];
    const severity = findings.some((finding) => finding.severity === "warning") ? "warning" : "note";
    const message = conclusionText(
      id as keyof typeof RULES,
      findings.map(({ subject }) => subject),
      findings.flatMap(({ remedy }) => remedy ?? []),
    );
    return [{ id: id as ConclusionId, severity, label: cell.label, message }];
  });
  const messages = new Set(cell.variants.flatMap(findFlagNotes));
  const flags = [...messages].map(
    (message): Conclusion => ({ id: "flag", severity: "warning", label: cell.label, message }),
  );
  const all = [...flags, ...ruled];
  return [
    ...all.filter(({ severity }) => severity === "warning"),
    ...all.filter(({ severity }) => severity !== "warning"),
  ];
}

/** The conclusions that a cell does not silence. `silenced`: ids, or `all`. */
export function withoutSilenced(
  conclusions: readonly Conclusion[],
  silenced: "all" | readonly ConclusionId[],
): readonly Conclusion[] {
  return silenced === "all" ? [] : conclusions.filter(({ id }) => !silenced.includes(id));
}

function withVariant(subject: string, variant: VariantResult): string {
  const name = Object.entries(variant.params).map(([parameter, value]) => `${parameter} = ${value}`);
  return name.length === 0 ? subject : withAside(subject, join(name, "list"));
}

/** Notes about the cell's own flags: those of the `output` trial, to which no probe adds flags. */
function findFlagNotes({ trialSets }: VariantResult): readonly string[] {
  const shown = trialSets.find((set) => set.probe === "output");
  return shown === undefined ? [] : flagNotes(shown.flags, shown.environment.node).map(({ message }) => message);
}

/**
 * Whether all trials must give the same value: bytes and counts under deterministic probes, which V8 repeats exactly.
 */
function shouldAgree({ id, probe }: MetricSummary, variant: VariantResult): boolean {
  return EXACT_PROBES.has(probe) && describeMetric(id) !== undefined && !isSampled(probe, variant);
}

/** Whether the trials of a probe sampled allocations (engine `sampler`). Every trial then takes different samples. */
function isSampled(probe: MetricSummary["probe"], { trialSets }: VariantResult): boolean {
  return trialSets.some((set) => set.probe === probe && set.trials.some(samplesAllocations));
}

function findDisagreement({ mode, samples, value, unit, ...metric }: MetricSummary): Finding[] {
  if (mode !== "distribution" || samples.length < 2) return [];
  const spread = largest(samples) - smallest(samples);
  const share = value === 0 ? Number.POSITIVE_INFINITY : spread / Math.abs(value);
  const values = { what: nameMetric(metric), spread: formatValue(spread, unit) };
  return [
    {
      subject: Number.isFinite(share)
        ? say("orShare", { ...values, percent: formatValue(share * 100, "%", { digits: 2 }) })
        : say("bySpread", values),
      severity: share >= DISAGREEMENT_SHARE ? "warning" : "note",
    },
  ];
}

/** Regions of a measured cell that ended before the work that they began. */
function findUnfinishedWork({ trialSets }: VariantResult): Finding[] {
  if (trialSets.every(({ probe }) => probe === "output")) return [];
  const trials = trialSets.flatMap((set) => (set.probe === "output" ? set.trials : []));
  const found = trials.flatMap(({ unfinishedWork }) => unfinishedWork);
  const subjects = new Set(
    found.map(({ region, kinds }) =>
      withAside(region === "" ? say("theRegion") : say("region", { name: `\`${region}\`` }), join(kinds, "list")),
    ),
  );
  return [...subjects].map((subject) => ({ subject, severity: "warning" }));
}

/** Probes whose metrics are live or allocated bytes. */
const HEAP_PROBES: ReadonlySet<ProbeName> = new Set(["peak", "allocated", "lines"]);
const UNSEEN_TEXTS = {
  "worker-threads": "unseenWorkers",
  webassembly: "unseenWebAssembly",
  "resizable-buffers": "unseenResizable",
  "shared-buffers": "unseenShared",
} as const satisfies Readonly<Record<UnseenMemory, string>>;

/** Finds memory of the program that none of its metrics includes. */
function findUnseenMemory({ trialSets }: VariantResult): Finding[] {
  if (!trialSets.some(({ probe }) => HEAP_PROBES.has(probe))) return [];
  const kinds = new Set(trialSets.flatMap(({ trials }) => trials.flatMap(({ unseenMemory = [] }) => unseenMemory)));
  return [...kinds].map((kind) => ({ subject: say(UNSEEN_TEXTS[kind]), severity: "warning" }));
}

/** Peaks that differ between processes, and searches for a peak that ended without one. */
function findUncertainPeaks({ metrics, trialSets }: VariantResult): Finding[] {
  const varying = metrics
    .filter(({ id, confidence }) => id === "peakLive" && confidence < 1)
    .map((peak): Finding => {
      const bounds = formatInterval(peak);
      const subject = say("peakDiffers", { peak: nameMetric(peak), bounds });
      return { subject, severity: "note", remedy: say("peakMayVary") };
    });
  const [failed] = failuresOf(trialSets, "bracket").filter((failure) => !countsAsFailure("bracket", failure));
  const ended = failed === undefined ? [] : [{ ...endedBy(say("searchEnded"), failed), severity: "warning" as const }];
  return [...varying, ...ended, ...findUnseenPeaks(trialSets)];
}

function failuresOf(trialSets: readonly TrialSet[], probe: ProbeName): readonly Failure[] {
  return trialSets.flatMap((set) => (set.probe === probe ? set.trials.flatMap(({ failure }) => failure ?? []) : []));
}

/** A subject with the failure that was seen, and the remedy if the cell's limits were the cause. */
function endedBy(subject: string, failure: Failure): Pick<Finding, "subject" | "remedy"> {
  switch (failure.kind) {
    case "timeout":
      return {
        subject: withAside(subject, say("stoppedAfter", { duration: formatDuration(failure.timeoutMs) })),
        remedy: say("searchNeeds"),
      };
    case "heap-limit":
      return { subject: withAside(subject, say("heapReached")), remedy: say("searchNeeds") };
    case "exception":
      return { subject: withAside(subject, `${failure.name}: ${failure.message.split("\n")[0]}`) };
    case "signal":
      return { subject: withAside(subject, say("endedBySignal", { signal: failure.signal })) };
    case "exit-code":
      return { subject: withAside(subject, say("exitedWith", { code: failure.exitCode })) };
    default:
      return { subject };
  }
}

/** Finds a cell that asks for lines at the peak although no process reached the peak. */
function findUnseenPeaks(trialSets: readonly TrialSet[]): Finding[] {
  const trials = trialSets.flatMap(({ probe, trials: all }) => (probe === "at-peak" ? all : []));
  if (trials.length === 0 || trials.some(({ lineProfiles }) => lineProfiles.length > 0)) return [];
  const [failure] = failuresOf(trialSets, "at-peak");
  const why =
    failure === undefined
      ? { subject: say("peakNotMet"), remedy: say("peakMayVary") }
      : endedBy(say("peakNotMet"), failure);
  return [{ ...why, severity: "warning" }];
}

/**
 * Finds a slowdown by the recording of collections: compares time under the probe `gc` with time under `time`. Only
 * where both are times of one call of the region.
 */
function findObserverCost({ metrics }: VariantResult): Finding[] {
  return metrics
    .filter(({ id }) => id === "observedTime")
    .flatMap((observed): Finding[] => {
      const inRegion = metrics.filter(({ region }) => region === observed.region);
      const alone = inRegion.find(({ id }) => id === "wallTime");
      const iterated = inRegion.some(({ id }) => id === "firstWallTime");
      if (alone === undefined || iterated) return [];
      if (!(observed.value > (1 + OBSERVER_SHARE) * alone.value)) return [];
      if (mannWhitney(observed.samples, alone.samples).p >= 0.05) return [];
      const ratio = ratioOfMedians(medianOperand(observed), medianOperand(alone));
      if (ratio === undefined || ratio.confidence === 0 || ratio.low <= 1 + OBSERVER_SHARE) return [];
      const interval = formatInterval({ low: ratio.low, high: ratio.high, unit: "ratio" });
      return [
        {
          subject: say("slowedBy", { what: nameMetric(observed), factor: formatNumber(ratio.value), interval }),
          severity: ratio.low > 1 + DISTURBING_SHARE ? "warning" : "note",
        },
      ];
    });
}

/**
 * Finds a heap that came near its limit: compares the largest used heap before any collection with the limit that V8
 * reported.
 */
function findLimit(variant: VariantResult): Finding[] {
  const trials = variant.trialSets.flatMap((set) => set.trials);
  const near = trials.flatMap(({ limits, collections }) => {
    const usedBytes = collections.reduce((most, each) => Math.max(most, each.usedBeforeBytes), 0);
    const limitBytes = limits?.heapSizeLimitBytes ?? Number.POSITIVE_INFINITY;
    return usedBytes >= NEAR_LIMIT_SHARE * limitBytes ? [{ usedBytes, limitBytes }] : [];
  });
  const [worst] = near.sort((a, b) => b.usedBytes / b.limitBytes - a.usedBytes / a.limitBytes);
  if (worst === undefined) return [];
  const { usedBytes, limitBytes } = worst;
  return [
    {
      subject: say("bytesOf", { used: formatValue(usedBytes, "B"), limit: formatValue(limitBytes, "B") }),
      severity: "warning",
    },
  ];
}

/** Whether outliers of a metric are looked for: it has enough samples, from trials without determinism flags. */
function varies(metric: MetricSummary): boolean {
  const { mode, probe, samples, id } = metric;
  const natural = probe === "time" || probe === "gc" || probe === "output";
  return mode === "distribution" && natural && samples.length >= FEWEST_FOR_OUTLIERS && (isOwn(id) || STEADY.has(id));
}

/** Whether the first trial is slower than every other trial and an outlier relative to them, as with cold caches. */
function isFirstSlow(metric: MetricSummary): boolean {
  const [first, ...others] = metric.samples;
  const elapsed = ELAPSED.has(metric.id) || (isOwn(metric.id) && metric.unit === "ms");
  if (first === undefined || !elapsed || !varies(metric)) return false;
  return others.every((other) => other < first) && isOutlier(first, others);
}

function isOwn(id: string): boolean {
  return describeMetric(id) === undefined;
}

function describeFirst(metric: MetricSummary): Finding {
  const [first = 0, ...others] = metric.samples;
  const rest = formatInterval({ low: smallest(others), high: largest(others), unit: metric.unit });
  const subject = say("othersTook", {
    what: nameMetric(metric),
    first: formatValue(first, metric.unit),
    others: rest,
  });
  return { subject, severity: "warning" };
}

function findOutliers(metric: MetricSummary): Finding[] {
  const { samples } = metric;
  const outliers = samples.filter((sample) => isOutlier(sample, samples));
  if (outliers.length === 0) return [];
  const subject = say("inTrialsOf", { what: nameMetric(metric), outliers: outliers.length, all: samples.length });
  return [{ subject, severity: "note" }];
}

function isOutlier(sample: number, samples: readonly number[]): boolean {
  const middle = median(samples);
  const isFar = Math.abs(sample - middle) > OUTLIER_SHARE * Math.abs(middle);
  return isFar && Math.abs(modifiedScore(sample, samples)) > OUTLIER_SCORE;
}

function findFewCollections(variant: VariantResult): Finding[] {
  return variant.metrics
    .filter(({ id, value }) => id === "collections" && value < FEWEST_COLLECTIONS)
    .map(({ value, region }) => ({
      subject: region === "" ? formatNumber(value) : say("inRegion", { what: formatNumber(value), region }),
      severity: "note",
    }));
}

/**
 * Finds metrics with too few trials for a 95 % interval. At most one finding for each variant, with its smallest number
 * of trials.
 */
function findFewTrials(variant: VariantResult): Finding[] {
  const few = variant.metrics
    .filter((metric) => metric.mode === "distribution" && !isRepeatable(metric, variant) && !isGlimpse(metric))
    .filter(({ samples, low, high }) => samples.length === 1 || low < high)
    .map(({ samples }) => samples.length)
    .filter((count) => count < FEWEST_FOR_INTERVAL);
  if (few.length === 0) return [];
  const least = smallest(few);
  return [{ subject: say("trials", { n: least }), severity: "note" }];
}

/**
 * Whether a metric does not need six trials. The search for the smallest heap confirms its own result; deterministic
 * probes repeat exactly. Trials of `lines` may differ in V8's own bytes; for other probes a difference is a finding of
 * its own.
 */
function isRepeatable(metric: MetricSummary, variant: VariantResult): boolean {
  const { probe, samples } = metric;
  if (probe === "min-heap") return true;
  if (probe === "lines") return !isSampled(probe, variant);
  return samples.length === 1 && shouldAgree(metric, variant);
}

/** Whether the metric comes from the single `output` trial of a cell that asked for no measurement. */
function isGlimpse({ probe, samples }: MetricSummary): boolean {
  return probe === "output" && samples.length === 1;
}

/**
 * Finds code of a traced cell that is not instrumented. Every region lists the same positions, so each is reported
 * once.
 */
function findOutside(variant: VariantResult): Finding[] {
  const subjects = new Set(lineProfilesOf(variant).flatMap(({ outside }) => outside.map(describeOutside)));
  return [...subjects].map((subject) => ({ subject, severity: "note" }));
}

function nameMetric({ label, region }: Pick<MetricSummary, "label" | "region">): string {
  return region === "" ? nameLabel(label) : say("inRegion", { what: nameLabel(label), region });
}
