import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runCli, startCli } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, reportOf, type Workspace, waitUntil } from "../../helpers/workspace.ts";

const VARIANTS = 8;

/** Eight variants, one after another (`-j 1`), each a fifth of a second, each with a line in a log. */
const SLOW = reportOf(
  cellOf(
    "//| label: slow",
    `//| matrix: { turn: [${Array.from({ length: VARIANTS }, (_, index) => index).join(", ")}] }`,
    'import { appendFileSync } from "node:fs";',
    'import { params } from "heapbook";',
    "await new Promise((resolve) => setTimeout(resolve, 200));",
    'appendFileSync(process.env.RUN_LOG as string, "run\\n");',
    'console.log("turn " + params.turn);',
  ),
);

/** Asked to end, it goes on: only SIGKILL ends it. */
const STUBBORN = reportOf(
  cellOf(
    "//| label: stubborn",
    "//| timeout: 10m",
    'import { spawn } from "node:child_process";',
    'import { appendFileSync } from "node:fs";',
    'process.on("SIGTERM", () => {});',
    'const helper = spawn(process.execPath, ["-e", "process.on(\'SIGTERM\', () => {}); setInterval(() => {}, 1000)"], { stdio: "ignore" });',
    'appendFileSync(process.env.RUN_LOG as string, [process.pid, helper.pid, ""].join("\\n"));',
    "await new Promise((resolve) => setTimeout(resolve, 600_000));",
  ),
);

function createSlow(report: string): { workspace: Workspace; options: { cwd: string; env: Record<string, string> } } {
  const workspace = createWorkspace({ "reports/demo/report.md": report });
  return { workspace, options: { cwd: workspace.folder, env: { RUN_LOG: workspace.path("runs.log") } } };
}

function countStored(workspace: Workspace): number {
  return workspace.list(".heapbook/store").length;
}

function countRuns(workspace: Workspace): number {
  return workspace.read("runs.log").split("\n").length - 1;
}

/** Processes that were started from a bundle in this workspace and still run. */
function livingTrials(workspace: Workspace): string[] {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/environ`, "utf8").includes(workspace.path(".heapbook"));
    } catch {
      return false; // it ended while we looked
    }
  });
}

function isAlive(pid: number): boolean {
  try {
    // A zombie has ended; its parent has not read the exit code yet.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

describe.skipIf(process.platform !== "linux")("a render that is killed (kill -9)", () => {
  it("loses nothing that had finished: the next one reuses every finished trial", async () => {
    const { workspace, options } = createSlow(SLOW);
    const { child, ended } = startCli(["render", "demo", "-j", "1"], options);
    await waitUntil(() => countStored(workspace) >= 3, "three stored trials");
    child.kill("SIGKILL");
    expect(await ended).toMatchObject({ exitCode: null, signal: "SIGKILL" });
    const stored = countStored(workspace);
    expect(stored).toBeGreaterThanOrEqual(3);
    expect(stored).toBeLessThan(VARIANTS);
    expect(workspace.list("_site")).toEqual([]);
    // The trial that was under way ends by itself; Heapbook was gone, so it is not stored.
    await waitUntil(() => livingTrials(workspace).length === 0, "the end of the last trial");
    const runsBefore = countRuns(workspace);

    const second = await runCli(["render", "demo", "-j", "1"], options);

    expect(second.exitCode).toBe(0);
    expect(second.stderr).not.toContain("warning");
    expect(second.stderr).toContain(`${VARIANTS - stored} trials (${stored} reused)`);
    expect(countRuns(workspace) - runsBefore).toBe(VARIANTS - stored);
    const page = workspace.read("_site/demo/index.html");
    for (let turn = 0; turn < VARIANTS; turn++) expect(page).toContain(`turn ${turn}`);
    // What the killed render left behind has gone.
    expect(readdirSync(workspace.path(".heapbook")).filter((name) => name.startsWith("run-"))).toEqual([]);
  });
});

describe.skipIf(process.platform !== "linux")("two renders of one report at once", () => {
  it("run one after the other: each trial runs once, and the page is that of the store", async () => {
    const { workspace, options } = createSlow(SLOW);
    const both = await Promise.all([runCli(["render", "demo"], options), runCli(["render", "demo"], options)]);
    for (const run of both) expect(run, run.stderr).toMatchObject({ exitCode: 0, stdout: "_site/demo/index.html\n" });
    expect(countRuns(workspace)).toBe(VARIANTS);
    const texts = both.map(({ stderr }) => stderr).sort((one, other) => one.length - other.length);
    expect(texts.join("")).toMatch(/waiting for another render of this report \(process \d+\) to end/);
    const before = workspace.snapshot("_site");
    expect((await runCli(["render", "demo"], options)).stderr).toContain("nothing changed, no cell run");
    expect(workspace.snapshot("_site")).toEqual(before);
    expect(workspace.list(".heapbook/locks")).toEqual([]);
  });
});

describe.skipIf(process.platform !== "linux")("a render that is interrupted", () => {
  it("Ctrl-C: exit 130, finished trials are kept, no trial goes on, no page is half written", async () => {
    const { workspace, options } = createSlow(SLOW);
    const { child, ended } = startCli(["render", "demo", "-j", "1"], options);
    await waitUntil(() => countStored(workspace) >= 3, "three stored trials");
    child.kill("SIGINT");
    const run = await ended;
    expect(run).toMatchObject({ exitCode: 130, stdout: "" });
    expect(run.stderr).toContain("Interrupted. Completed trials are stored");
    expect(run.stderr).not.toMatch(/error: |^\s+at /m);
    expect(livingTrials(workspace)).toEqual([]);
    expect(workspace.list("_site")).toEqual([]);
    const stored = countStored(workspace);

    const second = await runCli(["render", "demo", "-j", "1"], options);

    expect(second.stderr).toContain(`(${stored} reused)`);
    expect(readdirSync(workspace.path(".heapbook")).filter((name) => name.startsWith("run-"))).toEqual([]);
  });

  it.each(["SIGTERM", "SIGHUP"] as const)("%s does the same", async (signal) => {
    const { workspace, options } = createSlow(SLOW);
    const { child, ended } = startCli(["render", "demo", "-j", "1"], options);
    await waitUntil(() => countStored(workspace) >= 1, "a stored trial");
    child.kill(signal);
    expect(await ended).toMatchObject({ exitCode: 130 });
    expect(livingTrials(workspace)).toEqual([]);
  });

  it("an impatient second Ctrl-C leaves no process behind, not even one that ignores SIGTERM, nor what it started", async () => {
    const { workspace, options } = createSlow(STUBBORN);
    const { child, ended } = startCli(["render", "demo"], options);
    await waitUntil(() => workspace.list().includes("runs.log"), "the cell's process");
    const pids = workspace.read("runs.log").trim().split("\n").map(Number);
    expect(pids).toHaveLength(2);
    expect(pids.filter(isAlive)).toEqual(pids);
    const startMs = Date.now();
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 100));
    child.kill("SIGINT");

    expect(await ended).toMatchObject({ exitCode: 130 });

    expect(Date.now() - startMs).toBeLessThan(5000);
    await waitUntil(() => !pids.some(isAlive), "the end of the cell's processes", 2000);
  });
});
