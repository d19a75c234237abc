import { createHash } from "node:crypto";
import { type BigIntStats, type Dirent, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { readRegularFile } from "../files.ts";

/**
 * How long, in ms, two writes to a file may get equal timestamps: file systems with a clock of 10 ms or finer, and FAT,
 * whose clock ticks every 2 s.
 */
const [TICK_MS, COARSE_TICK_MS] = [20, 2500];

/** Largest file, in bytes, whose content is hashed to tell two writes with equal timestamps apart. */
const MOST_HASHED = 64 * 2 ** 20;

const NS_OF_MS = 1_000_000n;
const NS_OF_S = 1_000_000_000n;

/** Files that the system generates on reading: their timestamps mean nothing. */
const UNSTABLE = /^\/(?:proc|sys|dev)\//;

/** What the last scan saw at a path. */
interface Seen {
  /** For a file: device, inode, size and timestamps. For anything else: its kind. */
  readonly stamp: string;
  /** SHA-256 of the content if a later write could leave the stamp unchanged; otherwise empty. */
  readonly hash: string;
}

/**
 * Remembers the state of folders and files as last scanned, and finds changes by a new scan. Each write after a scan is
 * found by the next scan, with or without a file-system event.
 */
export class DiskState {
  readonly #roots = new Set<string>();
  /** Roots of which, if they are folders, only the list of names is compared. */
  readonly #flat = new Set<string>();
  readonly #seen = new Map<string, Seen>();
  /** Paths of the entries of each listed folder. */
  readonly #children = new Map<string, readonly string[]>();
  /** `device:inode` of each listed folder. */
  readonly #ids = new Map<string, string>();
  /** Symbolic links in listed folders. Changes of their targets send events for the targets' folders. */
  readonly #links = new Set<string>();
  readonly #isIgnored: (path: string) => boolean;

  /** @param isIgnored whether to ignore a path, and everything below it; roots are never ignored */
  constructor(isIgnored: (path: string) => boolean) {
    this.#isIgnored = isIgnored;
  }

  /** Adds files, and folders with everything below them; they need not exist. Their present state counts as seen. */
  add(paths: readonly string[]): void {
    for (const path of paths) {
      if (this.#flat.delete(path)) for (const _ of this.#visit(path, [], []));
      this.#addRoot(path);
    }
  }

  /**
   * Adds files, and folders of which only the list of names is compared.
   * @param sinceMs time (ms since 1970) before the caller read the paths
   * @returns the newly added paths that may have changed since then
   */
  addFlat(paths: readonly string[], sinceMs: number): string[] {
    return [...new Set(paths)].filter((path) => {
      if (this.#roots.has(path) || UNSTABLE.test(path)) return false;
      const isKnown = this.#seen.has(path);
      if (!isKnown) this.#flat.add(path);
      this.#addRoot(path);
      return !isKnown && changedSince(path, sinceMs);
    });
  }

  #addRoot(path: string): void {
    if (this.#roots.has(path)) return;
    this.#roots.add(path);
    if (!this.#seen.has(path)) for (const _ of this.#visit(path, [], []));
  }

  /**
   * Compares everything below all roots. Yields after each folder, so that the caller can do other work.
   * @param changed receives the changed paths
   */
  *scan(changed: string[]): Generator<void> {
    for (const root of this.#roots) yield* this.#visit(root, changed, []);
  }

  /**
   * Compares the entries of one folder, without descending into folders that were already listed.
   * @param changed receives the changed paths
   */
  scanFolder(folder: string, changed: string[]): void {
    if (this.#children.has(folder)) for (const _ of this.#list(folder, changed, this.#idsAbove(folder), false));
    for (const root of this.#roots)
      if (dirname(root) === folder && !this.#children.has(root)) for (const _ of this.#visit(root, changed, []));
  }

  /** Folders to listen to for changes: listed folders, and the folders of roots and of link targets. */
  folders(): Set<string> {
    const folders = new Set(this.#children.keys());
    for (const path of this.#links) folders.add(dirname(realPath(path) ?? path));
    for (const root of this.#roots) {
      folders.add(dirname(root));
      const target = realPath(root);
      if (target !== undefined && target !== root) folders.add(dirname(target));
    }
    return folders;
  }

  *#visit(path: string, changed: string[], above: readonly string[]): Generator<void> {
    const nowMs = Date.now();
    const stats = statOf(path);
    const known = this.#seen.get(path) ?? MISSING;
    const now = see(path, stats, known, nowMs, this.#flat.has(path));
    if (!isSame(known, now)) changed.push(path);
    this.#seen.set(path, now);
    if (typeof stats !== "object" || !stats.isDirectory() || this.#flat.has(path)) {
      changed.push(...this.#forgetBelow(path));
      return;
    }
    const id = `${stats.dev}:${stats.ino}`;
    // A link to a folder above leads round in a circle: stop here.
    if (above.includes(id)) return;
    this.#ids.set(path, id);
    yield* this.#list(path, changed, [...above, id], true);
    yield;
  }

  /** @param isDeep whether to descend into folders that were already listed */
  *#list(folder: string, changed: string[], above: readonly string[], isDeep: boolean): Generator<void> {
    const entries = entriesOf(folder)
      .map((entry) => ({ path: join(folder, entry.name), isLink: entry.isSymbolicLink() }))
      .filter(({ path }) => this.#roots.has(path) || !this.#isIgnored(path));
    const paths = new Set(entries.map(({ path }) => path));
    for (const path of this.#children.get(folder) ?? []) {
      if (paths.has(path)) continue;
      changed.push(path, ...this.#forgetBelow(path));
      this.#seen.delete(path);
      this.#links.delete(path);
    }
    this.#children.set(folder, [...paths]);
    for (const { path, isLink } of entries) {
      if (isLink) this.#links.add(path);
      if (isDeep || !this.#children.has(path)) yield* this.#visit(path, changed, above);
    }
  }

  /** `device:inode` of a folder and of its parents, up to the root below which the folder was listed. */
  #idsAbove(folder: string): string[] {
    const id = this.#ids.get(folder);
    return id === undefined || !this.#children.has(folder) ? [] : [id, ...this.#idsAbove(dirname(folder))];
  }

  /** Forgets everything below a path that is no longer a folder. @returns the forgotten paths */
  #forgetBelow(path: string): string[] {
    const children = this.#children.get(path) ?? [];
    this.#children.delete(path);
    this.#ids.delete(path);
    for (const child of children) {
      this.#seen.delete(child);
      this.#links.delete(child);
    }
    return children.flatMap((child) => [child, ...this.#forgetBelow(child)]);
  }
}

const MISSING: Seen = { stamp: "missing", hash: "" };

/** Stats of a path, following links. The error code if the path cannot be read; undefined if nothing exists there. */
function statOf(path: string): BigIntStats | string | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return code === "ENOTDIR" ? undefined : code;
  }
}

/**
 * Describes what is at a path now. Hashes the content of a file where timestamps may not show a later write.
 * @param nowMs time before the stats were read
 * @param isFlat whether only the list of names in a folder is compared
 */
function see(path: string, stats: BigIntStats | string | undefined, known: Seen, nowMs: number, isFlat: boolean): Seen {
  if (stats === undefined) return MISSING;
  if (typeof stats === "string") return { stamp: stats, hash: "" };
  if (stats.isDirectory()) return { stamp: isFlat ? `folder of ${namesIn(path)}` : "folder", hash: "" };
  if (!stats.isFile()) return { stamp: "other", hash: "" };
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  const stamp = [dev, ino, size, mtimeNs, ctimeNs].join(":");
  const isKnown = known.stamp === stamp;
  const mayChange = ctimeNs > BigInt(nowMs - tickOf(ctimeNs)) * NS_OF_MS;
  // A stamp without a hash was seen after the clock had ticked on, so no other content can have this stamp.
  if (size > MOST_HASHED || (isKnown ? known.hash === "" : !mayChange)) return { stamp, hash: "" };
  const hash = hashOf(path);
  return { stamp, hash: isKnown && known.hash === hash && !mayChange ? "" : hash };
}

/** Whether nothing changed. With equal stamps and no hash now, the content is the same. */
function isSame(before: Seen, now: Seen): boolean {
  return before.stamp === now.stamp && (now.hash === "" || before.hash === now.hash);
}

function tickOf(ctimeNs: bigint): number {
  return ctimeNs % NS_OF_S === 0n ? COARSE_TICK_MS : TICK_MS;
}

function hashOf(path: string): string {
  try {
    return createHash("sha256").update(readRegularFile(path)).digest("hex");
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

function changedSince(path: string, sinceMs: number): boolean {
  const stats = statOf(path);
  if (typeof stats !== "object") return false;
  return stats.ctimeNs >= BigInt(Math.floor(sinceMs) - tickOf(stats.ctimeNs)) * NS_OF_MS;
}

function namesIn(folder: string): string {
  return JSON.stringify(entriesOf(folder).map(({ name }) => name));
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return [];
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return undefined;
  }
}

/** Names of folders that never belong to a report. */
const IGNORED = new Set(["node_modules", ".git", ".heapbook", "_site"]);

/**
 * Makes a function that tells whether to ignore a path.
 * @param folders absolute paths of folders to ignore, with everything in them
 * @param names names of files and folders to ignore anywhere
 */
export function ignoring(folders: readonly string[], names: readonly string[]): (path: string) => boolean {
  return (path) =>
    IGNORED.has(basename(path)) ||
    names.includes(basename(path)) ||
    folders.some((each) => path === each || path.startsWith(each + sep));
}
