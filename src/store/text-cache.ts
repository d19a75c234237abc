import { join } from "node:path";
import { readRegularText } from "../files.ts";
import type { TextCache } from "../model/text-cache.ts";
import { sha256 } from "./hash.ts";
import { createStoreWriter, errorCode, STORE_FOLDER } from "./store-folder.ts";
import { markUsed } from "./store-size.ts";

/**
 * Opens the cache of texts in `<folder>/.heapbook/cache`: drawings, highlighted code, bundles; one file per key. A
 * missing, incomplete or altered file is a cache miss. If a write fails, the cache calls `onWarning` once and stores
 * nothing more. The render goes on, because a cache miss only costs time.
 *
 * @param folder holds, or will hold, `.heapbook`
 */
export function openTextCache(folder: string, onWarning: (message: string) => void): TextCache {
  const write = createStoreWriter(folder);
  let writable = true;
  let warned = false;
  return {
    get(key) {
      let stored: string;
      try {
        stored = readRegularText(cachedPath(folder, key));
        markUsed(cachedPath(folder, key));
      } catch (error) {
        // A folder or device in the place of the file is a cache miss, and is replaced at the next write.
        if (!["ENOENT", "ENOTDIR", "NOT_A_FILE"].includes(errorCode(error) ?? "") && !warned) {
          warned = true;
          onWarning(`A cached text cannot be read: ${String(error)}`);
        }
        return undefined;
      }
      // The first line is the checksum of the rest.
      const text = stored.slice(65);
      return stored[64] === "\n" && stored.startsWith(sha256(text)) ? text : undefined;
    },

    set(key, value) {
      if (!writable) return;
      try {
        write(cachedPath(folder, key), `${sha256(value)}\n${value}`);
      } catch (error) {
        writable = false;
        onWarning(`Drawings cannot be cached for the next render: ${String(error)}`);
      }
    },
  };
}

function cachedPath(folder: string, key: string): string {
  const name = sha256(key);
  return join(folder, STORE_FOLDER, "cache", name.slice(0, 2), name);
}
