import Module, { syncBuiltinESMExports } from "node:module";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { watch } from "./files.ts";
import type { Recorder } from "./recorder.ts";

// Copied before it is wrapped.
const getBuiltin = process.getBuiltinModule;

type Constructor = new (...args: unknown[]) => object;

/** Matches ATTACH and VACUUM INTO with a file name as an SQL text. SQLite accepts double quotes around texts, too. */
const NAMED = /\b(attach(?:\s+database)?|into)\s*(?:'((?:[^']|'')*)'|"((?:[^"]|"")*)")/gi;
const ATTACHES = /\battach\b/gi;

/**
 * Returns the paths that the name of a database may mean. SQLite reads `file:…` as a URI or as a path, depending on the
 * connection, so both are returned. Empty for databases in memory and in temporary files.
 */
function pathsOf(name: unknown): readonly (string | Buffer)[] {
  if (name instanceof URL) return name.protocol === "file:" ? [fileURLToPath(name)] : [];
  if (Buffer.isBuffer(name)) return [name];
  if (typeof name !== "string" || name === "" || name === ":memory:") return [];
  if (!name.startsWith("file:")) return [name];
  const [rest = "", query = ""] = name
    .slice("file:".length)
    .replace(/#.*/s, "")
    .split(/\?(.*)/s);
  const path = rest.replace(/^\/\/[^/]*/, "");
  if (path === "" || path === ":memory:" || query.split("&").includes("mode=memory")) return [];
  return [name, decoded(path)];
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function observeDatabase(recorder: Recorder, name: unknown): void {
  for (const path of pathsOf(name)) recorder.read("database", path);
}

/** Records the databases that an SQL statement names. */
function observeStatement(recorder: Recorder, sql: unknown): void {
  if (typeof sql !== "string") return;
  let attached = 0;
  for (const [, keyword = "", single, double] of sql.matchAll(NAMED)) {
    const name = single?.replaceAll("''", "'") ?? double?.replaceAll('""', '"');
    if (keyword.toLowerCase() === "into") recorder.wrote(name);
    else {
      attached++;
      observeDatabase(recorder, name);
    }
  }
  if ((sql.match(ATTACHES)?.length ?? 0) > attached) recorder.unobserved("a database that SQL attaches by a parameter");
}

/**
 * Wraps a class whose first constructor argument names a database. Records each database opened by the class, and those
 * that its SQL attaches.
 */
function observed(recorder: Recorder, original: Constructor): Constructor {
  const methods = original.prototype as Record<string, (...args: unknown[]) => unknown>;
  const before = (name: string, see: (first: unknown) => void): void => {
    const method = methods[name];
    if (typeof method !== "function") return;
    methods[name] = new Proxy(method, {
      apply: (target, self, args: unknown[]) => {
        see(args[0]);
        return Reflect.apply(target, self, args);
      },
    });
  };
  for (const name of ["exec", "prepare"]) before(name, (sql) => observeStatement(recorder, sql));
  before("loadExtension", (path) => recorder.read("content", path));
  return new Proxy(original, {
    construct(target, args: unknown[], self) {
      observeDatabase(recorder, args[0]);
      return Reflect.construct(target, args, self);
    },
  });
}

/**
 * Observes databases opened through `node:sqlite`. Loads the module, for which Node prints a warning; so call the
 * function when the program loads the module.
 */
export function observeSqlite(recorder: Recorder): void {
  const sqlite = getBuiltin("node:sqlite") as Record<string, unknown> | undefined;
  const original = sqlite?.["DatabaseSync"];
  if (sqlite === undefined || typeof original !== "function") return;
  sqlite["DatabaseSync"] = observed(recorder, original as Constructor);
  const { backup } = sqlite;
  if (typeof backup === "function") {
    sqlite["backup"] = new Proxy(backup, {
      apply(target, self, args: unknown[]) {
        recorder.wrote(args[1]);
        return Reflect.apply(target, self, args);
      },
    });
  }
  syncBuiltinESMExports();
}

/** Observes `node:sqlite` once a program asks for the module, by `require` or `process.getBuiltinModule`. */
export function observeSqliteWhenLoaded(recorder: Recorder): void {
  let isObserved = false;
  const onLoad = ([name]: readonly unknown[]): void => {
    if (isObserved || name !== "node:sqlite") return;
    isObserved = true;
    observeSqlite(recorder);
  };
  watch(Module, "_load", onLoad);
  watch(process, "getBuiltinModule", onLoad);
}

/**
 * Observes a native addon after its loading. Records the databases of an SQLite addon (better-sqlite3, sqlite3).
 * Reports any other addon as unobserved, because the addon may read files.
 *
 * @param exports `module.exports` of the addon
 * @param path of the addon's file
 */
export function observeAddon(recorder: Recorder, exports: unknown, path: unknown): void {
  const file = String(path);
  const addon = typeof exports === "object" && exports !== null ? (exports as Record<string, unknown>) : {};
  const packaged = file.split("/node_modules/");
  const isSqlite = /sqlite/i.test((packaged.length > 1 ? packaged.at(-1) : basename(file)) ?? "");
  const database = isSqlite ? addon["Database"] : undefined;
  if (typeof database !== "function" || !Reflect.set(addon, "Database", observed(recorder, database as Constructor))) {
    recorder.unobserved(`the native addon \`${basename(file)}\``);
  }
}
