import { type PeakPassInstructions, SCOUT_PEAK, VARYING_PEAK } from "../model/peak-pass.ts";
import type { Trial } from "../model/report-results.ts";
import type { TrialExecutor, TrialSpec } from "../process/trial-executor.ts";
import { joinPasses } from "./peak-interval.ts";
import { locatePeaks, PeakPasses } from "./peak-search.ts";

/** Share of the live bytes from which a second process starts, where the first met no peak. */
const LOWER_START = 0.1;
/**
 * All ticks, each of which that process reads. At the strides of a pass that starts so low, a statement that allocates most of the peak can be
 * followed by too few ticks to be met: one of fifteen processes took its snapshot before it.
 */
const EVERYWHERE = [[0, 2 ** 30]] as const;

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
  let { durationMs } = passes;
  const look = async (pass: PeakPassInstructions): Promise<Trial> => {
    const trial = await executor.run({ ...spec, peakPass: pass }, signal);
    durationMs += trial.durationMs;
    return trial;
  };
  let trial = await look(peakPass);
  const regions = new Set(first.map(({ region }) => region));
  // With the tracker on, less may be alive: what Node loads at its first use, such as for printing, is in the base already.
  if (trial.failure === null && trial.lineProfiles.length < regions.size) {
    const startBytes = peakPass.startBytes.map((bytes) =>
      bytes === Number.MAX_SAFE_INTEGER ? bytes : Math.floor(bytes * LOWER_START),
    );
    trial = await look({ ...peakPass, ...VARYING_PEAK, startBytes, closely: EVERYWHERE });
  }
  return { ...trial, durationMs };
}
