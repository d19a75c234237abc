import { isAbsolute, resolve } from "node:path";
import { placeProfile } from "../allocation/placed-profile.ts";
import type { Cell, Report } from "../document/types.ts";
import { countsAsFailure } from "../model/failures.ts";
import { FROZEN_VERSION, type FrozenResults, type FrozenSet } from "../model/frozen-results.ts";
import type { Observation } from "../model/observations.ts";
import { type CellResult, type ReportResults, SCHEMA_VERSION, type TrialSet } from "../model/report-results.ts";
import { readsOf, toVariantResults, variantSets } from "../results/variant-result.ts";
import { hashFile } from "../store/hash.ts";
import { sortObserved } from "../store/observations.ts";
import { isOfParameters, observeParameter, type Parameters } from "../store/used-parameters.ts";
import type { PartialSet } from "./partial-sets.ts";
import { isSearchOf } from "./trial-plan.ts";

/**
 * How frozen results are used. `first`: before the store, as with `execute: { freeze: true }`. `last`: where the store has nothing and
 * nothing may run.
 */
export type FrozenUse = "first" | "last";

/** What a frozen trial set must have to be used. */
interface WantedSet {
  readonly key: string;
  /** Least number of trials. */
  readonly trials: number;
  /** The report's parameters as they are now. */
  readonly params: Parameters;
}

/** The frozen trial set with a key, if the parameters and the files that its cell read are the same; undefined otherwise. */
export function findFrozen(
  frozen: FrozenResults,
  { folder }: Report,
  { label }: Cell,
  { key, trials, params }: WantedSet,
): TrialSet | undefined {
  const isSame = (one: Observation): boolean => observeParameter(one, params).value === one.value;
  const sets = frozen.sets.filter((set) => set.key === key && (set.parameters ?? []).every(isSame));
  const found = sets.find(({ cell }) => cell === label) ?? sets[0];
  if (found === undefined || found.trialSet.trials.length < trials) return undefined;
  return found.reads.every((read) => isUnchanged(folder, read)) ? found.trialSet : undefined;
}

/** A file outside of the report's folder may be missing elsewhere: then nothing says that it changed. */
function isUnchanged(folder: string, { path, sha256 }: FrozenSet["reads"][number]): boolean {
  const hash = hashFile(resolve(folder, path));
  return hash === sha256 || (hash === null && isAbsolute(path));
}

/** Frozen results of the sets of a report. @param sets by label of the cell, complete */
export function freezeSets(
  report: Report,
  params: FrozenResults["params"],
  sets: ReadonlyMap<string, readonly PartialSet[]>,
): FrozenResults {
  const cells = report.cells.filter(({ label }) => (sets.get(label)?.length ?? 0) > 0);
  return {
    schemaVersion: SCHEMA_VERSION,
    frozen: FROZEN_VERSION,
    report: { slug: report.slug, title: report.frontMatter.title },
    params,
    cells: cells.map(({ label, language, sourceLine }) => ({ label, language, sourceLine })),
    sets: cells.flatMap(({ label }) => freezeCell(report, label, sets.get(label) ?? [])),
  };
}

function freezeCell({ folder }: Report, cell: string, sets: readonly PartialSet[]): FrozenSet[] {
  return sets.flatMap((set): FrozenSet[] => {
    const { variant, probe, key, trialSet } = set;
    if (trialSet === undefined) return [];
    const reads = [...new Set(readsOf(variantSets(sets, variant)))].sort();
    const parameters = sortObserved(variantSets(sets, variant).flatMap(({ observed }) => observed)).filter(
      isOfParameters,
    );
    return [
      {
        cell,
        variant,
        probe,
        key,
        reads: reads.map((path) => ({ path, sha256: hashFile(resolve(folder, path)) })),
        ...(parameters.length === 0 ? {} : { parameters }),
        trialSet,
      },
    ];
  });
}

/** Frozen results as those of a report, for comparisons: without conclusions, which only a page needs. */
export function frozenToResults({ report, params, cells, sets }: FrozenResults): ReportResults {
  const results = cells.map(({ label, language }): CellResult => {
    const own = spreadSearches(sets.filter((set) => set.cell === label));
    const variants = toVariantResults(
      own.map(({ variant, probe, trialSet }) => ({ variant, probe, trialSet: placeSet(trialSet, cells) })),
    );
    const failed = own.some(
      ({ probe, trialSet }) => countsAsFailure(probe) && trialSet.trials.some(({ failure }) => failure !== null),
    );
    return { label, language, state: failed ? "failed" : "completed", blockedBy: [], variants, conclusions: [] };
  });
  return { schemaVersion: SCHEMA_VERSION, report, params, cells: results };
}

/** A search for the smallest heap that several variants refer to belongs to each of them. */
function spreadSearches(sets: readonly FrozenSet[]): FrozenSet[] {
  const variants = [...new Map(sets.map(({ variant }) => [JSON.stringify(variant), variant])).values()];
  return sets.flatMap((set) => {
    const users = variants.filter(
      (variant) => Object.keys(variant).length > Object.keys(set.variant).length && isSearchOf(set.variant, variant),
    );
    return set.probe === "min-heap" && users.length > 0 ? users.map((variant) => ({ ...set, variant })) : [set];
  });
}

function placeSet(set: TrialSet, cells: FrozenResults["cells"]): TrialSet {
  const trials = set.trials.map((trial) => ({
    ...trial,
    lineProfiles: trial.lineProfiles.map((profile) => placeProfile(profile, cells)),
  }));
  return { ...set, trials };
}
