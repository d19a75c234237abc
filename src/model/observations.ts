/**
 * What a process can observe of its surroundings.
 *
 * - `content`: the bytes of a file; the names in a folder; that nothing is there
 * - `names`: names and types of what a folder holds; `tree`: the same, of all folders below it too
 * - `exists`: whether a path is a file, a folder, or nothing
 * - `state`: type, size, time of change and permissions; `mode`: type and permissions
 * - `database`: the content of a database of SQLite with what its log and its journal add to it (`DATABASE_SIDES`)
 * - `package`: what Node takes from a package.json to find and load modules: name, type, main, exports, imports
 * - `link`: where a symbolic link leads
 * - `cwd`: the working folder, as an absolute path
 * - `env`: the value of an environment variable; `env-names`: which variables are set
 * - `locale`: the value of an environment variable that Node, V8, ICU or the C library reads by itself
 * - `machine`: a fact of the machine, its user or the shell, by name (`MACHINE_FACTS`): the name of the host, the processors, the umask
 * - `place`: the author's place (`report.md:20:3`) of a line and column of the bundle that the cell printed, as in a stack
 * - `written`: what the cell left at a path that it wrote: the hash of the file, `folder`, or that nothing is there. Who has the results
 *   of all cells compares it (`src/experiment/written-files.ts`)
 * - `param`: the value of a parameter of the report; `param-names`: which parameters the report has
 */
export const OBSERVATION_KINDS = [
  "content",
  "names",
  "tree",
  "exists",
  "state",
  "mode",
  "database",
  "package",
  "link",
  "cwd",
  "env",
  "env-names",
  "locale",
  "machine",
  "place",
  "written",
  "param",
  "param-names",
] as const;

export type ObservationKind = (typeof OBSERVATION_KINDS)[number];

/**
 * Facts of the kind `machine`. Readings that change from moment to moment, such as free memory, loads and process ids, are none: they are
 * like clocks.
 */
export const MACHINE_FACTS = [
  "hostname",
  "user",
  "processors",
  "memory",
  "network",
  "system",
  "priority",
  "umask",
  "groups",
  "time zone",
] as const;

export type MachineFact = (typeof MACHINE_FACTS)[number];

/** One thing that a trial observed, on which its result therefore depends. */
export interface Observation {
  readonly kind: ObservationKind;
  /** A path, relative to the report's folder inside of it; the name of an environment variable or a parameter; else empty. */
  readonly name: string;
  /** What was found, as a hash or a short text; null where nothing was there. Of an environment variable only a salted hash, of a parameter its JSON. */
  readonly value: string | null;
}

/**
 * Endings of the files beside a database of SQLite that have a part of its content: the write-ahead log, and the journal by which an
 * interrupted transaction is rolled back (https://www.sqlite.org/tempfiles.html). An empty one has none. `-shm` is an index of the log.
 */
export const DATABASE_SIDES = ["-wal", "-journal"] as const;

/**
 * The stamps of a database and of what beside it is not empty; null where nothing is there. A connection makes an empty log, and removes
 * it at its end.
 *
 * @param stampOf inode, size and time of change of a path, with `:` between; null where nothing is there
 */
export function databaseStamp(path: string, stampOf: (path: string) => string | null): string | null {
  const sides = DATABASE_SIDES.map((side) => stampOf(path + side)).filter(
    (stamp) => stamp !== null && stamp.split(":")[1] !== "0",
  );
  const stamp = stampOf(path);
  return stamp === null && sides.length === 0 ? null : [stamp ?? "", ...sides].join(" ");
}

/** Code that may start a program or a thread, or load a module that does. */
export const MAY_START =
  /\b(?:child_process|worker_threads|cluster|createRequire|getBuiltinModule|require|binding|mainModule|eval|Function)\b|\bimport\s*\(/;

/** Code that may ask Node for the environment without `process.env`, or for the machine and its user. */
export const ASKS_MACHINE =
  /\b(?:homedir|tmpdir|os|report(?!\.md)|umask|navigator|get(?:e?[ug]id|groups|BuiltinModule)|constrainedMemory|binding)\b/;

/** Code that may show where its Node is. */
export const NAMES_NODE = /\b(?:execPath|argv0?)\b/;

/** Code that may show where its Python is. */
export const NAMES_PYTHON = /\b(?:executable|(?:base_|exec_|base_exec_)?prefix|sysconfig)\b/;

/** Variables that a cell with `inherit-env: false` inherits all the same: programs start and write temporary files by them. */
export const ALWAYS_INHERITED: ReadonlySet<string> = new Set(["PATH", "HOME", "TMPDIR", "SystemRoot", "TEMP", "TMP"]);

/** Variables that the shell and npm set anew each time: a program that lists the environment does not depend on them. */
export const PASSING_VARIABLES =
  /^(?:_|SHLVL|PWD|OLDPWD|INIT_CWD|WINDOWID|TERM_SESSION_ID|COLUMNS|LINES|npm_.*|SSH_.*)$/;
