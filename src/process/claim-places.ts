import type { TrialMessage } from "../model/records.ts";
import type { Trial } from "../model/report-results.ts";
import type { PlacedClaim } from "./output-order.ts";
import { createFrameMapper, type Origin } from "./stack-frames.ts";

/** A claim as its process reports it in two parts: sentence and estimate (`made`), then test and verdict (`tested`). */
export interface OpenClaim {
  readonly made: Extract<TrialMessage, { type: "claim" }>;
  tested: Extract<TrialMessage, { type: "claim-test" }> | undefined;
}

/**
 * Joins the two parts of a claim, with its position in report.md. Empty for a claim without a test, which fails the
 * trial.
 */
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
 * Updates the positions of claims in stored trials. Prose added above a cell moves its lines but does not change its
 * bundle, so stored trials are still used.
 *
 * @param bundleMap source map of the present bundle
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
