import { describe, expect, it } from "vitest";
import { observeAddon } from "../../../../src/harness/observing/databases.ts";
import type { Recorder } from "../../../../src/harness/observing/recorder.ts";

/** A recorder that keeps what it was told, in words. */
function makeRecorder(): { readonly recorder: Recorder; readonly told: string[] } {
  const told: string[] = [];
  const recorder = {
    read: (kind: string, path: unknown) => told.push(`${kind} ${path}`),
    wrote: (path: unknown) => told.push(`wrote ${path}`),
    unobserved: (what: string) => told.push(what),
  };
  return { recorder: recorder as unknown as Recorder, told };
}

class Database {
  exec(_sql: string): void {}
  prepare(sql: string): string {
    return sql;
  }
}
const open = Database as unknown as new (path: string) => Database;

/** What is observed of a connection of an addon of SQLite. */
function observeConnection(path: string, ...statements: readonly string[]): string[] {
  const { recorder, told } = makeRecorder();
  class Fresh extends open {
    override exec(_sql: string): void {}
    override prepare(sql: string): string {
      return sql;
    }
  }
  const addon = { Database: Fresh };
  observeAddon(recorder, addon, "/x/node_modules/better-sqlite3/prebuilds/linux-x64.node");
  const connection = new addon.Database(path);
  expect(connection).toBeInstanceOf(Fresh);
  for (const sql of statements) expect(connection.prepare(sql)).toBe(sql);
  return told;
}

describe("native addons", () => {
  it("a connection of an addon of SQLite names its database", () => {
    expect(observeConnection("a.db")).toEqual(["database a.db"]);
    expect(observeConnection("file:a%20b.db?mode=ro")).toEqual(["database file:a%20b.db?mode=ro", "database a b.db"]);
    expect(observeConnection("file:///a%2.db")).toEqual(["database file:///a%2.db", "database /a%2.db"]);
    for (const memory of ["", ":memory:", "file::memory:", "file:a?mode=memory"]) {
      expect(observeConnection(memory)).toEqual([]);
    }
  });

  it("SQL names the databases that it attaches and writes", () => {
    expect(observeConnection("", "ATTACH DATABASE 'it''s.db' AS a")).toEqual(["database it's.db"]);
    expect(observeConnection("", "attach \"b.db\" as b; attach 'c.db' as c")).toEqual([
      "database b.db",
      "database c.db",
    ]);
    expect(observeConnection("", "vacuum into 'd.db'")).toEqual(["wrote d.db"]);
    expect(observeConnection("", "attach ? as e")).toEqual(["a database that SQL attaches by a parameter"]);
    expect(observeConnection("", "select x into from t")).toEqual([]);
  });

  it("what any other addon reads cannot be observed", () => {
    const { recorder, told } = makeRecorder();
    observeAddon(recorder, { Database }, "/x/node_modules/level/build/leveldown.node");
    observeAddon(recorder, undefined, "/x/other.node");
    expect(told).toEqual(["the native addon `leveldown.node`", "the native addon `other.node`"]);
  });
});
