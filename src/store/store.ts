import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isKeptFailure } from "../model/failures.ts";
import { SCHEMA_VERSION, type TrialSet } from "../model/report-results.ts";
import type { InputHash } from "./fingerprint.ts";
import { createFileHasher, sha256 } from "./hash.ts";
import { createStoreWriter, errorCode, notWritable, STORE_FOLDER } from "./store-folder.ts";

export { removeStore } from "./store-folder.ts";

/** Measured trials, kept between renders, by fingerprint. */
export interface Store {
  /**
   * The finished trials stored under a fingerprint, or undefined when there are none, when a file that they read has
   * changed since, or when the stored file is no good (which is also told to `onWarning`). Never throws.
   */
  load(fingerprint: string): TrialSet | undefined;
  /**
   * Keeps the trials of a set that ended well, and those of a probe of ours that failed by a limit of the cell
   * (`isKeptFailure`); others that failed are run anew next time. Call it after every trial.
   *
   * @param reads files, relative to the base, that the cell was seen to read elsewhere (under the `output` probe, which
   *   alone observes them); those in the set's own trials are added
   * @throws UserError `store-not-writable`
   */
  save(set: TrialSet, reads?: readonly string[]): void;
}

export interface StoreOptions {
  /** What the paths in `Trial.reads` are relative to; the folder of the report. By default the folder of the store. */
  readonly base?: string;
  /** Told, in a sentence, of every stored file that had to be passed over. */
  readonly onWarning: (message: string) => void;
}

/** What a stored file holds after its version and checksum. */
interface StoredSet {
  readonly inputs: readonly InputHash[];
  readonly set: TrialSet;
}

/**
 * The version and checksum stand first in the text, so that the rest can be checked before it is parsed. A checksum is
 * enough where Heapbook reads what it wrote itself, and a tenth of the time that full validation takes.
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
        options.onWarning(`A stored result is passed over and measured anew: ${path} ${found}.`);
        return undefined;
      }
      return found.inputs.every((input) => hashInput(input.path).sha256 === input.sha256) ? found.set : undefined;
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

/** What is stored at a path, undefined where nothing is, or a sentence's end that says why it is no good. */
function readStored(path: string, fingerprint: string): StoredSet | string | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return errorCode(error) === "ENOENT" ? undefined : `cannot be read (${errorCode(error) ?? String(error)})`;
  }
  const [head = "", version, checksum] = HEAD.exec(text) ?? [];
  if (head === "") return "was not written by Heapbook, or only in part";
  if (Number(version) !== SCHEMA_VERSION)
    return `is of schema version ${version}, this Heapbook reads ${SCHEMA_VERSION}`;
  const rest = text.slice(head.length);
  if (sha256(rest) !== checksum) return "was changed after it was written (its checksum differs)";
  const stored: StoredSet = JSON.parse(`{${rest}`);
  return stored.set.fingerprint === fingerprint ? stored : "holds the result of another fingerprint";
}
