import { chmodSync, linkSync, mkdirSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { pythonCell, SYSTEM } from "../../helpers/python-runner.ts";
import { makeWorkspace, reportOf, type Workspace } from "../../helpers/workspace.ts";

// One report with a python cell for each way to observe something. All that they observe changes between two renders.

const IN = "reports/demo";

interface Kind {
  readonly code: readonly string[];
  /** Files before, in the report's folder. */
  readonly files?: Readonly<Record<string, string>>;
  readonly change: (workspace: Workspace, env: Record<string, string>) => void;
}

const write =
  (file: string, text: string): Kind["change"] =>
  ({ write: put }) =>
    put(`${IN}/${file}`, text);
const setVariable =
  (name: string): Kind["change"] =>
  (_, env) =>
    Object.assign(env, { [name]: "2" });
/** Puts a folder in the place of a file. */
const makeFolder =
  (file: string): Kind["change"] =>
  (workspace) => {
    rmSync(workspace.path(`${IN}/${file}`));
    mkdirSync(workspace.path(`${IN}/${file}`));
  };
const AT = "import os; at = os.open('d2', os.O_RDONLY)";

const KINDS: Readonly<Record<string, Kind>> = {
  "earlier-module": {
    code: ["import sys", "sys.path[:0] = ['lib1', 'lib2']", "import stats_x", "print(stats_x.v)"],
    files: { "lib2/stats_x.py": "v = 1" },
    change: write("lib1/stats_x.py", "v = 2"),
  },
  "package-beside-module": {
    code: ["import sys", "sys.path.insert(0, 'lib3')", "import stats_y", "print(stats_y.v)"],
    files: { "lib3/stats_y.py": "v = 1" },
    change: write("lib3/stats_y/__init__.py", "v = 2"),
  },
  "namespace-part": {
    code: ["import sys", "sys.path[:0] = ['lib4', 'lib5']", "import stats_n", "print(len(stats_n.__path__))"],
    files: { "lib5/stats_n/a.py": "v = 1" },
    change: write("lib4/stats_n/b.py", "v = 2"),
  },
  "dangling-link": {
    code: ["import os", "print(os.readlink('k0'))"],
    change: ({ path }) => {
      unlinkSync(path(`${IN}/k0`));
      symlinkSync("version-2", path(`${IN}/k0`));
    },
  },
  "not-a-folder": {
    code: ["import os", "try:", "    os.listdir('k1')", "except OSError as error:", "    print(error.errno)"],
    change: write("k1", "1"),
  },
  "entry-size": {
    code: ["import os", "with os.scandir('d1') as found:", "    print(sum(one.stat().st_size for one in found))"],
    files: { "d1/a": "1" },
    change: write("d1/a", "22"),
  },
  "entry-type": {
    code: [
      "import os",
      "import pathlib; print([one.is_dir() for one in os.scandir('e1')], pathlib.Path('e1').stat().st_mode > 0)",
    ],
    files: { "e1/a": "1" },
    change: makeFolder("e1/a"),
  },
  "entry-linked": {
    code: ["import os", "print([one.is_dir() for one in os.scandir('e2') if one.is_symlink()])"],
    files: { e2x: "1" },
    change: makeFolder("e2x"),
  },
  "walked-type": {
    code: ["import os", "print(list(os.walk('e3')))"],
    files: { "e3/a": "1" },
    change: makeFolder("e3/a"),
  },
  "open-at": {
    code: [AT, "print(open('a', opener=lambda path, flags: os.open(path, flags, dir_fd=at)).read())"],
    files: { "d2/a": "1" },
    change: write("d2/a", "2"),
  },
  "stat-at": {
    code: [AT, "print(os.stat('b', dir_fd=at).st_size)"],
    files: { "d2/b": "1" },
    change: write("d2/b", "22"),
  },
  "list-open": {
    code: ["import os; print(sorted(os.listdir(os.open('d3', os.O_RDONLY))))"],
    files: { "d3/a": "1" },
    change: write("d3/b", "1"),
  },
  fwalk: {
    code: [
      "import os",
      "for at, folders, files, fd in os.fwalk('d4'):",
      "    print(at, sum(os.stat(name, dir_fd=fd).st_size for name in files))",
    ],
    files: { "d4/x/a": "1" },
    change: write("d4/x/a", "22"),
  },
  "may-run": {
    code: ["import os; print(os.access('m1', os.X_OK))"],
    files: { m1: "1" },
    change: (workspace) => chmodSync(workspace.path(`${IN}/m1`), 0o755),
  },
  environb: { code: ["import os; print(os.environb.get(b'ENV_B'))"], change: setVariable("ENV_B") },
  "posix-environ": { code: ["import posix; print(posix.environ.get(b'ENV_P'))"], change: setVariable("ENV_P") },
  "sqlite-uri": {
    code: [
      "import sqlite3; db = sqlite3.connect('file:q1%2Edb?mode=ro', uri=True)",
      "try: print(db.execute('select * from t').fetchall())",
      "except sqlite3.Error as error: print(error)",
    ],
    files: { "q1.db": "no database" },
    change: write("q1.db", "still none"),
  },
  "sqlite-attach": {
    code: [
      "import sqlite3; db = sqlite3.connect(':memory:')",
      "try: print(db.execute('attach \"q2.db\" as q').fetchall())",
      "except sqlite3.Error as error: print(error)",
    ],
    files: { "q2.db": "no database" },
    change: write("q2.db", "still none"),
  },
  getenv: {
    code: ["import ctypes; c = ctypes.CDLL(None); c.getenv.restype = ctypes.c_char_p; print(c.getenv(b'ENV_C'))"],
    change: setVariable("ENV_C"),
  },
  "hard-links": {
    code: ["import os; print(os.stat('n2').st_nlink)"],
    files: { n2: "1" },
    change: ({ path }) => linkSync(path(`${IN}/n2`), path(`${IN}/n2-too`)),
  },
  "posix-stat": {
    code: ["import posix; print(posix.stat('n1').st_size)"],
    files: { n1: "1" },
    change: write("n1", "22"),
  },
  certificates: {
    code: [
      "import ssl",
      "try: ssl.create_default_context().load_verify_locations('ca.pem')",
      "except OSError as error: print(error.errno)",
    ],
    change: write("ca.pem", ""),
  },
  "installed-package": {
    code: ["import sys; sys.path.append('env/site-packages')", "import dependency; print(dependency.x)"],
    files: { "env/site-packages/dependency/__init__.py": "x = 1" },
    change: write("env/site-packages/dependency/__init__.py", "x = 22"),
  },
};

/** Cells that read by ways which nothing observes, with what the warning names. */
const UNOBSERVED: readonly (readonly [label: string, code: readonly string[], what: string])[] = [
  ["foreign", ["import ctypes; c = ctypes.CDLL(None); c.access(b'x', 0)"], "the foreign function `access`"],
  [
    "forked",
    ["import multiprocessing as m", "print(m.get_context('spawn').Pool(1).apply(abs, (-1,)))"],
    "the program `",
  ],
  ["started", ["import subprocess; subprocess.run(['true'])"], "the program `true`"],
];
/** Cells that call C and read nothing by it. */
const HARMLESS = pythonCell(
  "trimmed",
  "import ctypes; c = ctypes.CDLL(None); c.malloc_trim(0); ctypes.pythonapi.PyGC_Collect()",
);

/** Cells whose outputs show lines of report.md, and one that observes what does not change. */
const STEADY = [
  pythonCell("traceback", "import traceback\ntry: 1 / 0\nexcept ZeroDivisionError: traceback.print_exc()"),
  pythonCell("warning", "import warnings\nwarnings.warn('old')"),
  pythonCell("steady", "import os; print(os.environb.get(b'ENV_S'), [one.name for one in os.scandir('steady')])"),
  pythonCell(
    "own-at",
    "import os; os.makedirs('own', exist_ok=True); at = os.open('own', os.O_RDONLY)\n" +
      "file = os.open('new', os.O_CREAT | os.O_TRUNC | os.O_RDWR, dir_fd=at); os.write(file, str(os.getpid()).encode())\n" +
      "print(os.stat('new', dir_fd=at).st_size > 0)",
  ),
].join("");

const ranIn = (stderr: string): string[] =>
  [...stderr.matchAll(/^ {2}([\w-]+): run \(/gm)].map(([, label]) => label ?? "");

describe.skipIf(SYSTEM === undefined)("the result of a python cell", () => {
  it("names the reads that cannot be observed, once each", async () => {
    const cells = UNOBSERVED.map(([label, code]) => pythonCell(label, code.join("\n")));
    const workspace = makeWorkspace({ [`${IN}/report.md`]: reportOf(cells.join("") + HARMLESS) });
    const { stderr, exitCode } = await runCli(["render", "--to", "md"], { cwd: workspace.folder });
    expect(exitCode, stderr).toBe(0);
    const found = [...stderr.matchAll(/report\.md:\d+: the cell `(\w+)` uses (.*): reads that cannot be observed/g)];
    expect(found.map(([, label]) => label).sort()).toEqual(UNOBSERVED.map(([label]) => label).sort());
    for (const [, label, what] of found) expect(what).toContain(UNOBSERVED.find(([name]) => name === label)?.[2]);
  }, 60_000);

  it("is used again only where all that it depends on is the same; prose is not", async () => {
    const cells = Object.entries(KINDS).map(([label, { code }]) => pythonCell(label, code.join("\n")));
    const files = Object.values(KINDS).flatMap(({ files: own = {} }) => Object.entries(own));
    const workspace = makeWorkspace({
      [`${IN}/report.md`]: reportOf(cells.join("") + STEADY),
      [`${IN}/steady/a`]: "steady",
      ...Object.fromEntries(files.map(([name, text]) => [`${IN}/${name}`, text])),
    });
    mkdirSync(workspace.path(`${IN}/e2`));
    symlinkSync("../e2x", workspace.path(`${IN}/e2/link`));
    symlinkSync("version-1", workspace.path(`${IN}/k0`));
    const env: Record<string, string> = {};
    const render = () => runCli(["render", "--explain", "--to", "md"], { cwd: workspace.folder, env });

    const first = await render();
    expect(first, first.stderr).toMatchObject({ exitCode: 0 });
    expect(first.stderr).not.toContain("cannot be observed");
    expect(ranIn((await render()).stderr)).toEqual([]);
    for (const { change } of Object.values(KINDS)) change(workspace, env);
    workspace.write(`${IN}/report.md`, reportOf(`More prose.\n\n${cells.join("")}${STEADY}`));
    workspace.write(`${IN}/steady/a`, "changed, and not asked for");
    const changed = await render();
    expect(changed, changed.stderr).toMatchObject({ exitCode: 0 });
    expect(ranIn(changed.stderr)).toEqual(Object.keys(KINDS));
    unlinkSync(workspace.path(`${IN}/e2/link`));
    expect(ranIn((await render()).stderr)).toEqual(["entry-linked"]);
  }, 120_000);
});
