import { type NamedProfile, profileBy } from "../analysis/lines/line-table.ts";
import type { RegionProfile } from "../model/line-profile.ts";
import type { AllocationMeasure } from "../model/line-views.ts";
import type { LeftOut } from "../model/ready-charts.ts";
import type { ResultModule, ResultVariant } from "../model/result-module.ts";
import { unknownName, variantNames } from "./variants.ts";

/** Anything with line profiles: a result, a selection of its variants, one variant, or a profile. */
export type Profiled = ResultModule | readonly ResultVariant[] | ResultVariant | RegionProfile;

/** The profiles of one run, and its variants without one. */
export interface RunProfiles {
  readonly profiles: readonly NamedProfile[];
  readonly leftOut: readonly LeftOut[];
}

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
): readonly RunProfiles[] {
  for (const run of runs) checkRun(run, caller);
  const nameOf = variantNames(runs.flatMap(variantsOfRun));
  return runs.map((run) => {
    const traced = isProfile(run)
      ? [{ name: "", profile: run }]
      : variantsOfRun(run).map((variant) => ({
          name: nameOf(variant),
          profile: chooseRegion(variant, region, caller),
        }));
    const profiles: NamedProfile[] = [];
    const leftOut: LeftOut[] = [];
    for (const { name, profile } of traced) {
      const shown = profile === undefined ? undefined : profileBy(by, profile);
      if (shown !== undefined) profiles.push({ name, profile: shown });
      else leftOut.push({ name, why: profile === undefined ? "untraced" : "peak-unseen" });
    }
    if (profiles.length > 0) return { profiles, leftOut };
    if (by === "peak")
      throw new Error(
        `${caller}: what was alive at the peak is not known. Add \`probes: [peak, lines]\` to the measured cell.`,
      );
    throw new Error(`${caller}: no lines were traced. Add \`probes: [lines]\` to the measured cell.`);
  });
}

/**
 * The only profile of a run.
 * @throws Error if the run has several variants, with or without a profile
 * @param caller name of the library function, for messages
 */
export function onlyProfile({ profiles, leftOut }: RunProfiles, caller: string): NamedProfile {
  const [only, ...others] = [...profiles, ...leftOut];
  if (only !== undefined && others.length === 0 && "profile" in only) return only;
  const names = [only, ...others].flatMap((one) => one?.name ?? []).join(", ");
  throw new Error(
    `${caller} shows one variant, and the run has ${others.length + 1} (${names}). Choose one by variant().`,
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
