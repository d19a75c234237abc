import { SCOUT_PEAK } from "../model/peak-pass.ts";
import type { Trial } from "../model/report-results.ts";
import type { TrialExecutor, TrialSpec } from "../process/trial-executor.ts";
import { joinPasses } from "./peak-interval.ts";
import { locatePeaks, PeakPasses } from "./peak-search.ts";

/**
 * Finds what was alive at the peak of every region, by line, type and call path, as one trial of several processes: those of a search
 * for the peak of the instrumented code, and a last one with V8's allocation tracker on, which takes a heap snapshot there.
 *
 * @param spec of the probe `at-peak`, whose bundle has markers and ticks
 * @throws the signal's reason, if it was aborted
 */
export async function tracePeak(executor: TrialExecutor, spec: TrialSpec, signal: AbortSignal): Promise<Trial> {
  const passes = new PeakPasses(executor, { ...spec, probe: "bracket" }, signal);
  const { peakPasses: first = [], ...scout } = await passes.scout(SCOUT_PEAK);
  if (scout.failure !== null || first.length === 0) return scout;
  const peakPass = await locatePeaks(passes, joinPasses([], first));
  const trial = await executor.run({ ...spec, peakPass }, signal);
  return { ...trial, durationMs: passes.durationMs + trial.durationMs };
}
