import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { dirname } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { type ReportWatcher, type WatchOptions, watchReports } from "../../../src/preview/watch.ts";
import { createWorkspace, type Workspace, waitUntil } from "../../helpers/workspace.ts";

interface Watched {
  readonly workspace: Workspace;
  readonly watcher: ReportWatcher;
  /** Names of changed files, one list for each call. */
  readonly changes: string[][];
  readonly warnings: string[];
  readonly has: (name: string, after?: number) => Promise<void>;
}

/** Watches the folder `reports` and the file `heapbook.yml`, and calls `then` with each change as it is reported. */
function watchIn(
  files: Readonly<Record<string, string>>,
  options: Partial<WatchOptions> = {},
  then: (workspace: Workspace) => void = () => {},
): Watched {
  const workspace = createWorkspace({ "heapbook.yml": "title: 0\n", ...files });
  const [changes, warnings]: [string[][], string[]] = [[], []];
  const watcher = watchReports({
    paths: [workspace.path("reports"), workspace.path("heapbook.yml")],
    ignored: [workspace.path("_site")],
    ignoredNames: ["report.results.json"],
    onChange: (found) => {
      changes.push(found.map((path) => path.slice(workspace.folder.length + 1)));
      then(workspace);
    },
    onWarning: (message) => warnings.push(message),
    ...options,
  });
  onTestFinished(() => watcher.close());
  const has = (name: string, after = 0): Promise<void> =>
    waitUntil(() => changes.slice(after).flat().includes(name), `the change of ${name}`, 5000);
  return { workspace, watcher, changes, warnings, has };
}

const FILES = { "reports/demo/report.md": "# Demo\n", "reports/demo/data/a.csv": "1\n" };

// The cause of the fault: a second edit at once after the first was reported is dropped by a watcher that limits events by time.
it("reports an edit made at the moment at which the edit before is reported, 20 times in a row", async () => {
  let edit = 0;
  const { workspace, changes } = watchIn(FILES, {}, ({ write }) => {
    edit += 1;
    if (edit < 20) write("heapbook.yml", `title: ${edit}\n`);
  });
  workspace.write("heapbook.yml", "title: first\n");
  await waitUntil(() => changes.length >= 20, "20 changes", 10_000);
  expect(new Set(changes.flat())).toEqual(new Set(["heapbook.yml"]));
});

it.each([0, 2, 10, 30, 45, 60, 120])("reports an edit %i ms after the edit before was reported", async (pauseMs) => {
  const { workspace, has, changes } = watchIn(FILES);
  workspace.write("reports/demo/report.md", "one\n");
  await has("reports/demo/report.md");
  const before = changes.length;
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
  workspace.write("reports/demo/report.md", "two\n");
  await has("reports/demo/report.md", before);
});

it("reports an edit of the same length within the same tick of the file system's clock", async () => {
  // The time of change cannot be set, so a scan and a write follow each other until both are in one tick.
  const { workspace, watcher, changes } = watchIn(FILES);
  const path = workspace.path("heapbook.yml");
  const ticks = (): bigint => statSync(path, { bigint: true }).ctimeNs;
  const endMs = Date.now() + 2000;
  let [same, edits] = [0, 0];
  for (; same < 3 && Date.now() < endMs; edits += 1) {
    workspace.write("heapbook.yml", `title: ${edits % 10}\n`);
    await watcher.check();
    const [before, known] = [ticks(), changes.length];
    workspace.write("heapbook.yml", `title: ${(edits + 1) % 10}\n`);
    if (ticks() !== before) continue;
    same += 1;
    await watcher.check();
    expect(changes.length, "a change in the same tick").toBeGreaterThan(known);
  }
  // Without two writes in one tick, as where the clock of the file system is fine, there is nothing to tell apart.
  expect(edits).toBeGreaterThan(0);
});

it("reports files that editors replace by renaming, that are deleted and made again, and a folder that is", async () => {
  const { workspace, has, changes } = watchIn(FILES);
  const again = async (name: string, edit: () => void): Promise<void> => {
    const before = changes.length;
    edit();
    await has(name, before);
  };
  const name = "heapbook.yml";
  for (let turn = 0; turn < 3; turn += 1) {
    await again(name, () => {
      workspace.write("heapbook.yml.tmp", `title: renamed ${turn}\n`);
      renameSync(workspace.path("heapbook.yml.tmp"), workspace.path(name));
    });
    await again(name, () => rmSync(workspace.path(name)));
    await again(name, () => workspace.write(name, `title: again ${turn}\n`));
    const inner = "reports/demo/data/a.csv";
    await again(inner, () => rmSync(workspace.path(dirname(inner)), { recursive: true }));
    await again(inner, () => workspace.write(inner, `${turn}\n`));
    await again(inner, () => workspace.write(inner, `${turn} again\n`));
  }
});

it("reports files in new folders at any depth, and through symbolic links, also one to a folder above", async () => {
  const { workspace, has } = watchIn({ ...FILES, "elsewhere/b.csv": "1\n" });
  workspace.write("reports/new/deep/report.md", "# New\n");
  await has("reports/new/deep/report.md");
  symlinkSync(workspace.path("elsewhere"), workspace.path("reports/demo/link"));
  symlinkSync(workspace.path("reports"), workspace.path("reports/demo/circle"));
  await has("reports/demo/link/b.csv");
  workspace.write("elsewhere/b.csv", "2\n");
  await has("reports/demo/link/b.csv", 1);
});

it("does not report what it ignores, unless such a path is watched by name", async () => {
  const { workspace, watcher, changes, has } = watchIn({ ...FILES, "reports/demo/node_modules/p/index.js": "1" });
  for (const path of ["node_modules/p/index.js", ".heapbook/x", "_site/x", "report.results.json"])
    workspace.write(`reports/demo/${path}`, "2");
  workspace.write("_site/index.html", "2");
  await watcher.check();
  expect(changes.flat()).toEqual([]);
  watcher.add([workspace.path("_site/index.html")]);
  workspace.write("_site/index.html", "3");
  await has("_site/index.html");
});

it("reports a file that changed between its read and the beginning of its watch, and only such a file", async () => {
  const { workspace, watcher, changes } = watchIn({ ...FILES, "lib/old.ts": "1", "lib/new.ts": "1" });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const startMs = Date.now();
  workspace.write("lib/new.ts", "2");
  const late = watcher.addRead([workspace.path("lib/old.ts"), workspace.path("lib/new.ts")], startMs);
  expect(late).toEqual([workspace.path("lib/new.ts")]);
  await watcher.check();
  expect(changes).toEqual([]);
});

it("of a folder that was read, reports the names in it only; of files of the system, nothing", async () => {
  const { workspace, watcher, changes, has } = watchIn({ ...FILES, "lists/deep/a.csv": "1" });
  expect(watcher.addRead([workspace.path("lists"), "/proc/self/stat", "/dev/null"], 0)).toEqual([
    workspace.path("lists"),
  ]);
  workspace.write("lists/deep/b.csv", "1");
  await watcher.check();
  expect(changes).toEqual([]);
  workspace.write("lists/c.csv", "1");
  await has("lists");
});

it("reports a file that keeps being written, although it never settles", async () => {
  const { workspace, has } = watchIn(FILES);
  let line = 0;
  const timer = setInterval(() => workspace.write("reports/demo/log.txt", `${line++}`), 10);
  onTestFinished(() => clearInterval(timer));
  await has("reports/demo/log.txt");
});

it("finds changes without any event of the system, and says so where it has no more watches", async () => {
  const listen = (): never => {
    throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
  };
  const { workspace, warnings, has } = watchIn(FILES, { listen });
  expect(warnings).toEqual(["The system has no more file watches, so changes are looked for once a second."]);
  workspace.write("reports/demo/data/a.csv", "2\n");
  await has("reports/demo/data/a.csv");
  // A file whose time of modification goes back, as that of an unpacked archive.
  workspace.write("heapbook.yml", "title: 9\n");
  utimesSync(workspace.path("heapbook.yml"), 1, 1);
  await has("heapbook.yml");
  mkdirSync(workspace.path("reports/empty"));
  await has("reports/empty");
});
