import { randomBytes } from "node:crypto";
import {
  type BigIntStats,
  type Dirent,
  lstatSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { join, relative, resolve } from "node:path";
import { readRegularText } from "../files.ts";
import { NODE_VARIABLES } from "../model/node-variables.ts";
import {
  DATABASE_SIDES,
  databaseStamp,
  type Observation,
  type ObservationKind,
  PASSING_VARIABLES,
} from "../model/observations.ts";
import { decodePath } from "../model/path-bytes.ts";
import { createFileHasher, sha256 } from "./hash.ts";
import { readMachineFact } from "./machine-facts.ts";
import { filesOfFlags, filesOfVariables, nativeVariables } from "./native-variables.ts";

/**
 * Value of an observation whose file changed between the process's read and the parent's hash. It never counts as
 * equal.
 */
const CHANGED = "changed while it was read";

const hashFile = createFileHasher();

/** Kinds of observations whose name is not a path. */
export const WITHOUT_PATH: ReadonlySet<ObservationKind> = new Set([
  "env",
  "env-names",
  "locale",
  "machine",
  "place",
  "param",
  "param-names",
]);

/**
 * Salt for hashes of variables. One for each run of Heapbook, so that trials that observe the same variable get equal
 * observations.
 */
const SALT = randomBytes(8).toString("hex");

/** Variables of Heapbook itself, and one that Node reads in every process. `NODE_VARIABLES` do not reach a cell either. */
const NOT_THE_CELLS = /^(?:HEAPBOOK_.*|WATCH_REPORT_DEPENDENCIES)$/;

/**
 * Observes a fact at this moment.
 *
 * @param base folder to which the name is relative
 * @param stamp stamp of the file (`stampOf`) when the process read it; undefined if unknown. If the stamp differs now,
 *   the value is `CHANGED`, which never counts as equal.
 */
export function observe(kind: ObservationKind, name: string, base: string, stamp?: string | null): Observation {
  const path = WITHOUT_PATH.has(kind) ? "" : resolve(base, name);
  const isSame = (): boolean => stamp === undefined || hasStamp(kind, path, stamp);
  const value = isSame() ? readValue(kind, name, path, base) : CHANGED;
  return { kind, name, value: value !== CHANGED && isSame() ? value : CHANGED };
}

/**
 * Whether a path still has its stamp from the process's read. Existence, link target and the state of a folder count as
 * unchanged if the path still exists, because other programs may write into the folder, such as the folder of temporary
 * files.
 */
function hasStamp(kind: ObservationKind, path: string, stamp: string | null): boolean {
  const now = kind === "database" ? databaseStamp(path, stampOf) : stampOf(path);
  if (now === stamp) return true;
  if (now === null || stamp === null) return false;
  return (
    kind === "exists" ||
    kind === "link" ||
    (kind === "state" && orNull(() => typeOf(statSync(toFsPath(path)))) === "folder")
  );
}

/**
 * Whether an observation still holds. Always true for printed positions and written files: only a caller with the
 * bundle, or with all cells, can check those.
 */
export function isCurrent({ kind, name, value }: Observation, base: string): boolean {
  if (kind === "place" || kind === "written") return true;
  if (SALTED.has(kind) && value !== null) {
    const now = readSecret(kind, name);
    return now !== null && saltedHash(name, now, value.slice(0, value.indexOf(":"))) === value;
  }
  return observe(kind, name, base).value === value;
}

/** Kinds of observations whose value is kept only as a salted hash. */
const SALTED: ReadonlySet<ObservationKind> = new Set(["env", "locale", "machine"]);

function readSecret(kind: ObservationKind, name: string): string | null {
  return kind === "machine" ? readMachineFact(name) : (process.env[name] ?? null);
}

/** The process of a cell before its code runs. */
interface NativeProcess {
  readonly isPython: boolean;
  /** Whether the process gets the environment variables of Heapbook's own process. */
  readonly inherits: boolean;
  /** The report's folder, in which the process runs. */
  readonly folder: string;
  readonly flags: readonly string[];
}

/**
 * Observes what every cell depends on whatever its code is: time zone, language, variables that the interpreter reads
 * natively, and the files that these name.
 *
 * @param own variables that the cell's option `env` sets; they are left out, because the fingerprint has them
 */
export function observeNative(
  own: Readonly<Record<string, string>>,
  { isPython, inherits, folder, flags }: NativeProcess,
): Observation[] {
  const files = [...filesOfVariables(inherits ? { ...process.env, ...own } : own), ...filesOfFlags(flags)].map((file) =>
    observe("content", file, folder),
  );
  if (!inherits) return files;
  const names = nativeVariables(isPython).filter((name) => !Object.hasOwn(own, name));
  const variables = names.map((name) => observe("locale", name, ""));
  // If the variable `TZ` is not set, the system's own setting decides.
  return [...variables, ...files, ...(Object.hasOwn(own, "TZ") ? [] : [observe("machine", "time zone", "")])];
}

/** Sorts observations by name and removes duplicates. */
export function sortObserved(observed: readonly Observation[]): Observation[] {
  const byKey = new Map(observed.map((one) => [`${one.name}\0${one.kind}\0${one.value}`, one]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** Whether a variable is not passed on to cells, or not observed. */
export function isOfHeapbook(variable: string): boolean {
  return NODE_VARIABLES.has(variable) || NOT_THE_CELLS.test(variable);
}

/** Names an observation in words, for explanations: `data.csv`, `environment variable TZ`. */
export function nameObservation({ kind, name }: Observation): string {
  if (kind === "env" || kind === "locale") return `environment variable ${name}`;
  if (kind === "machine") return name === "time zone" || name === "umask" ? `the ${name}` : `the machine's ${name}`;
  if (kind === "env-names") return "the list of environment variables";
  if (kind === "place") return "the place of a line that the cell prints";
  return kind === "cwd" ? "the place of the report" : name === "" ? "the report's folder" : name;
}

/** Inode, size and time of change of a path, as one text that changes with the content; null if nothing exists. */
function stampOf(path: string): string | null {
  let stats: BigIntStats | undefined;
  try {
    stats = statSync(toFsPath(path), { bigint: true, throwIfNoEntry: false });
  } catch {
    return null;
  }
  return stats === undefined ? null : `${stats.ino}:${stats.size}:${stats.mtimeNs}`;
}

const EMPTY = sha256("");

/** Hashes of an SQLite database file and its non-empty side files, as one text; null if none exists. */
function hashDatabase(path: string): string | null {
  const sides = DATABASE_SIDES.map((side) => hashFile(toFsPath(path + side))).filter((each) => each !== EMPTY);
  const known = [hashFile(toFsPath(path)), ...sides.filter((each) => each !== null)];
  return known.length === 1 ? (known[0] ?? null) : sha256(known.join(" "));
}

function readValue(kind: ObservationKind, name: string, path: string, base: string): string | null {
  switch (kind) {
    case "cwd":
      return base;
    case "env":
    case "locale":
    case "machine": {
      const secret = readSecret(kind, name);
      return secret === null ? null : saltedHash(name, secret, SALT);
    }
    case "env-names":
      return sha256(
        Object.keys(process.env)
          .filter((each) => !isOfHeapbook(each) && !PASSING_VARIABLES.test(each))
          .sort()
          .join("\n"),
      );
    case "place":
    case "param":
    case "param-names":
      // The value is unknown here: the caller has the parameters (`observeParameter` in used-parameters.ts) or the
      // bundle (`PlaceReader`).
      return null;
    case "content":
      return hashFile(toFsPath(path)) ?? orCode(() => statSync(toFsPath(path)) && null);
    case "database":
      return hashDatabase(path);
    case "written":
      return orNull(() => {
        const type = typeOf(statSync(toFsPath(path)));
        return type === "file" ? hashFile(toFsPath(path)) : type;
      });
    default:
      return orCode(() => readPath(kind, path, base));
  }
}

type PathKind = "names" | "tree" | "exists" | "state" | "mode" | "package" | "link";

function readPath(kind: PathKind, path: string, base: string): string | null {
  const own = toFsPath(path);
  switch (kind) {
    case "names":
    case "tree":
      return sha256(listNames(path, kind === "tree").join("\n"));
    case "exists":
      return typeOf(statSync(own));
    case "state": {
      const [link, target] = [lstatSync(own), orNull(() => describeState(statSync(own)))];
      return link.isSymbolicLink() ? `${describeState(link)}, ${target}` : target;
    }
    case "mode":
      return describeMode(statSync(own));
    case "package":
      return sha256(loaderFields(readRegularText(own)));
    case "link": {
      lstatSync(own);
      // If the link's target does not exist, only the link's text is known.
      const target = orNull(() => relative(base, realpathSync(own))) ?? "";
      return `${target} ${orNull(() => readlinkSync(own)) ?? ""}`;
    }
  }
}

/**
 * Describes type, permissions, owner, size, time of change and number of hard links; of a folder without the last three,
 * which change whenever something in it is written.
 */
function describeState(stats: Stats): string {
  const kept = `${describeMode(stats)} ${stats.uid}:${stats.gid}`;
  return stats.isDirectory() ? kept : `${kept} ${stats.size} ${stats.mtimeMs} ${stats.nlink}`;
}

/** Type and permissions: `file 644`. */
function describeMode(stats: Stats): string {
  return `${typeOf(stats)} ${(stats.mode & 0o7777).toString(8)}`;
}

/**
 * The fields of a package.json that Node's loader reads. Other fields, such as scripts, do not affect what a module
 * does.
 */
function loaderFields(text: string): string {
  try {
    const { name, type, main, exports, imports } = JSON.parse(text);
    return JSON.stringify([name, type, main, exports, imports]);
  } catch {
    return text;
  }
}

function typeOf(of: Stats): "folder" | "file" | "other" {
  return of.isDirectory() ? "folder" : of.isFile() ? "file" : "other";
}

/** Type of an entry, as a program may list it (`withFileTypes`). */
function typeOfEntry(entry: Dirent<Buffer>): string {
  if (entry.isDirectory()) return "folder";
  if (entry.isFile()) return "file";
  return entry.isSymbolicLink() ? "link" : entry.isFIFO() ? "pipe" : entry.isSocket() ? "socket" : "other";
}

/**
 * Names and types of a folder's entries. Names are hex, because they may not be UTF-8.
 * @param below includes the folders below
 */
function listNames(folder: string, below: boolean): string[] {
  const entries = readdirSync(toFsPath(folder), { withFileTypes: true, encoding: "buffer" });
  return entries
    .flatMap((entry) => {
      const name = `${entry.name.toString("hex")} ${typeOfEntry(entry)}`;
      if (!below || !entry.isDirectory()) return [name];
      return [name, ...listNames(join(folder, decodePath(entry.name)), true).map((each) => `${name}/${each}`)];
    })
    .sort();
}

/**
 * The result of `read`; null if nothing exists. For any other error its code, such as `ENOTDIR`, because a program may
 * print the code.
 */
function orCode(read: () => string | null): string | null {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === undefined || code === "ENOENT" ? null : code;
  }
}

function orNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/**
 * The observation with the hash of the variable's current value under another salt. Unset variables and other kinds
 * stay unchanged.
 */
export function withSalt(one: Observation, salt: string): Observation {
  const now = one.kind === "env" ? process.env[one.name] : undefined;
  return now === undefined || !isCurrent(one, "") ? one : { ...one, value: saltedHash(one.name, now, salt) };
}

/** The salt of the first salted hash among observations; undefined if there is none. */
export function saltOf(observed: readonly Observation[]): string | undefined {
  const value = observed.find((one) => one.kind === "env" && one.value !== null)?.value;
  return value?.slice(0, value.indexOf(":"));
}

function saltedHash(name: string, value: string, salt: string): string {
  return `${salt}:${sha256(`${salt}\0${name}\0${value}`)}`;
}

/**
 * Converts a path for `node:fs`. Processes report a byte that is not UTF-8 as Python does (PEP 383): 0xFF as U+DCFF.
 */
function toFsPath(path: string): string | Buffer {
  if (!/[\udc80-\udcff]/.test(path)) return path;
  const parts = path.split(/(?<![\ud800-\udbff])([\udc80-\udcff])/);
  return Buffer.concat(
    parts.map((part) =>
      /^[\udc80-\udcff]$/.test(part) ? Buffer.from([part.charCodeAt(0) - 0xdc00]) : Buffer.from(part, "utf8"),
    ),
  );
}
