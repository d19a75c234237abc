import { toFlameTree } from "../analysis/lines/flame-tree.ts";
import { chartDifference } from "../analysis/lines/line-difference.ts";
import { contextOf, listFile } from "../analysis/lines/line-listing.ts";
import { type NamedProfile, tabulateLines } from "../analysis/lines/line-table.ts";
import type { AllocationMeasure, LineTable, Listing } from "../model/line-views.ts";
import type { LeftOut, ReadyChart } from "../model/ready-charts.ts";
import { type Displayable, displayable } from "./display.ts";
import { onlyProfile, type Profiled, profilesOf, type RunProfiles } from "./line-profiles.ts";
import { unknownName } from "./variants.ts";

type ChartNamed<Name extends ReadyChart["chart"]> = Extract<ReadyChart, { readonly chart: Name }>;

interface LineOptions {
  /**
   * Bytes shown: all that were allocated (`allocated`), those alive at the end of the region (`live`), or those alive at its peak
   * (`peak`, of a cell with the probes `peak` and `lines`). Default `allocated`.
   */
  readonly by?: AllocationMeasure;
  /** Region. Default: the unnamed or only region. */
  readonly region?: string;
}

export interface LineTableOptions extends LineOptions {
  /** Number of lines shown. Default 10. */
  readonly top?: number;
  /** Run whose bytes are subtracted: `variant(walks, { walks: "dropped" })`. */
  readonly compareWith?: Profiled;
}

export interface LineDifferenceOptions extends LineOptions {
  /** Number of lines shown. Default 10. */
  readonly top?: number;
}

export interface ListingOptions extends Pick<LineOptions, "region"> {
  /**
   * `peak`: bytes alive at the peak, and bytes allocated until then. Default: bytes allocated, and bytes alive at the
   * end.
   */
  readonly by?: "peak";
  /** File, as the table of lines names it. Default: the file that allocates most. */
  readonly file?: string;
  /** Run whose bytes are subtracted. */
  readonly compareWith?: Profiled;
  /** Lines shown around each line that allocates. Default: all in files of up to 400 lines, 5 in longer files. */
  readonly context?: number;
}

/** A table of types, one row for each type and variant. */
export interface TypeTable {
  readonly name: "types";
  readonly by: "live" | "peak";
  /** For each variant, bytes and number of all its types. `rows` holds only the largest types. */
  readonly totals: readonly { readonly variant: string; readonly bytes: number; readonly types: number }[];
  /** Variants of the run without types; absent for none. */
  readonly leftOut?: readonly LeftOut[];
  readonly rows: readonly {
    readonly variant?: string;
    readonly type: string;
    readonly bytes: number;
    readonly objects: number;
  }[];
}

const DEFAULT_TOP = 10;
const NO_PROFILES: RunProfiles = { profiles: [], leftOut: [] };

/**
 * The lines with the most bytes, a table for each variant: `display(lineTable(walks))`. With `compareWith`, the lines in which two
 * runs differ most: `display(lineTable(saved, { compareWith: dropped }))`. The measured cell needs the probe `lines`.
 * @throws Error for a result without line profiles, and for an unknown region
 */
export function lineTable(run: Profiled, options: LineTableOptions = {}): Displayable<readonly LineTable[]> {
  const { by = "allocated", top = DEFAULT_TOP, compareWith, region } = options;
  const runs = compareWith === undefined ? [run] : [run, compareWith];
  const [own = NO_PROFILES, other = NO_PROFILES] = profilesOf(runs, region, "lineTable", by);
  const base = compareWith === undefined ? undefined : onlyProfile(other, "lineTable: compareWith");
  const tables = own.profiles.map((named, index): LineTable => {
    const isLast = index === own.profiles.length - 1;
    const table = tabulateLines(named, { by, top, compareWith: base });
    return isLast && own.leftOut.length > 0 ? { ...table, leftOut: own.leftOut } : table;
  });
  return displayable("application/vnd.heapbook.lines+json", tables);
}

/**
 * The lines in which two runs differ most, as bars to both sides of zero:
 * `chart(lineDifference(variant(walks, { walks: "saved" }), variant(walks, { walks: "dropped" })))`.
 * @throws Error for a result without line profiles, and for runs of several variants
 */
export function lineDifference(
  a: Profiled,
  b: Profiled,
  { by = "live", top = DEFAULT_TOP, region }: LineDifferenceOptions = {},
): ChartNamed<"line-difference"> {
  const [one, other] = profilesOf([a, b], region, "lineDifference", by).map((run) =>
    onlyProfile(run, "lineDifference"),
  );
  if (one === undefined || other === undefined) throw new TypeError("lineDifference needs two runs");
  return chartDifference(one, other, { by, top });
}

/**
 * A file with the bytes of each line in the margin: `display(annotatedListing(variant(walks, { walks: "saved" })))`.
 * @throws Error for a result without line profiles, for a run of several variants, and for a file in which no line allocates
 */
export function annotatedListing(run: Profiled, options: ListingOptions = {}): Displayable<Listing> {
  const { by, compareWith, region } = options;
  const runs = compareWith === undefined ? [run] : [run, compareWith];
  const [named, base] = profilesOf(runs, region, "annotatedListing", by).map((one) =>
    onlyProfile(one, "annotatedListing"),
  );
  if (named === undefined) throw new TypeError("annotatedListing needs a run");
  const profiles = [named, ...(base === undefined ? [] : [base])];
  const file = options.file ?? heaviestFile(profiles);
  const length = named.profile.sources[file]?.length ?? 0;
  const context = options.context ?? contextOf(length);
  const listing = listFile(named, { file, compareWith: base, context });
  if (listing === null)
    throw new Error(
      unknownName("file", file, new Set(profiles.flatMap(({ profile }) => Object.keys(profile.sources)))),
    );
  return displayable("application/vnd.heapbook.listing+json", by === undefined ? listing : { ...listing, by });
}

function heaviestFile(profiles: readonly NamedProfile[]): string {
  const bytes = new Map<string, number>();
  for (const { file, allocatedBytes } of profiles.flatMap(({ profile }) => profile.lines)) {
    bytes.set(file, (bytes.get(file) ?? 0) + allocatedBytes);
  }
  const [heaviest] = [...bytes].sort(([, a], [, b]) => b - a);
  if (heaviest === undefined) throw new Error("annotatedListing: no line allocated anything");
  return heaviest[0];
}

/**
 * Bytes by call path as a flame graph, callers above callees: `chart(flameGraph(variant(walks, { walks: "saved" })))`.
 * @throws Error for a result without line profiles, and for a run of several variants
 */
export function flameGraph(run: Profiled, { by = "allocated", region }: LineOptions = {}): ChartNamed<"flame-graph"> {
  const [own = NO_PROFILES] = profilesOf([run], region, "flameGraph", by);
  const { name, profile } = onlyProfile(own, "flameGraph");
  return { chart: "flame-graph", by, name, root: toFlameTree(profile.calls, by) };
}

export interface TypeTableOptions extends Pick<LineOptions, "region"> {
  /** Objects shown: those alive at the end of the region, or at its peak. Default `live`. */
  readonly by?: "live" | "peak";
  /** Number of types shown. Default 10. */
  readonly top?: number;
}

/**
 * Live bytes by type of object, named as in the summary of a heap snapshot: `display(typeTable(walks, { by: "peak" }))`. The
 * measured cell needs the probe `lines` with the engine `tracker`.
 * @throws Error for a result without line profiles, and for an unknown region
 */
export function typeTable(
  run: Profiled,
  { by = "live", top = DEFAULT_TOP, region }: TypeTableOptions = {},
): Displayable<TypeTable> {
  const [{ profiles, leftOut } = NO_PROFILES] = profilesOf([run], region, "typeTable", by);
  const rows = profiles.flatMap(({ name, profile: { types } }) =>
    types.slice(0, top).map(({ type, liveBytes, liveObjects }) => ({
      ...(name === "" ? {} : { variant: name }),
      type,
      bytes: liveBytes,
      objects: liveObjects,
    })),
  );
  if (rows.length === 0)
    throw new Error("typeTable: no types are known. The engine `tracker` of the probe `lines` finds them.");
  const totals = profiles.map(({ name, profile: { types } }) => ({
    variant: name,
    bytes: types.reduce((sum, { liveBytes }) => sum + liveBytes, 0),
    types: types.length,
  }));
  const noted = leftOut.length === 0 ? {} : { leftOut };
  return displayable("application/vnd.heapbook.table+json", { name: "types", by, totals, ...noted, rows });
}
