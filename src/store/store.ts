import { join, resolve } from "node:path";
import { readRegularText } from "../files.ts";
import { isKeptFailure } from "../model/failures.ts";
import { SCHEMA_VERSION, type TrialSet } from "../model/report-results.ts";
import type { InputHash } from "./fingerprint.ts";
import { createFileHasher, sha256 } from "./hash.ts";
import { createStoreWriter, errorCode, notWritable, STORE_FOLDER } from "./store-folder.ts";

export { removeStore } from "./store-folder.ts";

/** Measured trials by fingerprint, stored between renders. */
export interface Store {
  /**
   * Loads the trials of a fingerprint. Undefined if there are none, if a file that they read has changed, or if the stored
   * file is damaged, which calls `onWarning`. Never throws.
   */
  load(fingerprint: string): TrialSet | undefined;
  /**
   * The files, relative to the base, whose change keeps `load` from giving the trials of a fingerprint; empty where none changed.
   * Undefined where no trials are stored, or the stored file is damaged.
   */
  changedInputs(fingerprint: string): readonly string[] | undefined;
  /**
   * Stores the completed trials of a set, and failed trials of a probe that the cell did not ask for, if a limit of the cell ended
   * them (`isKeptFailure`). Other failed trials run again next time. Call it after every trial.
   *
   * @param reads files, relative to the base, that the cell has read in other sets (only the probe `output` observes reads);
   *   the reads of this set's trials are added
   * @throws UserError `store-not-writable`
   */
  save(set: TrialSet, reads?: readonly string[]): void;
}

export interface StoreOptions {
  /** Folder to which paths in `Trial.reads` are relative: the folder of the report. By default the folder of the store. */
  readonly base?: string;
  /** Called with a sentence for every stored file that cannot be used. */
  readonly onWarning: (message: string) => void;
}

/** Content of a stored file after version and checksum. */
interface StoredSet {
  readonly inputs: readonly InputHash[];
  readonly set: TrialSet;
}

/**
 * Version and checksum at the start of the text, to check the rest before parsing it. A checksum is enough for files that
 * Heapbook has written itself, and takes a tenth of the time of a validation against the schema.
 */
const HEAD = /^\{"schemaVersion":(\d+),"checksum":"([0-9a-f]{64})",/;

/**
 * Opens the store in `<folder>/.heapbook/store`: one JSON file per fingerprint. Nothing is created until the first `save`.
 *
 * @param folder holds, or will hold, `.heapbook`
 */
export function openStore(folder: string, options: StoreOptions): Store {
  const base = options.base ?? folder;
  const write = createStoreWriter(folder);
  const hashFile = createFileHasher();
  const hashInput = (path: string): InputHash => ({ path, sha256: hashFile(resolve(base, path)) });

  return {
    load(fingerprint) {
      const path = storedPath(folder, fingerprint);
      const found = readStored(path, fingerprint);
      if (found === undefined) return undefined;
      if (typeof found === "string") {
        options.onWarning(`A stored result cannot be used and is measured again: ${path} ${found}.`);
        return undefined;
      }
      return found.inputs.every((input) => hashInput(input.path).sha256 === input.sha256) ? found.set : undefined;
    },

    changedInputs(fingerprint) {
      const found = readStored(storedPath(folder, fingerprint), fingerprint);
      if (found === undefined || typeof found === "string") return undefined;
      return found.inputs.filter(({ path, sha256: hash }) => hashInput(path).sha256 !== hash).map(({ path }) => path);
    },

    save(set, reads = []) {
      const path = storedPath(folder, set.fingerprint);
      const trials = set.trials.filter(({ failure }) => failure === null || isKeptFailure(set.probe, failure));
      if (trials.length === 0) return;
      const inputs = [...new Set([...reads, ...trials.flatMap((trial) => trial.reads)])].sort().map(hashInput);
      try {
        write(path, formatStored({ inputs, set: { ...set, trials } }));
      } catch (error) {
        throw notWritable(folder, error);
      }
    },
  };
}

function storedPath(folder: string, fingerprint: string): string {
  if (!/^[0-9a-f]{64}$/.test(fingerprint)) throw new TypeError(`Not a fingerprint: ${fingerprint}`);
  return join(folder, STORE_FOLDER, "store", fingerprint.slice(0, 2), `${fingerprint}.json`);
}

function formatStored(stored: StoredSet): string {
  const rest = `${JSON.stringify(stored).slice(1)}\n`;
  return `{"schemaVersion":${SCHEMA_VERSION},"checksum":"${sha256(rest)}",${rest}`;
}

/** The content of a stored file; undefined if there is none; a string, the end of a sentence, if it cannot be used. */
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
  return stored.set.fingerprint === fingerprint ? stored : "contains the result of another fingerprint";
}
