import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { pythonCell, SYSTEM } from "../../helpers/python-runner.ts";
import { cellOf, makeWorkspace, reportOf } from "../../helpers/workspace.ts";

// A database of SQLite in the mode of a write-ahead log: another program adds a row, which is in the log only (`-wal`).

const IN = "reports/demo";

/** Adds a row, and ends as a program that is killed does: the log stays beside the database. */
const ADD_ROW = `
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("pragma journal_mode=wal")
db.execute("create table if not exists t(x)")
db.execute("insert into t values (?)", (sys.argv[2],))
db.commit()
os._exit(0)
`;

const JS_CHILD = 'import { execFileSync } from "node:child_process";';
const hasSqlite = process.getBuiltinModule("node:sqlite") !== undefined;

/** Cells that read the table of the database with their label. */
const CELLS: Readonly<Record<string, string>> = {
  connected: pythonCell(
    "connected",
    "import sqlite3\nprint(sqlite3.connect('connected.db').execute('select x from t').fetchall())",
  ),
  attached: pythonCell(
    "attached",
    "import sqlite3\ndb = sqlite3.connect(':memory:')\ndb.execute(\"attach 'attached.db' as other\")\n" +
      "print(db.execute('select x from other.t').fetchall())",
  ),
  child: cellOf(
    "//| label: child",
    JS_CHILD,
    'console.log(execFileSync("python3", ["child.py"], { encoding: "utf8" }));',
  ),
  ...(hasSqlite
    ? {
        node: cellOf(
          "//| label: node",
          'import { DatabaseSync } from "node:sqlite";',
          'console.log(new DatabaseSync("node.db").prepare("select x from t").all());',
        ),
        "node-attached": cellOf(
          "//| label: node-attached",
          'import { DatabaseSync } from "node:sqlite";',
          'const db = new DatabaseSync(":memory:"); db.exec("attach database \'node-attached.db\' as other");',
          'console.log(db.prepare("select x from other.t").all());',
        ),
      }
    : {}),
};

describe.skipIf(SYSTEM === undefined)("a cell that reads a database", () => {
  it("runs again where only the database's log has changed, and not else", async () => {
    const names = Object.keys(CELLS);
    const workspace = makeWorkspace({
      [`${IN}/report.md`]: reportOf(Object.values(CELLS).join("")),
      [`${IN}/child.py`]: "import sqlite3\nprint(sqlite3.connect('child.db').execute('select x from t').fetchall())",
      "add-row.py": ADD_ROW,
    });
    const addRow = (value: string): void => {
      for (const name of names) {
        execFileSync("python3", [workspace.path("add-row.py"), workspace.path(`${IN}/${name}.db`), value]);
      }
    };
    const render = () => runCli(["render", "--explain", "--to", "md"], { cwd: workspace.folder });
    const reasons = (stderr: string): string[] =>
      [...stderr.matchAll(/^ {2}\S+: run \(.*\): (.*)/gm)].map(([, why = ""]) => why);
    addRow("first row");
    const first = await render();
    expect(first, first.stderr).toMatchObject({ exitCode: 0 });
    expect(first.stderr).not.toContain("cannot be observed");
    await render(); // Who closes the last connection moves the log into the database.
    const steady = await render();
    expect(reasons(steady.stderr), steady.stderr).toEqual([]);
    addRow("second row");
    expect(names.filter((name) => !workspace.list(IN).includes(`${IN}/${name}.db-wal`))).toEqual([]);
    const changed = await render();
    expect(reasons(changed.stderr), changed.stderr).toEqual(names.map((name) => `${name}.db changed`));
    expect(workspace.read("_site/demo/report.md").match(/second row/g)).toHaveLength(names.length);
  }, 120_000);
});
