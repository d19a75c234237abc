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
import { createFileHasher, sha256 } from "./hash.ts";
import { readMachineFact } from "./machine-facts.ts";
import { filesOfFlags, filesOfVariables, nativeVariables } from "./native-variables.ts";

/** Value of what changed between the moment at which a process observed it and the hash: it equals no other value. */
const CHANGED = "changed while it was read";

const hashFile = createFileHasher();

/** Kinds whose name is no path. */
export const WITHOUT_PATH: ReadonlySet<ObservationKind> = new Set([
  "env",
  "env-names",
  "locale",
  "machine",
  "place",
  "param",
  "param-names",
]);

/** One for each run of Heapbook, so that trials that observe one variable have one observation. */
const SALT = randomBytes(8).toString("hex");

/** Variables of Heapbook itself, and one that Node reads in every process. `NODE_VARIABLES` do not reach a cell either. */
const NOT_THE_CELLS = /^(?:HEAPBOOK_.*|WATCH_REPORT_DEPENDENCIES)$/;

/**
 * Observes something now.
 *
 * @param base folder to which the name is relative
 * @param stamp stamp of the file (`stampOf`) at the moment at which the process observed it: where the file has another now, the
 *   value is one that nothing equals. Undefined: unknown.
 */
export function observe(kind: ObservationKind, name: string, base: string, stamp?: string | null): Observation {
  const path = WITHOUT_PATH.has(kind) ? "" : resolve(base, name);
  const isSame = (): boolean => stamp === undefined || hasStamp(kind, path, stamp);
  const value = isSame() ? readValue(kind, name, path, base) : CHANGED;
  return { kind, name, value: value !== CHANGED && isSame() ? value : CHANGED };
}

/**
 * Whether a path still has the stamp of the moment at which a process observed it. Whether a path is there, where it leads, and the
 * state of a folder do not change with what others write into the folder, such as the folder of temporary files.
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

/** Whether an observation would be the same now. Of printed places, who has the bundle knows; of written files, who has all cells. */
export function isCurrent({ kind, name, value }: Observation, base: string): boolean {
  if (kind === "place" || kind === "written") return true;
  if (SALTED.has(kind) && value !== null) {
    const now = readSecret(kind, name);
    return now !== null && saltedHash(name, now, value.slice(0, value.indexOf(":"))) === value;
  }
  return observe(kind, name, base).value === value;
}

/** Kinds of which only a salted hash is kept. */
const SALTED: ReadonlySet<ObservationKind> = new Set(["env", "locale", "machine"]);

function readSecret(kind: ObservationKind, name: string): string | null {
  return kind === "machine" ? readMachineFact(name) : (process.env[name] ?? null);
}

/** The process of a cell, before its code. */
interface NativeProcess {
  readonly isPython: boolean;
  /** Whether it gets the variables of Heapbook's own process. */
  readonly inherits: boolean;
  /** Of the report: the folder in which it runs. */
  readonly folder: string;
  readonly flags: readonly string[];
}

/**
 * What every cell depends on without its code: time zone, language, variables that the interpreter reads by itself, and the files that these name.
 *
 * @param own variables that the cell sets itself, which its fingerprint has
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
  // Without the variable, the system's own setting decides.
  return [...variables, ...files, ...(Object.hasOwn(own, "TZ") ? [] : [observe("machine", "time zone", "")])];
}

/** Sorts observations by name, and keeps each once. */
export function sortObserved(observed: readonly Observation[]): Observation[] {
  const byKey = new Map(observed.map((one) => [`${one.name}\0${one.kind}\0${one.value}`, one]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** Whether a variable is one that cells do not get. */
export function isOfHeapbook(variable: string): boolean {
  return NODE_VARIABLES.has(variable) || NOT_THE_CELLS.test(variable);
}

/** An observation in words, for reasons: `data.csv`, `environment variable TZ`. */
export function nameObservation({ kind, name }: Observation): string {
  if (kind === "env" || kind === "locale") return `environment variable ${name}`;
  if (kind === "machine") return name === "time zone" || name === "umask" ? `the ${name}` : `the machine's ${name}`;
  if (kind === "env-names") return "the list of environment variables";
  if (kind === "place") return "the place of a line that the cell prints";
  return kind === "cwd" ? "the place of the report" : name === "" ? "the report's folder" : name;
}

/** Inode, size and time of change of a path, which change with its content; null where nothing is there. */
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

/** The hashes of a database and of what beside it is not empty; null where nothing is there. */
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
      // Known to who has the parameters (`observeParameter` in used-parameters.ts), or the bundle (`PlaceReader`).
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
      // Of a link that leads to nothing, only its text is known.
      const target = orNull(() => relative(base, realpathSync(own))) ?? "";
      return `${target} ${orNull(() => readlinkSync(own)) ?? ""}`;
    }
  }
}

/** A folder changes whenever something in it is written, so its time says nothing that a program could mean. */
function describeState(stats: Stats): string {
  return stats.isDirectory() ? describeMode(stats) : `${describeMode(stats)} ${stats.size} ${stats.mtimeMs}`;
}

/** `file 644`. */
function describeMode(stats: Stats): string {
  return `${typeOf(stats)} ${(stats.mode & 0o7777).toString(8)}`;
}

/** What Node's loader reads of a package.json: its other fields, such as scripts and versions, change nothing that a module does. */
function loaderFields(text: string): string {
  try {
    const { name, type, main, exports, imports } = JSON.parse(text);
    return JSON.stringify([name, type, main, exports, imports]);
  } catch {
    return text;
  }
}

function typeOf(of: Stats | Dirent<Buffer> | Dirent): string {
  return of.isDirectory() ? "folder" : of.isFile() ? "file" : "other";
}

/** Names, as hex because they may be no UTF-8, with the type of each. */
function listNames(folder: string, below: boolean): string[] {
  const entries = readdirSync(toFsPath(folder), { withFileTypes: true, encoding: "buffer" });
  return entries
    .flatMap((entry) => {
      const name = `${entry.name.toString("hex")} ${typeOf(entry)}`;
      if (!below || !entry.isDirectory()) return [name];
      return [name, ...listNames(join(folder, entry.name.toString()), true).map((each) => `${name}/${each}`)];
    })
    .sort();
}

/** What is read of a path; null where nothing is there, and the code of any other error, such as `ENOTDIR`: a program may print it. */
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

/** The hash of a variable's present value under a salt, in place of one under another salt; unset variables and other kinds stay. */
export function withSalt(one: Observation, salt: string): Observation {
  const now = one.kind === "env" ? process.env[one.name] : undefined;
  return now === undefined || !isCurrent(one, "") ? one : { ...one, value: saltedHash(one.name, now, salt) };
}

/** The salt of the first hashed variable among observations; undefined where there is none. */
export function saltOf(observed: readonly Observation[]): string | undefined {
  const value = observed.find((one) => one.kind === "env" && one.value !== null)?.value;
  return value?.slice(0, value.indexOf(":"));
}

function saltedHash(name: string, value: string, salt: string): string {
  return `${salt}:${sha256(`${salt}\0${name}\0${value}`)}`;
}

/**
 * A path for `node:fs`. Processes report bytes that are no UTF-8 as Python does (PEP 383): byte 0xFF as U+DCFF.
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
