import { placeProfile } from "../allocation/placed-profile.ts";
import type { Cell, Report } from "../document/types.ts";
import { countsAsFailure } from "../model/failures.ts";
import { FROZEN_VERSION, type FrozenResults, type FrozenSet } from "../model/frozen-results.ts";
import type { Observation } from "../model/observations.ts";
import { type CellResult, type ReportResults, SCHEMA_VERSION, type TrialSet } from "../model/report-results.ts";
import type { Params } from "../model/values.ts";
import { toVariantResults, variantSets } from "../results/variant-result.ts";
import { nameObservation, saltOf } from "../store/observations.ts";
import type { PlaceReader } from "../store/store.ts";
import { explainParameter, isOfParameters } from "../store/used-parameters.ts";
import { isMadeByOther, isSameHere, toFrozenObservations } from "./frozen-observations.ts";
import type { PartialSet } from "./partial-sets.ts";
import { isSearchOf } from "./trial-plan.ts";

/**
 * When frozen results are used. `first`: before the store, as with `execute: { freeze: true }`. `last`: if no cell may
 * run and the store has no result.
 */
export type FrozenUse = "first" | "last";

/** Requirements for a frozen trial set to be used. */
interface WantedSet {
  readonly key: string;
  /** Least number of trials. */
  readonly trials: number;
  /** The report's parameters as they are now. */
  readonly params: Params;
  /** Maps positions in the bundle that the cell printed to current lines. */
  readonly placeOf: PlaceReader;
}

/**
 * The frozen trial set with this key, if everything that its trials observed still holds on this machine; else
 * undefined.
 */
export function findFrozen(
  frozen: FrozenResults,
  { folder }: Report,
  { label }: Cell,
  { key, trials, params, placeOf }: WantedSet,
): TrialSet | undefined {
  const sets = frozen.sets.filter(
    (set) =>
      set.key === key && set.trialSet.trials.length >= trials && set.observed.filter(isOfParameters).every(isSame),
  );
  function isSame(one: Observation): boolean {
    return (
      isSamePlace(one, placeOf) && (isSameHere(one, folder, params) || isMadeByOther(one, frozen.sets, label, folder))
    );
  }
  const found = sets.find(({ cell }) => cell === label) ?? sets[0];
  return found?.observed.every(isSame) === true ? found.trialSet : undefined;
}

function isSamePlace({ kind, name, value }: Observation, placeOf: PlaceReader): boolean {
  return kind !== "place" || placeOf(name) === value;
}

/**
 * Reasons why the frozen trial set with this key is not used, in words: `data.csv changed`. Empty if nothing has
 * changed; undefined if no set has this key.
 */
export function explainFrozen(
  frozen: FrozenResults,
  { folder }: Report,
  { label }: Pick<Cell, "label">,
  { key, params, placeOf }: Omit<WantedSet, "trials">,
): readonly string[] | undefined {
  const sets = frozen.sets.filter((set) => set.key === key);
  const found = sets.find(({ cell }) => cell === label) ?? sets[0];
  const changed = found?.observed.filter(
    (one) =>
      !isSamePlace(one, placeOf) ||
      !(isSameHere(one, folder, params) || isMadeByOther(one, frozen.sets, label, folder)),
  );
  const explain = (one: Observation): string =>
    isOfParameters(one) ? explainParameter(one, params) : `${nameObservation(one)} changed`;
  return changed === undefined ? undefined : [...new Set(changed.map(explain))];
}

/**
 * Converts the trial sets of a report to frozen results.
 *
 * @param root the project's folder
 * @param sets complete sets, by label of the cell
 * @param before the earlier frozen results, which the new ones replace
 */
export function freezeSets(
  report: Report,
  root: string,
  params: FrozenResults["params"],
  sets: ReadonlyMap<string, readonly PartialSet[]>,
  before: FrozenResults | undefined,
): FrozenResults {
  const cells = report.cells.filter(({ label }) => (sets.get(label)?.length ?? 0) > 0);
  const all = [...(before?.sets ?? []), ...[...sets.values()].flat()];
  const salt = saltOf(all.flatMap(({ observed }) => observed));
  // Of the files that cells wrote, only those that another cell reads are kept as observations.
  const read = new Map(
    [...sets].map(([label, own]) => [
      label,
      new Set(own.flatMap(({ observed }) => observed.filter(({ kind }) => kind !== "written").map(({ name }) => name))),
    ]),
  );
  const isRead = (label: string, name: string): boolean =>
    [...read].some(
      ([reader, names]) => reader !== label && [...names].some((each) => each === name || name.startsWith(`${each}/`)),
    );
  return {
    schemaVersion: SCHEMA_VERSION,
    frozen: FROZEN_VERSION,
    report: { slug: report.slug, title: report.frontMatter.title },
    params,
    cells: cells.map(({ label, language, sourceLine }) => ({ label, language, sourceLine })),
    sets: cells.flatMap(({ label }) => freezeCell(report, root, label, sets.get(label) ?? [], salt, isRead)),
  };
}

function freezeCell(
  { folder }: Report,
  root: string,
  cell: string,
  sets: readonly PartialSet[],
  salt: string | undefined,
  isRead: (label: string, name: string) => boolean,
): FrozenSet[] {
  return sets.flatMap(({ variant, probe, key, trialSet }): FrozenSet[] => {
    if (trialSet === undefined) return [];
    const all = variantSets(sets, variant)
      .flatMap((set) => set.observed)
      .filter(({ kind, name }) => kind !== "written" || isRead(cell, name));
    return [{ cell, variant, probe, key, observed: toFrozenObservations(all, folder, root, salt), trialSet }];
  });
}

/**
 * Converts frozen results to the form of results.json, for comparisons. Conclusions are left out, because only a page
 * needs them.
 */
export function frozenToResults({ report, params, cells, sets }: FrozenResults): ReportResults {
  const results = cells.map(({ label, language }): CellResult => {
    const own = spreadSearches(sets.filter((set) => set.cell === label));
    const variants = toVariantResults(
      own.map(({ variant, probe, trialSet }) => ({ variant, probe, trialSet: placeSet(trialSet, cells) })),
    );
    const failed = own.some(({ probe, trialSet }) =>
      trialSet.trials.some(({ failure }) => failure !== null && countsAsFailure(probe, failure)),
    );
    return { label, language, state: failed ? "failed" : "completed", blockedBy: [], variants, conclusions: [] };
  });
  return { schemaVersion: SCHEMA_VERSION, report, params, cells: results };
}

/** Copies the search for the smallest heap, which several variants share, to each of these variants. */
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
