import { createHash } from "node:crypto";
import { type BigIntStats, type Dirent, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { readRegularFile } from "../files.ts";

/**
 * Time, in ms, for which a file may change without another time of change: the clock of a file system ticks every 10 ms or faster, that
 * of FAT every 2 s.
 */
const [TICK_MS, COARSE_TICK_MS] = [20, 2500];

/** Largest file, in bytes, whose content is compared where two writes can have the same times. */
const MOST_HASHED = 64 * 2 ** 20;

const NS_OF_MS = 1_000_000n;
const NS_OF_S = 1_000_000_000n;

/** Files that the system makes as they are read: their times say nothing. */
const UNSTABLE = /^\/(?:proc|sys|dev)\//;

/** What was last seen of a path. */
interface Seen {
  /** Device, inode, size and times of a file; of anything else its kind. */
  readonly stamp: string;
  /** Hash of the content, where a later write could leave the stamp as it is; else empty. */
  readonly hash: string;
}

/**
 * What is on disk below some folders and in some files, as it was last seen. Scans compare it with the disk: a write after a
 * scan is found by the next scan, whenever it came and whether or not the system sent an event.
 */
export class DiskState {
  readonly #roots = new Set<string>();
  /** Roots of which only the names in them count, where they are folders. */
  readonly #flat = new Set<string>();
  readonly #seen = new Map<string, Seen>();
  /** Paths in each folder that was listed. */
  readonly #children = new Map<string, readonly string[]>();
  /** Device and inode of each folder that was listed. */
  readonly #ids = new Map<string, string>();
  /** Symbolic links in listed folders: a change of their targets sends events elsewhere. */
  readonly #links = new Set<string>();
  readonly #isIgnored: (path: string) => boolean;

  /** @param isIgnored whether a path that is not a root, and all below it, does not count */
  constructor(isIgnored: (path: string) => boolean) {
    this.#isIgnored = isIgnored;
  }

  /** Adds folders with all below them, and files; they need not exist. What is there now counts as seen. */
  add(paths: readonly string[]): void {
    for (const path of paths) {
      if (this.#flat.delete(path)) for (const _ of this.#visit(path, [], []));
      this.#addRoot(path);
    }
  }

  /**
   * Adds files, and folders of which only the names in them count.
   * @param sinceMs time from which on a change may not have been seen by who read them
   * @returns paths of those that changed since then
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

  /** Compares everything; stops after each folder, so that who scans can do other work. @param changed gets the changed paths */
  *scan(changed: string[]): Generator<void> {
    for (const root of this.#roots) yield* this.#visit(root, changed, []);
  }

  /** Compares what one folder holds, without the folders in it that were listed before. @param changed gets the changed paths */
  scanFolder(folder: string, changed: string[]): void {
    if (this.#children.has(folder)) for (const _ of this.#list(folder, changed, this.#idsAbove(folder), false));
    for (const root of this.#roots)
      if (dirname(root) === folder && !this.#children.has(root)) for (const _ of this.#visit(root, changed, []));
  }

  /** Folders in which changes can come: those that were listed, and those in which roots and the targets of links lie. */
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
    // A link to a folder above would be walked for ever.
    if (above.includes(id)) return;
    this.#ids.set(path, id);
    yield* this.#list(path, changed, [...above, id], true);
    yield;
  }

  /** @param isDeep whether folders that were listed before are listed again */
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

  /** Identities of a folder and of those above it, up to the root below which it was listed. */
  #idsAbove(folder: string): string[] {
    const id = this.#ids.get(folder);
    return id === undefined || !this.#children.has(folder) ? [] : [id, ...this.#idsAbove(dirname(folder))];
  }

  /** Forgets what lies below a path that is no folder any more. @returns the paths */
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

/** Stats of a path, through links; the code of the error that forbids it; undefined where nothing is there. */
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
 * @param nowMs time before the stats were read
 * @param isFlat whether the names in a folder are what counts of it
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
  // A stamp without a hash was seen after its tick: no other content can have it.
  if (size > MOST_HASHED || (isKnown ? known.hash === "" : !mayChange)) return { stamp, hash: "" };
  const hash = hashOf(path);
  return { stamp, hash: isKnown && known.hash === hash && !mayChange ? "" : hash };
}

/** Whether the content is the same: without a hash, the content is that of the same stamp before. */
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

/** Folders that a report does not consist of. */
const IGNORED = new Set(["node_modules", ".git", ".heapbook", "_site"]);

/**
 * Makes the test of what does not count.
 * @param folders absolute paths of folders that never count
 * @param names names of files and folders that never count
 */
export function ignoring(folders: readonly string[], names: readonly string[]): (path: string) => boolean {
  return (path) =>
    IGNORED.has(basename(path)) ||
    names.includes(basename(path)) ||
    folders.some((each) => path === each || path.startsWith(each + sep));
}
