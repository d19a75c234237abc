import { once } from "node:events";
import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { listRuntimes } from "../../../src/runtimes/find-runtime.ts";
import { runCli, runProgram, startCli } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, reportOf, type Workspace } from "../../helpers/workspace.ts";

/** A folder that looks like npm's package of a Node, whose binary is a script. */
function writePackage(workspace: Workspace, script: string): void {
  workspace.write(
    "package/package.json",
    JSON.stringify({ name: "node-test-x64", version: "1.0.0", bin: { node: "bin/node" } }),
  );
  workspace.write("package/LICENSE", "MIT");
  workspace.write("package/include/node.h", "");
  workspace.write("package/bin/node", `#!/bin/sh\n${script}\n`);
  chmodSync(workspace.path("package/bin/node"), 0o755);
}

const answerOf = (version: string): string =>
  `echo '${JSON.stringify({ node: version, v8: "9.9", arch: "x64", platform: "linux", nodeFlags: [], semiSpaceLimitBytes: 1 })}'`;

async function pack(workspace: Workspace, script: string): Promise<string> {
  writePackage(workspace, script);
  const run = await runProgram("npm", ["pack", "./package", "--silent"], { cwd: workspace.folder });
  expect(run).toMatchObject({ exitCode: 0 });
  return `./${run.stdout.trim()}`;
}

/** No registry: what is asked of one fails at once. */
const OFFLINE = { npm_config_registry: "http://127.0.0.1:1", npm_config_fetch_retries: "0" };

describe("heapbook runtime", () => {
  it("installs a package without a network, lists, keeps and removes it", async () => {
    const workspace = createWorkspace();
    const { folder } = workspace;
    const file = await pack(workspace, answerOf("99.1.0"));
    const heapbook = (...args: string[]) => runCli(args, { cwd: folder, env: OFFLINE });

    const added = await heapbook("runtime", "add", file);
    expect(added).toMatchObject({ exitCode: 0, stdout: "" });
    expect(added.stderr).toContain("Installed Node 99.1.0.");
    expect(workspace.list(".heapbook")).toEqual([
      ".heapbook/.gitignore",
      ".heapbook/runtimes/99.1.0/LICENSE",
      ".heapbook/runtimes/99.1.0/bin/node",
      ".heapbook/runtimes/99.1.0/package.json",
    ]);

    const again = await heapbook("runtime", "add", file);
    expect(again.stderr).toContain("Node 99.1.0 is already installed.");

    const listed = await heapbook("runtime", "list");
    expect(listed.stdout).toMatch(/^node {2,}\d+\.\d+\.\d+ .*\nnode@99\.1\.0 +99\.1\.0 +.*99\.1\.0\/bin\/node\n$/);
    expect((await heapbook("doctor")).stdout).toContain("Node 99.1.0");

    const cleaned = await heapbook("clean");
    expect(cleaned.stderr).toContain("1 runtime kept");
    expect(workspace.list(".heapbook/runtimes")).toHaveLength(3);

    expect(await heapbook("runtime", "remove", "98")).toMatchObject({ exitCode: 2 });
    const removed = await heapbook("runtime", "remove", "node@99");
    expect(removed).toMatchObject({ exitCode: 0, stderr: "Removed Node 99.1.0.\n" });
    expect(workspace.list(".heapbook/runtimes")).toEqual([]);
  });

  it("clean --runtimes removes them with the rest", async () => {
    const workspace = createWorkspace({ ".heapbook/runtimes/99.1.0/bin/node": "", ".heapbook/store/a": "" });
    expect((await runCli(["clean"], { cwd: workspace.folder })).exitCode).toBe(0);
    expect(workspace.list(".heapbook")).toEqual([".heapbook/runtimes/99.1.0/bin/node"]);
    expect((await runCli(["clean", "--runtimes"], { cwd: workspace.folder })).exitCode).toBe(0);
    expect(workspace.list(".heapbook")).toEqual([]);
  });

  it.each([
    { script: "exit 1", code: "runtime-not-usable" },
    { script: "echo hello", code: "runtime-not-usable" },
  ])("a package whose binary is no Node ($script) leaves nothing", async ({ script, code }) => {
    const workspace = createWorkspace();
    const file = await pack(workspace, script);
    const run = await runCli(["runtime", "add", file], { cwd: workspace.folder, env: OFFLINE });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(`[${code}]`);
    expect(workspace.list(".heapbook/runtimes")).toEqual([]);
  });

  it("a package without a binary, and a file that is no package, are different errors", async () => {
    const workspace = createWorkspace({
      "package/package.json": '{"name":"empty","version":"1.0.0"}',
      "not.tgz": "text",
    });
    const empty = await runCli(["runtime", "add", "./package"], { cwd: workspace.folder, env: OFFLINE });
    expect(empty.stderr).toMatch(/contains no Node.*\[runtime-not-installable\]/);
    const broken = await runCli(["runtime", "add", "not.tgz"], { cwd: workspace.folder, env: OFFLINE });
    expect(broken.stderr).toMatch(/could not be installed: .+\[runtime-not-installable\]/);
    expect(broken.stderr).not.toMatch(/^\s+at /m);
    expect(workspace.list(".heapbook/runtimes")).toEqual([]);
  });

  it("without a network and without npm it says so, and what to do", async () => {
    const workspace = createWorkspace();
    const offline = await runCli(["runtime", "add", "24"], { cwd: workspace.folder, env: OFFLINE });
    expect(offline).toMatchObject({ exitCode: 2 });
    expect(offline.stderr).toMatch(/\[runtime-no-network\]\n {2}.*npm pack/);
    const bare = await runCli(["runtime", "add", "24"], { cwd: workspace.folder, env: { PATH: workspace.folder } });
    expect(bare.stderr).toContain("[runtime-no-npm]");
    expect(workspace.list(".heapbook/runtimes")).toEqual([]);
  });
});

describe("an installation that is interrupted", () => {
  it("leaves nothing, and says so", async () => {
    // A registry that never answers.
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const workspace = createWorkspace();
    const env = { npm_config_registry: `http://127.0.0.1:${port}` };
    const run = startCli(["runtime", "add", "24"], { cwd: workspace.folder, env });
    await once(server, "connection");
    run.child.kill("SIGINT");
    expect(await run.ended).toMatchObject({ exitCode: 130, stderr: expect.stringContaining("Nothing was installed.") });
    expect(workspace.list(".heapbook/runtimes")).toEqual([]);
  });
});

const VERSION_CELL = ["//| label: version", "console.log(process.version, process.execPath.endsWith('/bin/node'));"];

describe("a report over several runtimes", () => {
  it("runs each variant in its own, and reuses each for itself", async () => {
    const report = reportOf(
      cellOf(
        "//| label: walks",
        "//| matrix: { runtime: [node, ../../other/bin/node] }",
        "//| probes: [gc]",
        "//| trials: 1",
        'import { measure, params } from "heapbook";',
        "console.log(params.runtime, process.execPath);",
        "measure(() => new Array(1000).fill({}));",
      ),
    );
    const workspace = createWorkspace({ "reports/demo/report.md": report });
    mkdirSync(workspace.path("other/bin"), { recursive: true });
    copyFileSync(process.execPath, workspace.path("other/bin/node"));

    const first = await runCli(["render", "--to", "md"], { cwd: workspace.folder });
    expect(first.stderr).toContain("4 trials (0 reused)");
    const page = workspace.read("_site/demo/report.md");
    expect(page).toContain(`node ${process.execPath}\n`);
    expect(page).toContain(`../../other/bin/node ${workspace.path("other/bin/node")}\n`);

    const second = await runCli(["render", "--to", "md"], { cwd: workspace.folder });
    expect(second.stderr).toContain("nothing changed");

    // Another build of the same version: its own variant runs anew, the other does not.
    workspace.write("other/bin/wrapped", `#!/bin/sh\nexec ${process.execPath} "$@"\n`);
    copyFileSync(workspace.path("other/bin/wrapped"), workspace.path("other/bin/node"));
    chmodSync(workspace.path("other/bin/node"), 0o755);
    const third = await runCli(["render", "--to", "md"], { cwd: workspace.folder });
    expect(third.stderr).toContain("2 trials (2 reused)");
  });

  it.each([
    {
      name: "one that is not installed",
      body: cellOf("//| label: a", "//| runtime: node@98", "1;"),
      says: /report\.md:7: error: The runtime `node@98` is not installed\. \[runtime-not-installed\]\n {2}heapbook runtime add 98\n$/,
    },
    {
      name: "one of a matrix that is not installed",
      body: cellOf("//| label: a", "//| matrix: { runtime: [node, node@98] }", "1;"),
      says: /report\.md:7: error: The runtime `node@98` is not installed/,
    },
    {
      name: "a path that leads nowhere",
      body: cellOf("//| label: a", "//| runtime: ./none/node", "1;"),
      says: /report\.md:7: error: There is no runtime `\.\/none\/node`\. \[runtime-not-found\]/,
    },
  ])("$name: nothing runs, nothing is written", async ({ body, says }) => {
    const workspace = createWorkspace({ "reports/demo/report.md": reportOf(body) });
    const run = await runCli(["render"], { cwd: workspace.folder });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(says);
    expect(workspace.list()).toEqual(["reports/demo/report.md"]);
  });

  it("the default of the front matter is reported at its line", async () => {
    const source = reportOf(cellOf(...VERSION_CELL), "title: A report\nexecute:\n  runtime: node@98");
    const workspace = createWorkspace({ "reports/demo/report.md": source });
    const run = await runCli(["render"], { cwd: workspace.folder });
    expect(run.stderr).toMatch(/report\.md:4: error: The runtime `node@98` is not installed/);
  });

  it("flags that do nothing are a warning, which a cell can silence", async () => {
    const flags = (label: string, ...more: string[]) =>
      cellOf(`//| label: ${label}`, "//| flags: --gc-interval=100", ...more, "1;");
    const workspace = createWorkspace({
      "reports/demo/report.md": reportOf(flags("told") + flags("silent", "//| silence: flag")),
    });
    const run = await runCli(["render", "-q", "--to", "md"], { cwd: workspace.folder });
    expect(run.exitCode).toBe(0);
    expect(run.stderr.match(/^warning: .*$/gm)).toEqual([
      expect.stringMatching(/report\.md:7: Cell `told`: `--gc-interval=100` does nothing .*\[flag-inert\]$/),
    ]);
  });
});

/** Installed in this checkout by `heapbook runtime add`; where none is, these tests are shown as skipped. */
const installed = listRuntimes(new URL("../../../.heapbook/runtimes", import.meta.url).pathname);

describe.each(["22", "24", "26"])("Node %s", (major) => {
  const runtime = installed.find(({ version }) => version.startsWith(`${major}.`));

  it.skipIf(runtime === undefined)(
    "runs cells under every probe, reported with its own versions and limits",
    async () => {
      const cell = cellOf(
        "//| label: walks",
        "//| probes: [peak, gc, time]",
        "//| trials: 1",
        `//| runtime: ${runtime?.path}`,
        'import { measure } from "heapbook";',
        "console.log(process.version);",
        "measure(() => Array.from({ length: 100_000 }, (_, i) => [i]));",
      );
      const workspace = createWorkspace({ "reports/demo/report.md": reportOf(cell) });
      const run = await runCli(["render", "--to", "md"], { cwd: workspace.folder });
      expect(run).toMatchObject({ exitCode: 0 });
      const page = workspace.read("_site/demo/report.md");
      expect(page).toContain(`v${runtime?.version}`);
      expect(page).toMatch(new RegExp(`Runtime \\| Node ${runtime?.version}, V8 \\d+`));
      expect(page).toMatch(/Semi-space \| 1.MiB growing to \d+.MiB/);
    },
  );
});
