import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { runCli, type StartedCli, startCli } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, reportOf, type Workspace, waitUntil } from "../../helpers/workspace.ts";

const REPORT = reportOf(
  [
    cellOf("//| label: numbers", "console.log(6 * 7);"),
    cellOf(
      "//| label: sums",
      "//| matrix: { count: [3, 4] }",
      "//| timeout: 6s",
      'import numbers from "result:numbers";',
      'import { params } from "heapbook";',
      'import { twice } from "./twice.ts";',
      "console.log(twice(Number(params.count)), numbers.variants[0].stdout);",
    ),
    cellOf("//| label: lists", "//| probes: [lines]", "globalThis.list = new Array(1000).fill(0);"),
  ].join(""),
);

function createReport(): Workspace {
  return createWorkspace({
    "reports/demo/report.md": REPORT,
    "reports/demo/twice.ts": "export const twice = (n: number): number => 2 * n;\n",
  });
}

/** Line of report.md that contains a text, from 1. */
const lineOf = (text: string): number => REPORT.split("\n").findIndex((line) => line.includes(text)) + 1;

describe("render --keep-bundles", () => {
  it("leaves each cell's bundle, also the instrumented one, with a map to the author's lines", async () => {
    const workspace = createReport();
    const run = await runCli(["render", "demo", "--keep-bundles"], { cwd: workspace.folder });
    expect(run).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("bundles kept in .heapbook/bundles/demo"),
    });
    const names = ["lists.mjs", "lists.tracker.mjs", "numbers.mjs", "sums.mjs"];
    const folder = workspace.path(".heapbook/bundles/demo");
    expect(readdirSync(folder).sort()).toEqual(names.flatMap((name) => [name, `${name}.map`]));
    for (const name of names) {
      const lines = workspace.read(`.heapbook/bundles/demo/${name}`).trimEnd().split("\n");
      expect(lines.at(-1)).toBe(`//# sourceMappingURL=${name}.map`);
    }
    const code = workspace.read(".heapbook/bundles/demo/sums.mjs").split("\n");
    const map = new SourceMap(JSON.parse(workspace.read(".heapbook/bundles/demo/sums.mjs.map")));
    const place = map.findEntry(
      code.findIndex((line) => line.includes("console.log")),
      0,
    );
    expect(place).toMatchObject({
      originalSource: pathToFileURL(workspace.path("reports/demo/report.md")).href,
      originalLine: lineOf("console.log(twice") - 1,
    });
    expect(map.payload.sourcesContent).toEqual(expect.arrayContaining([REPORT]));
  });

  it("does the same where every trial is stored, and nothing without the option", async () => {
    const workspace = createReport();
    await runCli(["render", "demo"], { cwd: workspace.folder });
    expect(existsSync(workspace.path(".heapbook/bundles"))).toBe(false);
    const run = await runCli(["render", "demo", "--keep-bundles"], { cwd: workspace.folder });
    expect(run.stderr).toContain("nothing changed, no cell run");
    expect(existsSync(workspace.path(".heapbook/bundles/demo/sums.mjs"))).toBe(true);
  });
});

interface Waiting extends StartedCli {
  readonly port: string;
  readonly printed: () => string;
}

/** Starts `--inspect` and resolves when the process waits for a debugger. */
async function startInspected(workspace: Workspace, label: string): Promise<Waiting> {
  const started = startCli(["render", "demo", "--inspect", label], { cwd: workspace.folder });
  let text = "";
  started.child.stderr?.on("data", (chunk: string) => {
    text += chunk;
  });
  const listening = (): string | undefined => /Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(text)?.[1];
  await waitUntil(() => listening() !== undefined, "the process waits for a debugger");
  return { ...started, port: listening() ?? "", printed: () => text };
}

/** Processes of this workspace that still run. */
function livingTrials(workspace: Workspace): string[] {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/environ`, "utf8").includes(workspace.path(".heapbook/bundles"));
    } catch {
      return false; // gone, or another user's
    }
  });
}

describe("render --inspect", () => {
  it("stops at the cell under a debugger, then lets it run to its end, and stores nothing", async () => {
    const workspace = createReport();
    await runCli(["render", "demo"], { cwd: workspace.folder });
    const stored = workspace.list(".heapbook/store");
    const inspected = await startInspected(workspace, "sums");
    expect(inspected.printed()).toContain("cell `sums`, variant count = 3 (the first of 2) waits for a debugger");
    expect(inspected.printed()).toMatch(/Open chrome:\/\/inspect in Chrome.*attach an editor to 127\.0\.0\.1:\d+\./s);

    const client = spawn(process.execPath, ["inspect", `127.0.0.1:${inspected.port}`], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    onTestFinished(() => void client.kill());
    let said = "";
    client.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    await waitUntil(() => said.includes("Break on start"), "the debugger is attached");
    await new Promise((resolve) => setTimeout(resolve, 6500)); // longer than the cell's timeout
    client.stdin.write("c\n");
    await waitUntil(() => /break in \S*demo\/sums\.mjs:1\n/.test(said), "the debugger stops at the cell");
    client.stdin.write("c\n");
    await waitUntil(() => inspected.printed().includes("disconnect"), "the cell has ended");
    client.stdin.write(".exit\n");
    const run = await inspected.ended;
    expect(run).toMatchObject({
      exitCode: 0,
      stdout: "6 42\n\n",
      stderr: expect.stringContaining("the cell completed"),
    });
    expect(workspace.list(".heapbook/store")).toEqual(stored);
  });

  it("ends the waiting process on Ctrl-C, with exit code 130", async () => {
    const workspace = createReport();
    const inspected = await startInspected(workspace, "numbers");
    expect(livingTrials(workspace)).toHaveLength(1);
    inspected.child.kill("SIGINT");
    const run = await inspected.ended;
    expect(run).toMatchObject({ exitCode: 130, stderr: expect.stringContaining("Interrupted. Nothing was stored.") });
    expect(livingTrials(workspace)).toEqual([]);
    expect(existsSync(workspace.path("_site"))).toBe(false);
  });

  it.each([
    [
      "an unknown cell, with the nearest label",
      ["sum"],
      2,
      /Unknown cell `sum` in .*\[unknown-cell\]\n.*Did you mean `sums`\?/,
    ],
    [
      "a result that is not stored",
      ["sums"],
      1,
      /imports the result of `numbers`, which is not stored\. \[result-not-stored\]/,
    ],
    [
      "together with --keep-bundles",
      ["sums", "--keep-bundles"],
      2,
      /'--inspect <cell>' cannot be used with option '--keep-bundles'/,
    ],
  ])("refuses %s", async (_, rest, exitCode, message) => {
    const workspace = createReport();
    const run = await runCli(["render", "demo", "--inspect", ...rest], { cwd: workspace.folder });
    expect(run).toMatchObject({ exitCode, stderr: expect.stringMatching(message) });
  });
});
