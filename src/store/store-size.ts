import { existsSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { statIfThere } from "../files.ts";
import { STORE_FOLDER } from "./store-folder.ts";

/** Largest size, in bytes, of stored results and cached texts in `.heapbook`; runtimes do not count. */
export const MOST_STORE_BYTES = 1024 ** 3;

/** Subfolders of `.heapbook` whose files may be removed, because a render makes them again. */
const PRUNED = ["store", "cache", "draft", "outputs"] as const;

/**
 * Age of a use mark, in ms, below which the file is not marked again. So a render in which nothing changed writes
 * nothing.
 */
const MARK_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * Age in ms below which files are never removed to save space: another render may have written them and not yet read
 * them.
 */
const NEW_MS = 60 * 60 * 1000;

export interface PruneOptions {
  /** Age in ms: removes files that no render has used for this time. */
  readonly unusedForMs?: number;
  /** Size in bytes: removes the files that were unused for longest, until at most this size is left. */
  readonly mostBytes?: number;
  /** Current time in ms since 1970; by default that of the clock. */
  readonly nowMs?: number;
}

interface StoredFile {
  readonly path: string;
  readonly bytes: number;
  readonly usedMs: number;
}

/** Notes that a stored file was used now: sets its time of change, at most once a day. */
export function markUsed(path: string): void {
  try {
    const now = Date.now();
    if (now - statSync(path).mtimeMs > MARK_AFTER_MS) utimesSync(path, now / 1000, now / 1000);
  } catch {
    // The file was removed meanwhile, or the store is read-only.
  }
}

/**
 * Removes stored files by age, or to keep the store within a size. If another render needs a removed file, its result
 * is measured again.
 *
 * @param folder holds `.heapbook`
 * @returns number and bytes of the removed files
 */
export function pruneStore(
  folder: string,
  { unusedForMs, mostBytes, nowMs = Date.now() }: PruneOptions,
): { readonly files: number; readonly bytes: number } {
  const all = PRUNED.flatMap((name) => listFiles(join(folder, STORE_FOLDER, name)));
  all.sort((a, b) => a.usedMs - b.usedMs);
  let rest = all.reduce((sum, { bytes }) => sum + bytes, 0);
  const removed: StoredFile[] = [];
  for (const file of all) {
    const age = nowMs - file.usedMs;
    const isOld = unusedForMs !== undefined && age > unusedForMs;
    const isTooMuch = mostBytes !== undefined && rest > mostBytes && age > NEW_MS;
    if (!isOld && !isTooMuch) continue;
    try {
      rmSync(file.path, { force: true });
      rest -= file.bytes;
      removed.push(file);
    } catch {
      // A read-only store stays unchanged.
    }
  }
  return { files: removed.length, bytes: removed.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function listFiles(folder: string): StoredFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listFiles(path);
    const stats = statIfThere(path);
    return stats?.isFile() === true ? [{ path, bytes: stats.size, usedMs: stats.mtimeMs }] : [];
  });
}
