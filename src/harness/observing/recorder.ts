import { readlinkSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { databaseStamp, type ObservationKind, PASSING_VARIABLES } from "../../model/observations.ts";
import type { TrialMessage } from "../../model/records.ts";

/** Sends records of what was observed. */
export type SendObservation = (record: Extract<TrialMessage, { type: "read" | "written" | "unobserved" }>) => void;

// Taken before anything is wrapped: what the recorder itself reads is no observation.
const stat = statSync;
const readLink = readlinkSync;
const workingFolder = process.cwd;
const variables = process.env;

/** The environment of a process as the kernel keeps it. */
const ENVIRONMENT_FILE = /^\/proc\/(?:self|thread-self|\d+)\/(?:task\/\d+\/)?environ$/;
/** What the kernel makes at each reading: the parent would read other things. Files of the process's own state are results, as its memory is. */
const KERNEL_FILE = /^\/(?:proc|sys)\//;
const OWN_STATE = /^\/proc\/(?:self|thread-self)\/(?!(?:task\/\d+\/)?(?:cmdline|net|mounts|mountinfo|cgroup)\b)/;
const OWN_NUMBER = new RegExp(`^/proc/${process.pid}(?=/)`);

/**
 * Inode, size and time of change of a path; null where nothing is there. The parent compares them before it hashes. The time of the
 * inode (ctime) is not among them: a hard link to a file or another mode changes it, and no content.
 */
function stampOf(path: string | Buffer): string | null {
  try {
    const found = stat(path, { bigint: true, throwIfNoEntry: false });
    return found === undefined ? null : `${found.ino}:${found.size}:${found.mtimeNs}`;
  } catch {
    return null;
  }
}

/** The text of a path's bytes. As Python does (PEP 383), a byte of a name that is no UTF-8 becomes a lone surrogate. */
function decodePath(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (Buffer.from(text, "utf8").equals(bytes)) return text;
  return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join("");
}

/** Folders that a path of the process's own state leads to: its working folder, its root, a folder that it has opened. */
const THROUGH_PROCESS =
  /^(?:\/proc\/(?:self|thread-self|\d+)\/(?:cwd|root|fd\/\d+(?=\/))|\/dev\/fd\/\d+(?=\/))(?=\/|$)/;

/** A path with the folder that it names through the state of a process: the file there is none of the process's own. */
function throughProcess(path: string): string {
  const link = THROUGH_PROCESS.exec(path)?.[0];
  if (link === undefined) return path;
  try {
    return resolve(readLink(link), `.${path.slice(link.length)}`);
  } catch {
    return path;
  }
}

/** The absolute path that an argument of `node:fs` names; undefined for a file descriptor, whose path was named at its opening. */
export function pathOf(file: unknown): string | undefined {
  if (typeof file === "string") return throughProcess(resolve(workingFolder(), file));
  if (file instanceof URL) return file.protocol === "file:" ? throughProcess(fileURLToPath(file)) : undefined;
  return Buffer.isBuffer(file) ? throughProcess(resolve(workingFolder(), decodePath(file))) : undefined;
}

/** Records what a program observes, once each, and not what the program itself made. */
export class Recorder {
  readonly #send: SendObservation;
  readonly #seen = new Set<string>();
  /** Paths that the program wrote, made or removed: what it finds there is its own doing. */
  readonly #own = new Set<string>();
  /** Stamps of files before the program appended to them: what it reads later depends on what was there. */
  readonly #appended = new Map<string, string | null>();

  constructor(send: SendObservation) {
    this.#send = send;
  }

  /** Call it before the read: a file that changes meanwhile has another stamp later. */
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

  /** A file of the kernel: its stamp does not change with its content. */
  #readKernel(path: string): void {
    if (ENVIRONMENT_FILE.test(path)) this.listsEnvironment();
    if (!OWN_STATE.test(path)) this.unobserved(`\`${path}\``);
  }

  /** All variables at once, by a way that no proxy of `process.env` sees. */
  listsEnvironment(): void {
    this.observe("env-names", "");
    for (const name of Object.keys(variables)) if (!PASSING_VARIABLES.test(name)) this.observe("env", name);
  }

  /** Something without a path: a variable, the working folder, a fact of the machine. */
  observe(kind: "env" | "env-names" | "cwd" | "machine", name: string): void {
    if (this.#isNew(`${kind} ${name}`)) this.#send({ type: "read", path: name, kind });
  }

  /** Call it before the write: of a new folder, the first that is missing is the program's. */
  wrote(file: unknown): void {
    let path = pathOf(file);
    if (path === undefined) return;
    while (stampOf(dirname(path)) === null && dirname(path) !== path) path = dirname(path);
    if (this.#own.has(path)) return;
    this.#own.add(path);
    this.#send({ type: "written", path });
  }

  /** A folder that exists already stays the author's. */
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
