import { type FSWatcher, statSync, watch } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { DiskState, ignoring } from "./disk-state.ts";

/**
 * Pause in ms after which a change is complete, and the longest wait for further events: an editor writes a file in
 * several steps.
 */
const [SETTLE_MS, MOST_SETTLE_MS] = [40, 200];

/** Least pause in ms between two scans without an event, and least ratio of the pause to the duration of a scan. */
const [SWEEP_MS, SWEEP_RATIO] = [1000, 20];

/** Time in ms after which a scan lets other work run. */
const SLICE_MS = 10;

/** Error codes of a system without free handles for file watches. */
const NO_HANDLES = new Set(["ENOSPC", "EMFILE", "ENFILE"]);

/** Error codes of a folder that is gone or cannot be read. Scans find its changes instead. */
const NOT_THERE = new Set(["ENOENT", "ENOTDIR", "EPERM", "EACCES", "ELOOP"]);

export interface ReportWatcher {
  /** Watches further files, and folders with everything below them. */
  add(paths: readonly string[]): void;
  /**
   * Watches files that a render read, such as modules outside the report's folder, and the names in folders that it
   * listed.
   * @param sinceMs time (ms since 1970) before the render read them
   * @returns the paths that may have changed after the render read them
   */
  addRead(paths: readonly string[], sinceMs: number): readonly string[];
  /** Looks for changes now, and reports them before the promise settles. */
  check(): Promise<void>;
  close(): void;
}

export interface WatchOptions {
  /** Absolute paths of folders and files to watch. */
  readonly paths: readonly string[];
  /** Absolute paths to ignore, such as the output folder. */
  readonly ignored: readonly string[];
  /** Names of files and folders to ignore anywhere. */
  readonly ignoredNames: readonly string[];
  /** Called with the absolute paths of changed files, once no further change follows. */
  readonly onChange: (files: readonly string[]) => void;
  readonly onWarning: (message: string) => void;
  /** Starts listening for file-system events of a folder; tests replace this function. */
  readonly listen?: (folder: string, onEvent: () => void) => FSWatcher;
}

interface Listener {
  readonly watcher: FSWatcher;
  /** Inode of the folder: a folder that was deleted and created again needs a new listener. */
  readonly inode: bigint;
}

/**
 * Watches files and folders. File-system events only trigger a scan; the scan finds changes by comparing the disk with
 * the last reported state. A scan about once a second finds changes without an event.
 */
export function watchReports(options: WatchOptions): ReportWatcher {
  const { paths, ignored, ignoredNames, onChange, onWarning, listen = listenTo } = options;
  const state = new DiskState(ignoring(ignored, ignoredNames));
  const listeners = new Map<string, Listener>();
  const noted = new Set<string>();
  let [firstMs, isClosed, hasHandles] = [0, false, true];
  let [settling, sweeping]: (NodeJS.Timeout | undefined)[] = [];

  function note(folder: string): void {
    if (isClosed) return;
    if (noted.size === 0) firstMs = performance.now();
    noted.add(folder);
    clearTimeout(settling);
    const elapsedMs = performance.now() - firstMs;
    settling = setTimeout(scanNoted, Math.max(0, Math.min(SETTLE_MS, MOST_SETTLE_MS - elapsedMs)));
  }

  function scanNoted(): void {
    const folders = [...noted];
    noted.clear();
    const changed: string[] = [];
    for (const folder of folders) state.scanFolder(folder, changed);
    report(changed);
  }

  function report(changed: readonly string[]): void {
    if (isClosed) return;
    follow();
    if (changed.length > 0) onChange([...new Set(changed)]);
  }

  /**
   * Updates the listeners to the folders that exist now. Scans newly watched folders again, for changes before their
   * listener.
   */
  function follow(): void {
    const folders = state.folders();
    for (const [folder, { watcher }] of listeners) {
      if (folders.has(folder)) continue;
      watcher.close();
      listeners.delete(folder);
    }
    for (const folder of folders) {
      const inode = statSync(folder, { bigint: true, throwIfNoEntry: false })?.ino;
      const known = listeners.get(folder);
      if (known?.inode === inode) continue;
      known?.watcher.close();
      listeners.delete(folder);
      if (inode === undefined || !hasHandles) continue;
      try {
        const watcher = listen(folder, () => note(folder));
        watcher.on("error", (error) => fail(error, folder));
        listeners.set(folder, { watcher, inode });
        note(folder);
      } catch (error) {
        fail(error, folder);
      }
    }
  }

  function fail(error: unknown, folder: string): void {
    const { code = "", message } = error as NodeJS.ErrnoException;
    listeners.get(folder)?.watcher.close();
    listeners.delete(folder);
    if (NOT_THERE.has(code) || isClosed) return;
    if (!NO_HANDLES.has(code)) {
      onWarning(`A folder cannot be watched: ${message}`);
      return;
    }
    if (hasHandles) onWarning("The system has no more file watches, so changes are looked for once a second.");
    hasHandles = false;
  }

  async function check(): Promise<void> {
    const changed: string[] = [];
    let sliceMs = performance.now();
    for (const _ of state.scan(changed)) {
      if (performance.now() - sliceMs < SLICE_MS) continue;
      await nextTurn();
      sliceMs = performance.now();
    }
    report(changed);
  }

  async function sweep(): Promise<void> {
    const startMs = performance.now();
    await check();
    sweepLater(performance.now() - startMs);
  }

  function sweepLater(tookMs: number): void {
    if (!isClosed) sweeping = setTimeout(sweep, Math.max(SWEEP_MS, SWEEP_RATIO * tookMs));
  }

  state.add(paths);
  follow();
  sweepLater(0);
  return {
    add(more) {
      state.add(more);
      follow();
    },
    addRead(more, sinceMs) {
      const changed = state.addFlat(more, sinceMs);
      follow();
      return changed;
    },
    check,
    close() {
      isClosed = true;
      clearTimeout(settling);
      clearTimeout(sweeping);
      for (const { watcher } of listeners.values()) watcher.close();
    },
  };
}

function listenTo(folder: string, onEvent: () => void): FSWatcher {
  return watch(folder, { persistent: false }, onEvent);
}
