import { placeProfile } from "../allocation/placed-profile.ts";
import { placedCells } from "../allocation/program.ts";
import { withoutParameterValues } from "../bundle/parameter-values.ts";
import type { Cell, Report } from "../document/types.ts";
import { failsWithin } from "../model/failures.ts";
import { NAMES_NODE, NAMES_PYTHON, type Observation } from "../model/observations.ts";
import type { Trial, TrialSet } from "../model/report-results.ts";
import { placeClaims } from "../process/claim-places.ts";
import { placeReader } from "../process/printed-places.ts";
import { isMissing } from "../runtimes/find-python.ts";
import type { Runtime } from "../runtimes/find-runtime.ts";
import { hashInputs } from "../store/declared-inputs.ts";
import {
  type FingerprintParts,
  fingerprint,
  type NodeIdentity,
  pythonHash,
  searchHash,
  tracingHash,
} from "../store/fingerprint.ts";
import type { PlaceReader } from "../store/store.ts";
import { bundleOf, type CellBundles } from "./cell-bundles.ts";
import { type ExecutionOptions, pythonFor, runtimeFor } from "./execution-options.ts";
import { freezeKey } from "./freeze-key.ts";
import { findFrozen } from "./frozen.ts";
import { withImportedCaching } from "./imported-caching.ts";
import { foundMinHeap, heapFlag } from "./min-heap-search.ts";
import { withVersionFlags } from "./probe-flags.ts";
import { sourcesOf } from "./result-sources.ts";
import { isSearchOf, type PlannedSet } from "./trial-plan.ts";

/** A planned set with the trials that are known so far, stored or run. */
export interface PartialSet extends PlannedSet {
  readonly fingerprint: string;
  /** What the fingerprint was made of, without the bundle. */
  readonly parts: Omit<FingerprintParts, "bundle">;
  /** The positions of its lines, where the cell prints them, as they are part of the fingerprint; else empty. */
  readonly places: string;
  /** Present places of lines that the cell prints. */
  readonly placeOf: PlaceReader;
  /** Key in frozen results. */
  readonly key: string;
  /** Whether its trials come from frozen results. */
  readonly isFrozen: boolean;
  /** Whether stored trials are not used because they are older than the cell's option `max-age`. */
  readonly expired: boolean;
  trialSet: TrialSet | undefined;
  /** What changed while its trials ran, so that they were not stored. */
  notStored?: string;
  /** What its trials observed. */
  observed: readonly Observation[];
}

/** Number of known trials of a set. */
export function countKnown({ trialSet }: PartialSet): number {
  return trialSet?.trials.length ?? 0;
}

/** Loads the stored trials of the planned sets of a cell, and reports them as reused. */
export async function loadSets(
  report: Report,
  cell: Cell,
  bundles: CellBundles,
  plan: readonly PlannedSet[],
  options: ExecutionOptions,
): Promise<PartialSet[]> {
  // A cell that is imported brings its inputs along.
  const imported = report.cells.filter(({ label }) => bundles.plain.cellImports.includes(label));
  const declared = [cell, ...imported].flatMap(({ options: own }) => own.inputs);
  const inputs = await hashInputs(report.folder, [...new Set(declared)]);
  const cached = withImportedCaching(cell, report, bundles.plain.cellImports);
  return plan.map((planned) => {
    const set = onItsVersion(planned, options);
    const bundle = bundleOf(bundles, set);
    const places = placesOfLines(set, bundle);
    const parts = {
      probe: set.probe,
      flags: set.flags,
      env: cell.options.env,
      inheritEnv: cell.options.inheritEnv,
      params: set.variant,
      warmup: cell.options.warmup,
      ...(set.conditions === undefined ? {} : { conditions: set.conditions }),
      inputs,
      ...(set.instrumentation !== undefined || isSearch(set) ? { tracing: identifyTracing(set, places) } : {}),
      ...identifyInterpreter(set, options, bundle.code),
    };
    const id = fingerprint({ ...parts, bundle: withoutParameterValues(bundle.code) });
    const placeOf = placeReader(bundle);
    const key = freezeKey(report, cell, bundles.plain, set, inputs);
    const { stored, isFrozen, expired } = takeKnown(report, cached, id, key, set, options, placeOf);
    const { timeoutMs } = cell.options;
    const isUsable = ({ failure }: Trial): boolean => isFrozen || failure === null || failsWithin(timeoutMs, failure);
    const usable = (stored?.trials ?? []).filter(isUsable);
    const trials = placeClaims(usable.slice(0, set.trials), bundle.map);
    const trialSet = stored === undefined || trials.length === 0 ? undefined : { ...stored, trials };
    const observed = trialSet === undefined || stored === undefined ? [] : observedBy(stored, isFrozen, options);
    const live = { ...set, fingerprint: id, parts, key, places, placeOf, isFrozen, expired, trialSet, observed };
    checkInterpreter(live, options);
    const reused = countKnown(live);
    if (reused > 0) options.onProgress({ type: "reused", label: cell.label, trials: reused });
    return live;
  });
}

/** The known trials of a set, from the first source that has any. */
function takeKnown(
  report: Report,
  cell: Cell,
  id: string,
  key: string,
  set: PlannedSet,
  options: ExecutionOptions,
  placeOf: PlaceReader,
): { readonly stored: TrialSet | undefined; readonly isFrozen: boolean; readonly expired: boolean } {
  const { mode, frozen, store, rewriting } = options;
  if (rewriting?.has(cell.label)) return { stored: undefined, isFrozen: false, expired: false };
  const isTooOld = (set: TrialSet): boolean => mode !== "stored" && isExpired(set, cell.options.maxAgeMs);
  let expired = false;
  for (const source of sourcesOf(cell, options)) {
    if (source === "frozen") {
      // A set of fewer trials than planned is used only where nothing may run.
      const least = mode === "stored" ? 1 : set.trials;
      const stored =
        frozen === undefined
          ? undefined
          : findFrozen(frozen.results, report, cell, { key, trials: least, params: options.params, placeOf });
      if (stored !== undefined && !isTooOld(stored)) return { stored, isFrozen: true, expired: false };
      expired ||= stored !== undefined;
      continue;
    }
    const stored = store.load(id, placeOf);
    if (stored !== undefined && !isTooOld(stored)) return { stored, isFrozen: false, expired: false };
    expired ||= stored !== undefined;
  }
  return { stored: undefined, isFrozen: false, expired };
}

/** @throws UserError of a runtime that is missing, where a set must run in it */
function checkInterpreter(set: PartialSet, { missingRuntimes, mode }: ExecutionOptions): void {
  const missing = set.python === undefined ? missingRuntimes?.get(set.runtime) : undefined;
  if (missing !== undefined && countKnown(set) < set.trials && (mode === "reuse" || mode === "refresh")) throw missing;
}

/** Whether trials are older than an age, or from the future: a clock that went backwards makes no result younger. */
function isExpired({ environment }: TrialSet, maxAgeMs: number | undefined): boolean {
  if (maxAgeMs === undefined) return false;
  const ageMs = Date.now() - Date.parse(environment.measuredAt);
  return !(ageMs >= 0 && ageMs <= maxAgeMs);
}

/** Moves the line profiles of a set to the present lines of its cells. */
export function placeLines(set: PartialSet, cells: readonly Cell[]): PartialSet {
  if (set.trialSet === undefined || set.instrumentation === undefined) return set;
  const trials = set.trialSet.trials.map((trial) => ({
    ...trial,
    lineProfiles: trial.lineProfiles.map((profile) => placeProfile(profile, cells)),
  }));
  return { ...set, trialSet: { ...set.trialSet, trials } };
}

/** What the trials of a known set observed. */
function observedBy(stored: TrialSet, isFrozen: boolean, { store, frozen }: ExecutionOptions): readonly Observation[] {
  if (!isFrozen) return store.observedBy(stored);
  return frozen?.results.sets.find(({ trialSet }) => trialSet === stored)?.observed ?? [];
}

/** Whether the parent itself finds the result, in several processes: its own code is part of what is measured. */
function isSearch({ probe }: PlannedSet): boolean {
  return probe === "bracket" || probe === "at-peak" || probe === "min-heap";
}

/** Of a traced cell that prints its own lines, their positions; else empty. */
function placesOfLines({ probe, instrumentation }: PlannedSet, bundle: ReturnType<typeof bundleOf>): string {
  const printsLines = instrumentation !== undefined && probe === "output" && "program" in bundle;
  return printsLines ? JSON.stringify(placedCells(bundle.program)) : "";
}

/** Part of the fingerprint of a traced set or a search: hash of the measuring code, sample interval, and the positions of the lines that the cell prints. */
function identifyTracing(set: PlannedSet, places: string): string {
  const { instrumentation } = set;
  const sampling = instrumentation?.engine === "sampler" ? `sample ${instrumentation.intervalBytes}` : "";
  return `${tracingHash()} ${places}${sampling}${isSearch(set) ? ` ${searchHash()}` : ""}`;
}

/**
 * Interpreter and harness of a set, for its fingerprint.
 * @param code the bundle; where it may show the path of its interpreter, the path is part of the identity
 */
function identifyInterpreter(
  { runtime, python }: PlannedSet,
  options: ExecutionOptions,
  code: string,
): Pick<FingerprintParts, "runtime" | "harness"> {
  if (python === undefined && options.missingRuntimes?.has(runtime) === true) return { runtime: { missing: runtime } };
  if (python === undefined) {
    const found = runtimeFor(options, runtime);
    return { runtime: { ...identify(found), ...(NAMES_NODE.test(code) ? { path: found.path } : {}) } };
  }
  const found = pythonFor(options, python);
  // A missing Python runs nothing, so that nothing is stored under this identity.
  const identity = isMissing(found)
    ? { missing: found.code }
    : { ...found.identity, ...(NAMES_PYTHON.test(code) ? { path: found.path } : {}) };
  return { runtime: identity, harness: pythonHash() };
}

/** A set with the flags that its probe needs on the version of Node that the cell runs in. */
function onItsVersion(set: PlannedSet, options: ExecutionOptions): PlannedSet {
  if (set.python !== undefined || options.missingRuntimes?.has(set.runtime) === true) return set;
  const { node } = runtimeFor(options, set.runtime);
  const flagged = <T extends Pick<PlannedSet, "probe" | "flags">>(run: T): T => ({
    ...run,
    flags: withVersionFlags(run.probe, run.flags, node),
  });
  return { ...flagged(set), ...(set.conditions === undefined ? {} : { conditions: set.conditions.map(flagged) }) };
}

function identify({ node, v8, arch, platform, binary }: Runtime): NodeIdentity {
  return { node, v8, arch, platform, ...(binary === undefined ? {} : { binary }) };
}

/**
 * Adds `--max-old-space-size` to each set whose heap is a multiple of the smallest heap, and gives each variant the search
 * that its multiple refers to. A set whose search failed is dropped.
 */
export function sizeHeaps(
  cell: Cell,
  plan: readonly PlannedSet[],
  searches: readonly PartialSet[],
  { onProgress }: ExecutionOptions,
): { readonly sized: readonly PlannedSet[]; readonly searched: readonly PartialSet[] } {
  if (searches.length === 0) return { sized: plan, searched: [] };
  const searched = new Map<string, PartialSet>();
  const sized = plan.flatMap((set) => {
    const search = searches.find(({ variant }) => isSearchOf(variant, set.variant));
    if (search === undefined || set.heapMultiple === undefined) return [set];
    searched.set(JSON.stringify(set.variant), { ...search, variant: set.variant });
    const smallest = foundMinHeap(search.trialSet?.trials ?? []);
    if (smallest !== undefined) {
      return [{ ...set, flags: [...set.flags, heapFlag(Math.ceil(smallest * set.heapMultiple))] }];
    }
    onProgress({ type: "dropped", label: cell.label, trials: set.trials });
    return [];
  });
  return { sized, searched: [...searched.values()] };
}
