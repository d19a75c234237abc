import { randomUUID } from "node:crypto";
import { renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isOfDeadProcess, makeFolder, readRegularText, statIfThere } from "../files.ts";
import { sha256 } from "./hash.ts";
import { errorCode, notWritable, prepareStore, STORE_FOLDER } from "./store-folder.ts";

/** Interval, in ms, at which the owner of a lock touches the lock's file to show that it still runs. */
const BEAT_MS = 2000;
/**
 * Age in ms at which an untouched lock is stale: its owner was killed or stopped. Process ids do not help, because the
 * owner may run on another machine.
 */
const STALE_MS = 15_000;
const POLL_MS = 100;

/** Content of the lock's file. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

export interface LockOptions {
  readonly signal: AbortSignal;
  /** Called once with the id of the process that holds the lock, if the lock is not free. */
  readonly onWaiting: (pid: number) => void;
}

/**
 * Waits until no other render of the report runs, then locks the report. Two renders at once would disturb each other's
 * times, and one page would show trials of the other render.
 *
 * @param folder folder that holds `.heapbook`
 * @param report path of the report
 * @returns a function that releases the lock
 * @throws UserError `store-not-writable`; the signal's reason
 */
export async function lockReport(folder: string, report: string, options: LockOptions): Promise<() => void> {
  const path = join(folder, STORE_FOLDER, "locks", sha256(report).slice(0, 16));
  const own: Owner = { pid: process.pid, host: hostname(), token: randomUUID() };
  prepareStore(folder);
  let waits = false;
  while (!take(path, own, folder)) {
    const owner = readOwner(path);
    if (owner === undefined || isStale(path, owner)) {
      remove(path, owner);
      continue;
    }
    if (!waits) options.onWaiting(owner.pid);
    waits = true;
    await sleep(POLL_MS, undefined, { signal: options.signal }).catch(() => {});
    options.signal.throwIfAborted();
  }
  const beat = setInterval(() => touch(path), BEAT_MS);
  beat.unref();
  return () => {
    clearInterval(beat);
    if (readOwner(path)?.token === own.token) rmSync(path, { force: true });
  };
}

/** Creates the lock's file. Returns false if it exists. @throws UserError `store-not-writable` */
function take(path: string, own: Owner, folder: string): boolean {
  try {
    makeFolder(dirname(path));
    writeFileSync(path, JSON.stringify(own), { flag: "wx" });
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw notWritable(folder, error);
  }
}

/**
 * Reads the owner of a lock. Undefined if the file is gone or incomplete: it is written in two steps, and the disk may
 * be full.
 */
function readOwner(path: string): Owner | undefined {
  try {
    return JSON.parse(readRegularText(path)) as Owner;
  } catch {
    return undefined;
  }
}

function isStale(path: string, { pid, host }: Owner): boolean {
  if (host === hostname() && isOfDeadProcess(String(pid))) return true;
  const touchedMs = statIfThere(path)?.mtimeMs ?? 0;
  // A time in the future, as after the clock was set back, does not make the lock stale.
  return Date.now() - touchedMs > STALE_MS;
}

/** Removes a stale lock, unless another process has taken the lock meanwhile. */
function remove(path: string, stale: Owner | undefined): void {
  if (stale === undefined && Date.now() - (statIfThere(path)?.mtimeMs ?? 0) < POLL_MS) return;
  const aside = `${path}.${randomUUID().slice(0, 8)}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // gone
  }
  if (readOwner(aside)?.token === stale?.token) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // `heapbook clean` has removed the lock's file: the next render will not wait.
  }
}
