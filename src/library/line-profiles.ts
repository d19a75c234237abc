import type { NamedProfile } from "../analysis/lines/line-table.ts";
import type { LineProfile } from "../model/line-profile.ts";
import type { ResultModule, ResultVariant } from "../model/result-module.ts";
import { unknownName, variantNames } from "./variants.ts";

/** What has line profiles: a result, variants of it that `select` chose, one variant, or a profile itself. */
export type Profiled = ResultModule | readonly ResultVariant[] | ResultVariant | LineProfile;

/** The profiles of a region, one for each variant, named by the parameters in which the variants of all the runs differ. */
export function profilesOf(
  runs: readonly Profiled[],
  region: string | undefined,
  caller: string,
): readonly (readonly NamedProfile[])[] {
  const nameOf = variantNames(runs.flatMap(variantsOfRun));
  return runs.map((run) => {
    if (isProfile(run)) return [{ name: "", profile: run }];
    const found = variantsOfRun(run).flatMap((variant): readonly NamedProfile[] => {
      const profile = chooseRegion(variant, region, caller);
      return profile === undefined ? [] : [{ name: nameOf(variant), profile }];
    });
    if (found.length > 0) return found;
    throw new Error(`${caller}: no lines were traced; add \`probes: [lines]\` to the cell measured`);
  });
}

/** The only profile of a run. */
export function onlyProfile(profiles: readonly NamedProfile[], caller: string): NamedProfile {
  const [only, ...others] = profiles;
  if (only !== undefined && others.length === 0) return only;
  const names = profiles.map(({ name }) => name).join(", ");
  throw new Error(`${caller}: it shows one variant, and there are ${profiles.length} (${names}); choose with select()`);
}

function isProfile(run: Profiled): run is LineProfile {
  return "calls" in run;
}

function variantsOfRun(run: Profiled): readonly ResultVariant[] {
  if (isProfile(run)) return [];
  if ("variants" in run) return run.variants;
  return "params" in run ? [run] : run;
}

function chooseRegion({ lineProfiles }: ResultVariant, region: string | undefined, caller: string) {
  const regions = new Map(lineProfiles.map((profile) => [profile.region, profile]));
  const [only] = regions.values();
  if (only === undefined) return undefined;
  const chosen = regions.get(region ?? "") ?? (region === undefined && regions.size === 1 ? only : undefined);
  if (chosen !== undefined) return chosen;
  if (region !== undefined) throw new Error(unknownName("region", region, new Set(regions.keys())));
  const names = [...regions.keys()].join(", ");
  throw new Error(`${caller}: ${regions.size} regions were traced (${names}); say which with \`region\``);
}
