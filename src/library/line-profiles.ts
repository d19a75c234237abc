import { type NamedProfile, profileBy } from "../analysis/lines/line-table.ts";
import type { RegionProfile } from "../model/line-profile.ts";
import type { AllocationMeasure } from "../model/line-views.ts";
import type { ResultModule, ResultVariant } from "../model/result-module.ts";
import { unknownName, variantNames } from "./variants.ts";

/** Anything with line profiles: a result, a selection of its variants, one variant, or a profile. */
export type Profiled = ResultModule | readonly ResultVariant[] | ResultVariant | RegionProfile;

/**
 * The line profiles of a region, one for each variant of each run. Profiles are named by the parameters in which the
 * variants of all runs differ.
 * @param region default: the unnamed or only region
 * @param caller name of the library function, for messages
 * @param by `peak` returns the profiles at the moment of the peak
 * @throws Error for a run without line profiles, and for an unknown or ambiguous region
 */
export function profilesOf(
  runs: readonly Profiled[],
  region: string | undefined,
  caller: string,
  by: AllocationMeasure = "allocated",
): readonly (readonly NamedProfile[])[] {
  for (const run of runs) checkRun(run, caller);
  const nameOf = variantNames(runs.flatMap(variantsOfRun));
  return runs.map((run) => {
    const profiles = isProfile(run)
      ? [{ name: "", profile: run }]
      : variantsOfRun(run).flatMap((variant) => {
          const profile = chooseRegion(variant, region, caller);
          return profile === undefined ? [] : [{ name: nameOf(variant), profile }];
        });
    const found = profiles.flatMap(({ name, profile }): readonly NamedProfile[] => {
      const shown = profileBy(by, profile);
      return shown === undefined ? [] : [{ name, profile: shown }];
    });
    if (found.length > 0) return found;
    if (by === "peak")
      throw new Error(
        `${caller}: what was alive at the peak is not known. Add \`probes: [peak, lines]\` to the measured cell.`,
      );
    throw new Error(`${caller}: no lines were traced. Add \`probes: [lines]\` to the measured cell.`);
  });
}

/**
 * The only profile in a list.
 * @throws Error if the run has several variants
 * @param caller name of the library function, for messages
 */
export function onlyProfile(profiles: readonly NamedProfile[], caller: string): NamedProfile {
  const [only, ...others] = profiles;
  if (only !== undefined && others.length === 0) return only;
  const names = profiles.map(({ name }) => name).join(", ");
  throw new Error(
    `${caller} shows one variant, and the run has ${profiles.length} (${names}). Choose one by variant().`,
  );
}

/** Throws for a value without line profiles, such as the rows of a table. */
function checkRun(run: unknown, caller: string): void {
  const isObject = typeof run === "object" && run !== null;
  if (isObject && ["calls", "variants", "params"].some((key) => key in run)) return;
  if (Array.isArray(run) && run.every((each) => Object(each) === each && "lineProfiles" in each)) return;
  throw new TypeError(
    `${caller} needs a result with line profiles: \`import walks from "result:walks"\`, or variants of one by variant() or select().`,
  );
}

function isProfile(run: Profiled): run is RegionProfile {
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
  throw new Error(`${caller}: ${regions.size} regions were traced (${names}). Choose one by \`region\`.`);
}
