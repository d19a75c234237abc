import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { readRegularText, statIfThere } from "../files.ts";
import { isKeptFailure } from "../model/failures.ts";
import type { Observation } from "../model/observations.ts";
import { SCHEMA_VERSION, type TrialSet } from "../model/report-results.ts";
import type { Params } from "../model/values.ts";
import { sha256 } from "./hash.ts";
import { isCurrent, nameObservation, observe, sortObserved, WITHOUT_PATH } from "./observations.ts";
import { createStoreWriter, errorCode, notWritable, STORE_FOLDER } from "./store-folder.ts";
import { markUsed } from "./store-size.ts";
import { explainParameter, isOfParameters, observeParameter } from "./used-parameters.ts";

export { removeStore } from "./store-folder.ts";

/**
 * Returns the author's current position for a position in the bundle: `12:7` → `report.md:20:3`; undefined if there is
 * none.
 */
export type PlaceReader = (name: string) => string | undefined;

/** Measured trials by fingerprint, stored between renders. */
export interface Store {
  /**
   * Loads the trials of a fingerprint. Undefined if none are stored, if an observed file has changed, or if the stored
   * file is damaged (then calls `onWarning`). Never throws.
   * @param placeOf finds current positions for the present bundle; without it, printed positions count as unchanged
   */
  load(fingerprint: string, placeOf?: PlaceReader): TrialSet | undefined;
  /**
   * Explains in words why `load` does not return the trials of a fingerprint: `data.csv changed`, `` `scale` 2 → 3 ``.
   * Empty if nothing changed; undefined if no trials are stored. For a damaged file the text says what is wrong with
   * the file.
   */
  explainStale(fingerprint: string, placeOf?: PlaceReader, lastParams?: Params): readonly string[] | undefined;
  /** Names in words which of the observations no longer hold. */
  changedOf(observed: readonly Observation[]): readonly string[];
  /** All observations of a set that this store loaded. */
  observedBy(set: TrialSet): readonly Observation[];
  /**
   * Observations of the most recently stored trials of a fingerprint, even if the trials can no longer be used; empty
   * if none are stored.
   */
  lastObserved(fingerprint: string): readonly Observation[];
  /**
   * Stores the completed trials of a set. Failed trials are not stored and run again next time; exceptions:
   * `isKeptFailure`. Call it after every trial.
   *
   * Two cells can have the same fingerprint and different numbers of trials, and two renders can run at once. In both
   * cases the set with more trials stays in the store.
   *
   * @param observed everything observed by the variant's sets at the time of their runs (only the probe `output`
   *   observes). A string is a file, relative to the base, that is hashed now; so are further files in `Trial.reads`.
   * @throws UserError `store-not-writable`
   */
  save(set: TrialSet, observed?: readonly (Observation | string)[]): void;
}

export interface StoreOptions {
  /** Folder to which paths in `Trial.reads` are relative: the folder of the report. By default the folder of the store. */
  readonly base?: string;
  /**
   * Parameters of the report, by default none. A stored result is used only if the parameters that its cell read have
   * the same values.
   */
  readonly params?: Params;
  /** Called with a sentence for every stored file that cannot be used. */
  readonly onWarning: (message: string) => void;
}

/** Content of a stored file after version and checksum. */
interface StoredSet {
  readonly observed: readonly Observation[];
  readonly set: TrialSet;
}

/**
 * Matches the start of a stored text, with version and checksum, so that the rest can be verified before parsing. A
 * checksum is enough for Heapbook's own files, and ten times faster than validating against the schema.
 */
const HEAD = /^\{"schemaVersion":(\d+),"checksum":"([0-9a-f]{64})",/;

/**
 * Opens the store in `<folder>/.heapbook/store`: one JSON file per fingerprint. Nothing is created until the first `save`.
 *
 * @param folder holds, or will hold, `.heapbook`
 */
export function openStore(folder: string, options: StoreOptions): Store {
  const { params = {} } = options;
  const base = options.base ?? folder;
  const write = createStoreWriter(folder);
  const place = relative(folder, base);
  /** What this store has saved last, by path of the file. */
  const saved = new Map<string, { readonly trials: number; readonly observed: readonly Observation[] }>();
  /**
   * Time at which each file of a loaded fingerprint was written, in ms. A file with a later time was written by another
   * render.
   */
  const seen = new Map<string, ReadonlyMap<string, number>>();
  const loaded = new WeakMap<TrialSet, readonly Observation[]>();
  const isSame = (one: Observation, placeOf?: PlaceReader): boolean => {
    if (one.kind === "place" && placeOf !== undefined) return placeOf(one.name) === one.value;
    return isOfParameters(one) ? observeParameter(one, params).value === one.value : isCurrent(one, base);
  };
  const isSameNow = (one: Observation): boolean => isSame(one);
  const changedIn = (observed: readonly Observation[], placeOf?: PlaceReader): Observation[] =>
    observed.filter((one) => !isSame(one, placeOf));
  const pathsOf = (fingerprint: string): string[] => listStored(folder, fingerprint, place);

  return {
    load(fingerprint, placeOf) {
      const paths = pathsOf(fingerprint);
      const times = new Map(paths.map((path) => [path, writtenMs(path)]));
      seen.set(fingerprint, times);
      for (const path of paths) {
        const found = readStored(path, fingerprint);
        if (typeof found === "string")
          options.onWarning(`A stored result cannot be used and is measured again: ${path} ${found}.`);
        else if (found?.observed.every((one) => isSame(one, placeOf))) {
          markUsed(path);
          times.set(path, writtenMs(path));
          loaded.set(found.set, found.observed);
          return found.set;
        }
      }
      return undefined;
    },

    changedOf: (observed) => [...new Set(changedIn(observed).map(nameObservation))],
    observedBy: (set) => loaded.get(set) ?? [],

    lastObserved: (fingerprint) =>
      lastOf(
        pathsOf(fingerprint)
          .map((path) => readStored(path, fingerprint))
          .filter((each) => each !== undefined && typeof each !== "string"),
      )?.observed ?? [],

    explainStale(fingerprint, placeOf, lastParams) {
      const read = pathsOf(fingerprint)
        .map((path) => readStored(path, fingerprint))
        .filter((each) => each !== undefined);
      const all = read.filter((each) => typeof each !== "string");
      const isOfLastRun = ({ observed }: StoredSet): boolean =>
        lastParams !== undefined &&
        observed.filter(isOfParameters).every((one) => observeParameter(one, lastParams).value === one.value);
      // Results under parameters before those of the last run are stored, too.
      const last = lastOf(all.filter(isOfLastRun)) ?? lastOf(all);
      const [damage] = read.filter((each) => typeof each === "string");
      if (last === undefined) return damage === undefined ? undefined : [`the stored result ${damage}`];
      const explain = (one: Observation): string =>
        isOfParameters(one) ? explainParameter(one, params) : `${nameObservation(one)} changed`;
      return [...new Set(changedIn(last.observed, placeOf).map(explain))];
    },

    save(set, given = []) {
      const trials = set.trials.filter(({ failure }) => failure === null || isKeptFailure(set.probe, failure));
      if (trials.length === 0) return;
      const named = new Set(given.map((each) => (typeof each === "string" ? each : each.name)));
      const reads = [...new Set(trials.flatMap((trial) => trial.reads))].filter((name) => !named.has(name));
      const observed = sortObserved(
        [...given, ...reads].map((each) => (typeof each === "string" ? observe("content", each, base) : each)),
      );
      const path = storedPath(folder, set.fingerprint, observed, place);
      const before = saved.get(path);
      if (before !== undefined && before.trials > trials.length && before.observed.every(isSameNow)) return;
      const known = seen.get(set.fingerprint);
      const isOfOther = before === undefined && known !== undefined && known.get(path) !== writtenMs(path);
      if (isOfOther && hasMore(path, set.fingerprint, trials.length, isSameNow)) return;
      saved.set(path, { trials: trials.length, observed });
      const text = formatStored({ observed, set: { ...set, trials } });
      if (text === undefined) {
        options.onWarning(
          `The ${trials.length} trials of a set are too large to be stored, and run again in the next render: ${path}.`,
        );
        return;
      }
      try {
        write(path, text);
      } catch (error) {
        throw notWritable(folder, error);
      }
    },
  };
}

/** The stored set that was measured last, whatever its parameters were. */
function lastOf(all: readonly StoredSet[]): StoredSet | undefined {
  const measuredAt = ({ set }: StoredSet): string => set.environment.measuredAt;
  return [...all].sort((one, other) => (measuredAt(one) < measuredAt(other) ? 1 : -1))[0];
}

function writtenMs(path: string): number {
  return statIfThere(path)?.mtimeMs ?? 0;
}

/** Whether a stored file has more trials of a set and can be used now. */
function hasMore(path: string, fingerprint: string, trials: number, isSameNow: (one: Observation) => boolean): boolean {
  const found = readStored(path, fingerprint);
  if (found === undefined || typeof found === "string") return false;
  return found.set.trials.length > trials && found.observed.every(isSameNow);
}

/** Whether an observation may differ in another folder. Equal cells in two reports read different files. */
function dependsOnPlace({ kind }: Observation): boolean {
  return !WITHOUT_PATH.has(kind);
}

/** The folder with the stored results of a fingerprint. */
function folderOf(folder: string, fingerprint: string): string {
  if (!/^[0-9a-f]{64}$/.test(fingerprint)) throw new TypeError(`Not a fingerprint: ${fingerprint}`);
  return join(folder, STORE_FOLDER, "store", fingerprint.slice(0, 2));
}

/**
 * The path of a stored result's file. The name contains a hash of the report's folder if the result depends on files.
 * It contains a hash of parameter values and printed positions if the result depends on them: going back to earlier
 * values then runs nothing.
 * @param place path of the report's folder
 */
function storedPath(folder: string, fingerprint: string, observed: readonly Observation[], place: string): string {
  const used = observed
    .filter((one) => isOfParameters(one) || one.kind === "place")
    .map(({ name, value }) => [name, value]);
  const suffixes = [
    ...(observed.some(dependsOnPlace) ? [placeSuffix(place)] : []),
    ...(used.length === 0 ? [] : [`-p${sha256(JSON.stringify(used)).slice(0, 12)}`]),
  ];
  return join(folderOf(folder, fingerprint), `${fingerprint}${suffixes.join("")}.json`);
}

function placeSuffix(place: string): string {
  return `-${sha256(place).slice(0, 12)}`;
}

/**
 * Paths of a fingerprint's files that a report may use. Files that depend on the report's folder come before others.
 */
function listStored(folder: string, fingerprint: string, place: string): string[] {
  const within = folderOf(folder, fingerprint);
  let names: string[];
  try {
    names = readdirSync(within);
  } catch {
    return [];
  }
  const own = new RegExp(`^${fingerprint}(?:${placeSuffix(place)})?(?:-p[0-9a-f]{12})?\\.json$`);
  const isPlaced = (name: string): boolean => name.startsWith(`${fingerprint}${placeSuffix(place)}`);
  const known = names.filter((name) => own.test(name)).sort();
  return [...known.filter(isPlaced), ...known.filter((name) => !isPlaced(name))].map((name) => join(within, name));
}

/** The text of a stored file; undefined if it is too long for a string. */
function formatStored(stored: StoredSet): string | undefined {
  try {
    return formatShort(stored);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function formatShort(stored: StoredSet): string {
  const rest = `${JSON.stringify(stored).slice(1)}\n`;
  return `{"schemaVersion":${SCHEMA_VERSION},"checksum":"${sha256(rest)}",${rest}`;
}

/**
 * Reads a stored file. Returns undefined if there is none. If the file cannot be used, returns the reason as the end of
 * a sentence: `is not a file`.
 */
function readStored(path: string, fingerprint: string): StoredSet | string | undefined {
  let text: string;
  try {
    text = readRegularText(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    return code === "NOT_A_FILE" ? "is not a file" : `cannot be read (${code ?? String(error)})`;
  }
  const [head = "", version, checksum] = HEAD.exec(text) ?? [];
  if (head === "") return "is incomplete, or was not written by Heapbook";
  if (Number(version) !== SCHEMA_VERSION)
    return `has schema version ${version}; this Heapbook reads version ${SCHEMA_VERSION}`;
  const rest = text.slice(head.length);
  if (sha256(rest) !== checksum) return "has changed since it was written (its checksum differs)";
  const stored: StoredSet = JSON.parse(`{${rest}`);
  // Written by a version without observations: it is unknown what the result depends on.
  if (stored.observed === undefined) return undefined;
  return stored.set.fingerprint === fingerprint ? stored : "contains the result of another fingerprint";
}
