import type { TrialMessage } from "../model/records.ts";
import type { Trial } from "../model/report-results.ts";
import type { PlacedClaim } from "./outputs.ts";
import { createFrameMapper, type Origin } from "./stack.ts";

/** A claim as its process told it: first what it is about, then what it says. */
export interface OpenClaim {
  readonly made: Extract<TrialMessage, { type: "claim" }>;
  tested: Extract<TrialMessage, { type: "claim-test" }> | undefined;
}

/** The claim with its verdict; none where it was not tested, which fails the trial. */
export function closeClaim(
  { made, tested }: OpenClaim,
  originOf: (stack: string) => Origin | undefined,
): readonly PlacedClaim[] {
  if (tested === undefined) return [];
  const { sentence, estimate, stack, stdoutBytes, stderrBytes } = made;
  const { test, recorded, verdict, pValue } = tested;
  const origin = originOf(stack);
  const claim = {
    sentence,
    estimate,
    test,
    recorded,
    verdict,
    pValue,
    bundlePlace: origin?.bundle ?? null,
    place: origin?.author ?? null,
  };
  return [{ claim, stdoutBytes, stderrBytes }];
}

/**
 * Claims of stored trials at the lines where they stand now: prose written above a cell moves it, and changes nothing of its
 * bundle, by which the trials were found.
 *
 * @param bundleMap source map of the bundle as it is now
 */
export function placeClaims(trials: readonly Trial[], bundleMap: string): readonly Trial[] {
  if (!trials.some(({ outputs }) => outputs.some(({ type }) => type === "claim"))) return trials;
  const mapper = createFrameMapper(bundleMap);
  return trials.map((trial) => ({
    ...trial,
    outputs: trial.outputs.map((output) => {
      if (output.type !== "claim" || output.claim.bundlePlace === null) return output;
      const mapped = mapper.map(output.claim.bundlePlace.line, output.claim.bundlePlace.column);
      const place = mapped === undefined ? null : { file: mapped.file, line: mapped.line };
      return { ...output, claim: { ...output.claim, place } };
    }),
  }));
}
