import { largest } from "../analysis/extremes.ts";
import type { MetricSummary } from "../model/metrics.ts";
import { describeMetric } from "./metric-catalog.ts";

type Bounds = Pick<MetricSummary, "low" | "high">;

/**
 * Summarises the peak of each region: the bounds that the search found (`peakLow`, `peakHigh`). A reading of the probe
 * `peak`, in another process, can raise the bounds, because the peak is at least every reading of live bytes.
 *
 * @param summaries all summaries of a variant except the peaks
 * @param confidenceOf confidence, 0…1, that the bounds of a region contain the median peak; 1 if every process has the
 *   same peak
 */
export function summarisePeaks(
  summaries: readonly MetricSummary[],
  confidenceOf: (region: string) => number,
): MetricSummary[] {
  const metric = describeMetric("peakLive");
  if (metric === undefined) throw new Error("the metric table has no peak");
  const { id, label, unit, better, probe } = metric;
  return summaries
    .filter((summary) => summary.id === "peakLow")
    .flatMap((lower): MetricSummary[] => {
      const { region } = lower;
      // The note names memory that the readings do not include; the search does not include it either.
      const note = lower.note ?? find(summaries, "endLive", region)?.note;
      const upper = find(summaries, "peakHigh", region);
      if (upper === undefined) return [];
      const read = ["checkpointLive", "endLive"].map((each) => find(summaries, each, region)?.value ?? 0);
      const { low, high } = joinBounds({ low: lower.value, high: upper.value }, largest(read));
      const noted = note === undefined ? {} : { note };
      const confidence = confidenceOf(region);
      const mode = low === high && confidence === 1 ? "exact" : "bounds";
      return [
        { id, region, label, unit, better, probe, mode, value: low, low, high, confidence, samples: [low], ...noted },
      ];
    });
}

function find(summaries: readonly MetricSummary[], id: string, region: string): MetricSummary | undefined {
  return summaries.find((summary) => summary.id === id && summary.region === region);
}

/** Widens bounds so that they contain a reading, in bytes. */
function joinBounds(bounds: Bounds, reading: number): Bounds {
  return { low: Math.max(bounds.low, Math.min(reading, bounds.high)), high: Math.max(bounds.high, reading) };
}
