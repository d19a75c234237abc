import { type PeakPassInstructions, SCOUT_PEAK, VARYING_PEAK } from "../model/peak-pass.ts";
import type { Trial } from "../model/report-results.ts";
import type { TrialExecutor, TrialSpec } from "../process/trial-executor.ts";
import { joinPasses } from "./peak-interval.ts";
import { locatePeaks, PeakPasses } from "./peak-search.ts";

/** Share of the live bytes from which a second process collects, if the first missed the peak. */
const LOWER_START = 0.1;
/**
 * The range of all ticks: the second process reads every tick. Starting so low, a pass would otherwise read too few
 * ticks: if one statement allocates most of the peak, it can be missed (one of fifteen processes took its snapshot too
 * early).
 */
const EVERYWHERE = [[0, 2 ** 30]] as const;

/**
 * Finds the live objects at the peak of every region, by line, type and call path. One trial runs several processes: a
 * search for the peak of the instrumented code, then a process with V8's allocation tracker that takes a heap snapshot
 * at the peak.
 *
 * @param spec trial of the probe `at-peak`, whose bundle has markers and ticks
 * @throws the signal's reason, if it was aborted
 */
export async function tracePeak(executor: TrialExecutor, spec: TrialSpec, signal: AbortSignal): Promise<Trial> {
  const passes = new PeakPasses(executor, { ...spec, probe: "bracket" }, signal);
  const { peakPasses: first = [], ...scout } = await passes.scout(SCOUT_PEAK);
  if (scout.failure !== null || first.length === 0) return scout;
  const peakPass = await locatePeaks(passes, joinPasses([], first));
  let { durationMs } = passes;
  const look = async (pass: PeakPassInstructions): Promise<Trial> => {
    const trial = await executor.run({ ...spec, peakPass: pass }, signal);
    durationMs += trial.durationMs;
    return trial;
  };
  let trial = await look(peakPass);
  const regions = new Set(first.map(({ region }) => region));
  // Fewer bytes may be alive with the tracker on, so that this process misses the peak: modules that Node loads at
  // first use, such as for printing, are already in the base.
  if (trial.failure === null && trial.lineProfiles.length < regions.size) {
    const startBytes = peakPass.startBytes.map((bytes) =>
      bytes === Number.MAX_SAFE_INTEGER ? bytes : Math.floor(bytes * LOWER_START),
    );
    trial = await look({ ...peakPass, ...VARYING_PEAK, startBytes, closely: EVERYWHERE });
  }
  return { ...trial, durationMs };
}
