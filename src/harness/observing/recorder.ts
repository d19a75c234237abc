import { readlinkSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { databaseStamp, type ObservationKind, PASSING_VARIABLES } from "../../model/observations.ts";
import { decodePath } from "../../model/path-bytes.ts";
import type { TrialMessage } from "../../model/records.ts";

/** Sends a record of something observed to the parent. */
export type SendObservation = (record: Extract<TrialMessage, { type: "read" | "written" | "unobserved" }>) => void;

// Copied before anything is wrapped: reads by the recorder itself must not be recorded.
const stat = statSync;
const readLink = readlinkSync;
const workingFolder = process.cwd;
const variables = process.env;

/** Matches the kernel's file with the environment of a process. */
const ENVIRONMENT_FILE = /^\/proc\/(?:self|thread-self|\d+)\/(?:task\/\d+\/)?environ$/;
/**
 * Matches files that the kernel makes at each reading. The parent cannot hash what the cell read from them. Files of a
 * process's own state (`OWN_STATE`) count as results, like its memory.
 */
const KERNEL_FILE = /^\/(?:proc|sys)\//;
const OWN_STATE = /^\/proc\/(?:self|thread-self)\/(?!(?:task\/\d+\/)?(?:cmdline|net|mounts|mountinfo|cgroup)\b)/;
const OWN_NUMBER = new RegExp(`^/proc/${process.pid}(?=/)`);

/**
 * Stamp of a path: inode, size in bytes and time of modification; null if nothing is there. The parent compares stamps
 * before it hashes. The time of the inode (ctime) is left out: a new hard link or mode changes it without changing the
 * content.
 */
function stampOf(path: string | Buffer): string | null {
  try {
    const found = stat(path, { bigint: true, throwIfNoEntry: false });
    return found === undefined ? null : `${found.ino}:${found.size}:${found.mtimeNs}`;
  } catch {
    return null;
  }
}

/**
 * Matches links in a process's state that lead to folders: its working folder, its root, a folder that it has opened.
 */
const THROUGH_PROCESS =
  /^(?:\/proc\/(?:self|thread-self|\d+)\/(?:cwd|root|fd\/\d+(?=\/))|\/dev\/fd\/\d+(?=\/))(?=\/|$)/;

/**
 * Resolves a path that leads through a process's state, such as `/proc/self/cwd/x`. The file there is an ordinary file.
 */
function throughProcess(path: string): string {
  const link = THROUGH_PROCESS.exec(path)?.[0];
  if (link === undefined) return path;
  try {
    return resolve(readLink(link), `.${path.slice(link.length)}`);
  } catch {
    return path;
  }
}

/**
 * Absolute path named by an argument of `node:fs`; undefined for a file descriptor, whose path was recorded when it was
 * opened.
 */
export function pathOf(file: unknown): string | undefined {
  if (typeof file === "string") return throughProcess(resolve(workingFolder(), file));
  if (file instanceof URL) return file.protocol === "file:" ? throughProcess(fileURLToPath(file)) : undefined;
  return Buffer.isBuffer(file) ? throughProcess(resolve(workingFolder(), decodePath(file))) : undefined;
}

/** Records what a program observes, each thing once. Files that the program itself made are not recorded. */
export class Recorder {
  readonly #send: SendObservation;
  readonly #seen = new Set<string>();
  /** Paths that the program wrote, made or removed. Later reads of these paths are not recorded. */
  readonly #own = new Set<string>();
  /**
   * Stamp of each file before the program first appended to it, by path. A later read depends on this earlier content.
   */
  readonly #appended = new Map<string, string | null>();

  constructor(send: SendObservation) {
    this.#send = send;
  }

  /**
   * Records a read of a path. Call it before the read, so that a change during the read leads to a different stamp in
   * the parent.
   */
  read(kind: ObservationKind, file: unknown): void {
    const path = pathOf(file);
    if (path === undefined || this.#isOwn(path)) return;
    if (kind === "content" && KERNEL_FILE.test(path)) this.#readKernel(path.replace(OWN_NUMBER, "/proc/self"));
    if (!this.#isNew(`${kind} ${path}`)) return;
    const stamp =
      kind === "database"
        ? databaseStamp(path, stampOf)
        : (this.#appended.get(path) ?? stampOf(Buffer.isBuffer(file) ? file : path));
    this.#send({ type: "read", path, stamp, ...(kind === "content" ? {} : { kind }) });
  }

  /** Records the read of a kernel file, whose stamp does not change with its content. */
  #readKernel(path: string): void {
    if (ENVIRONMENT_FILE.test(path)) this.listsEnvironment();
    if (!OWN_STATE.test(path)) this.unobserved(`\`${path}\``);
  }

  /** Records a read of all variables at once, in a way that the proxy of `process.env` cannot see. */
  listsEnvironment(): void {
    this.observe("env-names", "");
    for (const name of Object.keys(variables)) if (!PASSING_VARIABLES.test(name)) this.observe("env", name);
  }

  /** Records something without a path: a variable, the working folder, a fact about the machine. */
  observe(kind: "env" | "env-names" | "cwd" | "machine", name: string): void {
    if (this.#isNew(`${kind} ${name}`)) this.#send({ type: "read", path: name, kind });
  }

  /**
   * Records a write. Call it before the write: for a path in missing folders, the topmost missing folder counts as the
   * program's own.
   */
  wrote(file: unknown): void {
    let path = pathOf(file);
    if (path === undefined) return;
    while (stampOf(dirname(path)) === null && dirname(path) !== path) path = dirname(path);
    if (this.#own.has(path)) return;
    this.#own.add(path);
    this.#send({ type: "written", path });
  }

  /** Records that a folder is made. A folder that exists already stays the author's. */
  makes(folder: unknown): void {
    const path = pathOf(folder);
    if (path !== undefined && stampOf(path) === null) this.wrote(path);
  }

  appends(file: unknown): void {
    const path = pathOf(file);
    if (path === undefined || this.#isOwn(path) || this.#appended.has(path)) return;
    this.#appended.set(path, stampOf(path));
    this.#send({ type: "written", path });
  }

  unobserved(what: string): void {
    if (this.#isNew(`unobserved ${what}`)) this.#send({ type: "unobserved", what });
  }

  #isNew(key: string): boolean {
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  #isOwn(path: string): boolean {
    if (this.#own.size === 0) return false;
    for (let at = path; ; at = dirname(at)) {
      if (this.#own.has(at)) return true;
      if (dirname(at) === at) return false;
    }
  }
}
