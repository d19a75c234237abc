import { countsAsFailure, endsCell } from "../model/failures.ts";
import type { ProbeName } from "../model/probes.ts";
import type { Output, Trial, TrialSet, VariantResult } from "../model/report-results.ts";
import type { Scalar } from "../model/values.ts";
import { summariseTrials } from "./summarise-trials.ts";

type Params = Readonly<Record<string, Scalar>>;

/** The trials of one variant under one probe that have run so far. */
export interface SetInProgress {
  readonly variant: Params;
  readonly probe: ProbeName;
  readonly trialSet: TrialSet | undefined;
}

/** The sets of one variant. */
export function variantSets<Set extends SetInProgress>(sets: readonly Set[], variant: Params): Set[] {
  const key = JSON.stringify(variant);
  return sets.filter((set) => JSON.stringify(set.variant) === key);
}

function failureOf(trials: readonly Trial[]): Trial["failure"] {
  return trials.find((trial) => trial.failure !== null)?.failure ?? null;
}

/** Whether a trial of the sets has failed so that the cell's other trials are not run. */
export function hasFailed(sets: readonly SetInProgress[]): boolean {
  return sets.some((set) => endsCell(set.probe) && failureOf(set.trialSet?.trials ?? []) !== null);
}

/** Converts finished trial sets to the results of their variants, in the order of the sets. */
export function toVariantResults(sets: readonly SetInProgress[]): VariantResult[] {
  const variants = new Map(sets.map(({ variant }) => [JSON.stringify(variant), variant]));
  return [...variants.values()].map((variant) => toVariantResult(variantSets(sets, variant)));
}

function toVariantResult(sets: readonly SetInProgress[]): VariantResult {
  const trialSets = sets.flatMap((set) => (set.trialSet === undefined ? [] : [set.trialSet]));
  const trials = trialSets.flatMap(({ probe, trials: all }) =>
    all.filter(({ failure }) => failure === null || countsAsFailure(probe, failure)),
  );
  const shown = trialSets.find((set) => set.probe === "output")?.trials[0];
  const failed = trials.find((trial) => trial.failure !== null);
  return {
    params: sets[0]?.variant ?? {},
    trialSets,
    metrics: summariseTrials(trialSets),
    failure: failureOf(trials),
    // If a later probe failed, the output of its process explains the failure.
    outputs: (failed?.failure?.kind === "no-interpreter" ? (shown ?? failed) : (failed ?? shown))?.outputs ?? [],
  };
}

/**
 * The outputs that the page shows for a variant: its own; if it failed without any, those of the first failed trial.
 */
export function shownOutputs(variant: VariantResult): readonly Output[] {
  if (variant.outputs.length > 0 || variant.failure === null) return variant.outputs;
  const failed = variant.trialSets.flatMap(({ trials }) => trials).find(({ failure }) => failure !== null);
  return failed?.outputs ?? [];
}

/** Groups variants with equal outputs and equal failures, in the order of their first members. */
export function alikeVariants(variants: readonly VariantResult[]): readonly (readonly VariantResult[])[] {
  const groups = new Map<string, VariantResult[]>();
  for (const variant of variants) {
    const key = JSON.stringify([shownOutputs(variant), variant.failure]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [variant]);
    else group.push(variant);
  }
  return [...groups.values()];
}
