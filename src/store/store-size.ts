import { existsSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { statIfThere } from "../files.ts";
import { STORE_FOLDER } from "./store-folder.ts";

/** Most bytes of stored results and cached texts that `.heapbook` keeps, without runtimes. */
export const MOST_STORE_BYTES = 1024 ** 3;

/** Folders of `.heapbook` whose files a render makes again. */
const PRUNED = ["store", "cache", "draft", "outputs"] as const;

/** A file used within this time is not marked again, so that a render in which nothing changed writes nothing. */
const MARK_AFTER_MS = 24 * 60 * 60 * 1000;

/** What another render may have written and not yet read is never removed to save space. */
const NEW_MS = 60 * 60 * 1000;

export interface PruneOptions {
  /** Removes files that no render has used for this time. */
  readonly unusedForMs?: number;
  /** Removes the files unused for longest, until the rest has so many bytes at most. */
  readonly mostBytes?: number;
  /** By default the clock. */
  readonly nowMs?: number;
}

interface StoredFile {
  readonly path: string;
  readonly bytes: number;
  readonly usedMs: number;
}

/** Notes that a stored file was used: its time of change is the time of its last use, to the day. */
export function markUsed(path: string): void {
  try {
    const now = Date.now();
    if (now - statSync(path).mtimeMs > MARK_AFTER_MS) utimesSync(path, now / 1000, now / 1000);
  } catch {
    // Removed meanwhile, or a store that may only be read.
  }
}

/**
 * Removes stored files by age, or to keep the store within a size. A file that another render uses at this moment is a miss for it,
 * and is measured again.
 *
 * @param folder holds `.heapbook`
 * @returns number and bytes of the files removed
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
      // A store that may only be read stays as it is.
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
