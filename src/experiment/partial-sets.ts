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
import { hashInputs, isPattern } from "../store/declared-inputs.ts";
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

/** A planned set with those of its trials that are known so far: loaded from the store or run in this render. */
export interface PartialSet extends PlannedSet {
  readonly fingerprint: string;
  /** The parts from which the fingerprint was computed, without the bundle. */
  readonly parts: Omit<FingerprintParts, "bundle">;
  /**
   * JSON of the positions of the cell's lines, which the fingerprint includes if the cell prints its own lines; else
   * empty.
   */
  readonly places: string;
  /** Maps positions in the bundle that the cell printed to current lines. */
  readonly placeOf: PlaceReader;
  /** The option `inputs` of the cell and of the cells that it imports. */
  readonly declared: readonly string[];
  /** Key of the set in frozen results. */
  readonly key: string;
  /** Whether the known trials come from frozen results. */
  readonly isFrozen: boolean;
  /** Whether stored trials are not used because they are older than the cell's option `max-age`. */
  readonly expired: boolean;
  trialSet: TrialSet | undefined;
  /**
   * What changed while the trials ran, in words; the trials were not stored because of it. Absent if they were stored.
   */
  notStored?: string;
  /** Everything that the known trials observed. */
  observed: readonly Observation[];
}

/** Number of trials of a set that are known so far. */
export function countKnown({ trialSet }: PartialSet): number {
  return trialSet?.trials.length ?? 0;
}

/** What a set depends on: all that its trials observed, and its declared inputs. */
export function dependsOn({ observed, declared, parts }: PartialSet): readonly Observation[] {
  if (declared.length === 0) return observed;
  const found = parts.inputs.map(({ path, sha256 }) => ({ kind: "content" as const, name: path, value: sha256 }));
  const isFound = (input: string): boolean => found.some(({ name }) => name === input);
  // An input that is missing, or a folder or pattern, of which files may be missing.
  const others = declared.filter((input) => !isFound(input));
  return [
    ...observed,
    ...found,
    ...others.map((name) => ({ kind: "tree" as const, name: folderOf(name), value: null })),
  ];
}

/** The folder below which a pattern looks for files; another input as it is. */
function folderOf(input: string): string {
  if (!isPattern(input)) return input;
  return input.slice(0, input.lastIndexOf("/", input.search(/[*?[\]{}!]/)) + 1) || ".";
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
  const declared = [...new Set([cell, ...imported].flatMap(({ options: own }) => own.inputs))];
  const inputs = await hashInputs(report.folder, declared);
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
    const live = {
      ...set,
      fingerprint: id,
      parts,
      declared,
      key,
      places,
      placeOf,
      isFrozen,
      expired,
      trialSet,
      observed,
    };
    checkInterpreter(live, options);
    const reused = countKnown(live);
    if (reused > 0) options.onProgress({ type: "reused", label: cell.label, trials: reused });
    return live;
  });
}

/** The known trials of a set, from the first source that has usable trials. */
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
      // An incomplete set is used only if nothing may run.
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

/** Throws if a trial of the set must run in a runtime that is missing. @throws UserError that belongs to the runtime */
function checkInterpreter(set: PartialSet, { missingRuntimes, mode }: ExecutionOptions): void {
  const missing = set.python === undefined ? missingRuntimes?.get(set.runtime) : undefined;
  if (missing !== undefined && countKnown(set) < set.trials && (mode === "reuse" || mode === "refresh")) throw missing;
}

/** Whether trials are older than `maxAgeMs`, or have a date in the future, as after the clock was set back. */
function isExpired({ environment }: TrialSet, maxAgeMs: number | undefined): boolean {
  if (maxAgeMs === undefined) return false;
  const ageMs = Date.now() - Date.parse(environment.measuredAt);
  return !(ageMs >= 0 && ageMs <= maxAgeMs);
}

/** Moves the line profiles of a set to the current lines of their cells in report.md. */
export function placeLines(set: PartialSet, cells: readonly Cell[]): PartialSet {
  if (set.trialSet === undefined || set.instrumentation === undefined) return set;
  const trials = set.trialSet.trials.map((trial) => ({
    ...trial,
    lineProfiles: trial.lineProfiles.map((profile) => placeProfile(profile, cells)),
  }));
  return { ...set, trialSet: { ...set.trialSet, trials } };
}

/** Everything that the trials of a set observed, from the store or the frozen results. */
function observedBy(stored: TrialSet, isFrozen: boolean, { store, frozen }: ExecutionOptions): readonly Observation[] {
  if (!isFrozen) return store.observedBy(stored);
  return frozen?.results.sets.find(({ trialSet }) => trialSet === stored)?.observed ?? [];
}

/**
 * Whether the probe is a search over several processes. The parent's code then affects the result and is part of the
 * fingerprint.
 */
function isSearch({ probe }: PlannedSet): boolean {
  return probe === "bracket" || probe === "at-peak" || probe === "min-heap";
}

/**
 * JSON of the positions of the cell's lines, if the set's trials print lines of their own trace (`tracemalloc`); else
 * empty.
 */
function placesOfLines({ probe, instrumentation }: PlannedSet, bundle: ReturnType<typeof bundleOf>): string {
  const printsLines = instrumentation !== undefined && probe === "output" && "program" in bundle;
  return printsLines ? JSON.stringify(placedCells(bundle.program)) : "";
}

/**
 * The part of the fingerprint for traced sets and searches: hashes of the code that makes line profiles or searches,
 * the sample interval, and the positions of printed lines.
 */
function identifyTracing(set: PlannedSet, places: string): string {
  const { instrumentation } = set;
  const sampling = instrumentation?.engine === "sampler" ? `sample ${instrumentation.intervalBytes}` : "";
  return `${tracingHash()} ${places}${sampling}${isSearch(set) ? ` ${searchHash()}` : ""}`;
}

/**
 * Identity of a set's interpreter and of the measuring code, for the fingerprint.
 * @param code the bundle; if it may show the path of its interpreter, that path is part of the identity
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
  // With a missing Python nothing runs, so nothing is ever stored under this identity.
  const identity = isMissing(found)
    ? { missing: found.code }
    : { ...found.identity, ...(NAMES_PYTHON.test(code) ? { path: found.path } : {}) };
  return { runtime: identity, harness: pythonHash() };
}

/** A copy of the set with the flags that its probe needs on the cell's version of Node. */
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
 * Adds `--max-old-space-size` to each set whose heap is a multiple of the smallest heap. Also returns the search for
 * each variant with such a multiple. Sets whose search failed are dropped.
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
