/**
 * Kinds of facts about its surroundings that a process can observe. A result depends on the facts that its process
 * observed.
 *
 * - `content`: the bytes of a file; the names in a folder; or that the path does not exist
 * - `names`: names and types of a folder's entries; `tree`: the same for all folders below it too
 * - `exists`: whether a path is a file, a folder, or nothing
 * - `state`: type, permissions, owner, size, time of change, number of hard links; `mode`: type and permissions
 * - `database`: content of an SQLite database, including its log and journal files (`DATABASE_SIDES`)
 * - `package`: the fields of a package.json by which Node finds and loads modules: name, type, main, exports, imports
 * - `link`: target of a symbolic link
 * - `cwd`: the working folder, as an absolute path
 * - `env`: the value of an environment variable; `env-names`: which variables are set
 * - `locale`: the value of an environment variable that Node, V8, ICU or the C library reads by itself
 * - `machine`: a fact about the machine, its user or the shell, by name (`MACHINE_FACTS`): host name, processors, umask
 * - `place`: the author's place (`report.md:20:3`) of a line and column of the bundle that the cell printed, as in a
 *   stack
 * - `written`: the state that the cell left at a path it wrote: the hash of the file, `folder`, or nothing. Checked
 *   after all cells, against the results of all of them (`src/experiment/written-files.ts`)
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
 * Facts of the kind `machine`. Readings that change from moment to moment, such as free memory, load and process ids,
 * are not observed: like clocks, they never repeat.
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
  /**
   * A path (relative if inside the report's folder), or the name of an environment variable or parameter; empty for
   * kinds without a name.
   */
  readonly name: string;
  /**
   * The observed state, as a hash or a short text; null where nothing existed. Environment variables: a salted hash.
   * Parameters: JSON.
   */
  readonly value: string | null;
}

/**
 * Suffixes of the files beside an SQLite database that hold a part of its content: the write-ahead log, and the
 * rollback journal (https://www.sqlite.org/tempfiles.html). Empty ones hold nothing. `-shm` is not listed, because it
 * only indexes the log.
 */
export const DATABASE_SIDES = ["-wal", "-journal"] as const;

/**
 * Stamps of a database file and of its non-empty log and journal files, as one text; null where none exists. Empty side
 * files do not count, because a connection creates an empty log and removes it at its end.
 *
 * @param stampOf returns inode, size and time of change of a path, joined by `:`; null where nothing exists
 */
export function databaseStamp(path: string, stampOf: (path: string) => string | null): string | null {
  const sides = DATABASE_SIDES.map((side) => stampOf(path + side)).filter(
    (stamp) => stamp !== null && stamp.split(":")[1] !== "0",
  );
  const stamp = stampOf(path);
  return stamp === null && sides.length === 0 ? null : [stamp ?? "", ...sides].join(" ");
}

/** Matches code that may start a program or a thread, or load a module that does. */
export const MAY_START =
  /\b(?:child_process|worker_threads|cluster|createRequire|node:test|execve|getBuiltinModule|require|binding|mainModule|eval|Function)\b|\bimport\s*\(/;

/**
 * Matches code that may read the environment other than through `process.env`, or facts about the machine and its user.
 */
export const ASKS_MACHINE =
  /\b(?:homedir|tmpdir|os|report(?!\.md)|umask|navigator|get(?:e?[ug]id|groups|BuiltinModule)|constrainedMemory|binding)\b/;

/** Matches code that may show the path of its Node binary. */
export const NAMES_NODE = /\b(?:execPath|argv0?)\b/;

/** Matches code that may show the path of its Python. */
export const NAMES_PYTHON = /\b(?:executable|(?:base_|exec_|base_exec_)?prefix|sysconfig)\b/;

/**
 * Variables that a cell gets even with `inherit-env: false`, because programs need them to start and to write temporary
 * files.
 */
export const ALWAYS_INHERITED: ReadonlySet<string> = new Set(["PATH", "HOME", "TMPDIR", "SystemRoot", "TEMP", "TMP"]);

/**
 * Matches variables that differ between sessions (shell, terminal, ssh, npm). A program that lists the environment is
 * not taken to depend on their values.
 */
export const PASSING_VARIABLES =
  /^(?:_|SHLVL|PWD|OLDPWD|INIT_CWD|WINDOWID|TERM_SESSION_ID|COLUMNS|LINES|npm_.*|SSH_.*)$/;
