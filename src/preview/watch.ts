import { basename, resolve, sep } from "node:path";
import { type FSWatcher, watch } from "chokidar";

/** Time in which further changes belong to the same change: an editor writes a file in several steps. */
const SETTLE_MS = 40;

/** Folders that a report does not consist of. */
const IGNORED = new Set(["node_modules", ".git", ".heapbook", "_site"]);

/** Errors of a system that has no more handles for watches. */
const NO_HANDLES = new Set(["ENOSPC", "EMFILE", "ENFILE"]);

export interface ReportWatcher {
  /** Watches further files, such as modules outside of the report's folder. */
  add(paths: readonly string[]): void;
  close(): Promise<void>;
}

export interface WatchOptions {
  /** Absolute paths of folders and files. */
  readonly paths: readonly string[];
  /** Absolute paths that never count: the output folder. */
  readonly ignored: readonly string[];
  /** Names of files and folders that never count. */
  readonly ignoredNames: readonly string[];
  /** Called with the files of one change, after it has settled. */
  readonly onChange: (files: readonly string[]) => void;
  readonly onWarning: (message: string) => void;
}

/** Watches files and folders. Where the system has no more handles, it asks for changes once a second instead, and says so. */
export function watchReports({ paths, ignored, ignoredNames, onChange, onWarning }: WatchOptions): ReportWatcher {
  const watched = new Set(paths);
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let watcher = open(false);

  function open(usePolling: boolean): FSWatcher {
    const isIgnored = (path: string): boolean =>
      !watched.has(path) &&
      (IGNORED.has(basename(path)) ||
        ignoredNames.includes(basename(path)) ||
        ignored.some((each) => path === each || path.startsWith(each + sep)));
    const opened = watch([...watched], { ignoreInitial: true, ignored: isIgnored, usePolling, interval: 1000 });
    opened.on("all", (_event, path) => {
      changed.add(resolve(path));
      clearTimeout(timer);
      timer = setTimeout(flush, SETTLE_MS);
    });
    opened.on("error", (error) => void handle(error, opened, usePolling));
    return opened;
  }

  function flush(): void {
    const files = [...changed];
    changed.clear();
    onChange(files);
  }

  async function handle(error: unknown, failed: FSWatcher, isPolling: boolean): Promise<void> {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (failed !== watcher) return;
    if (!NO_HANDLES.has(code) || isPolling) return onWarning(`A file cannot be watched: ${message}`);
    watcher = open(true);
    onWarning("The system has no more file watches, so changes are looked for once a second.");
    await failed.close();
  }

  return {
    add(more) {
      const added = more.filter((path) => !watched.has(path));
      for (const path of added) watched.add(path);
      if (added.length > 0) watcher.add(added);
    },
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
