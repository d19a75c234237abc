import { join } from "node:path";
import { readRegularFile } from "../files.ts";
import { sha256 } from "./hash.ts";
import { createStoreWriter, STORE_FOLDER } from "./store-folder.ts";
import { markUsed } from "./store-size.ts";

/** Stores the complete texts of outputs that were cut in the results, one file for each, by hash. */
export interface WholeOutputs {
  /**
   * Stores texts by their hash. If the store cannot be written, nothing is kept, and the page only says how much was
   * cut.
   */
  keep(texts: ReadonlyMap<string, string>): void;
  /** UTF-8 bytes of a text; undefined if it is not stored or its file is damaged. */
  read(hash: string): Uint8Array | undefined;
}

/** Opens the folder `.heapbook/outputs`. @param folder holds `.heapbook` */
export function openWholeOutputs(folder: string): WholeOutputs {
  const write = createStoreWriter(folder);
  const pathOf = (hash: string): string => join(folder, STORE_FOLDER, "outputs", hash);
  return {
    keep(texts) {
      try {
        for (const [hash, text] of texts) write(pathOf(hash), text);
      } catch {
        // The error is ignored here: the trial is stored next, and that error explains why the store cannot be written.
      }
    },
    read(hash) {
      if (!/^[0-9a-f]{64}$/.test(hash)) return undefined;
      try {
        const bytes = readRegularFile(pathOf(hash));
        markUsed(pathOf(hash));
        return sha256(bytes) === hash ? bytes : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
