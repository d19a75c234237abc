import Module, { syncBuiltinESMExports } from "node:module";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { watch } from "./files.ts";
import type { Recorder } from "./recorder.ts";

// Taken before it is wrapped.
const getBuiltin = process.getBuiltinModule;

type Constructor = new (...args: unknown[]) => object;

/** ATTACH and VACUUM INTO with the name of a file as text; SQLite takes double quotes for text, too. */
const NAMED = /\b(attach(?:\s+database)?|into)\s*(?:'((?:[^']|'')*)'|"((?:[^"]|"")*)")/gi;
const ATTACHES = /\battach\b/gi;

/**
 * The paths that a name may mean: SQLite takes `file:…` for a URI or for a path, depending on the connection. None for a database in
 * memory or in a temporary file.
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

/** The databases that a statement names. */
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

/** The class, whose first argument names a database, such that its connections and what their SQL attaches are observed. */
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
 * Observes the databases that are opened by `node:sqlite`. Node loads the module at this call, and warns that it is experimental: call the
 * function where the program loads the module.
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

/** Observes `node:sqlite` from the moment at which a program asks for the module, by `require` or `process.getBuiltinModule`. */
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
 * Observes a native addon that was loaded: databases of an addon of SQLite (better-sqlite3, sqlite3); of any other, that it may read files.
 *
 * @param exports what the addon has put there
 * @param path of the addon
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
