import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runCli, startCli } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, reportOf, waitUntil } from "../../helpers/workspace.ts";

/** A daemon, which detaches twice: a session and an environment of its own, and its parent has ended. Its id goes to the log. */
const DAEMON = [
  'import { execFileSync } from "node:child_process";',
  'execFileSync("/usr/bin/env", ["-i", "/bin/sh", "-c", "exec >/dev/null 2>&1; sleep 600 & echo $! >>$0", process.env.RUN_LOG as string], { env: {} });',
];
const DAEMON_PYTHON = [
  "import os, subprocess",
  'script = "exec >/dev/null 2>&1; sleep 600 & echo $! >>$0"',
  'subprocess.run(["/bin/sh", "-c", script, os.environ["RUN_LOG"]], env={}, start_new_session=True)',
];

/** Starts a process in a session of its own, notes both ids, and never ends. */
const ENDLESS = cellOf(
  "//| label: endless",
  'import { spawn } from "node:child_process";',
  'import { appendFileSync } from "node:fs";',
  'const other = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });',
  "other.unref();",
  'const bare = spawn("/bin/sh", ["-c", "sleep 600; true"], { detached: true, stdio: "ignore", env: {} });',
  "bare.unref();",
  ...DAEMON,
  'appendFileSync(process.env.RUN_LOG as string, [process.pid, other.pid, bare.pid, ""].join("\\n"));',
  "while (true) {}",
);

const ENDLESS_PYTHON = `\`\`\`{python}
#| label: endless-python
import os, subprocess
other = subprocess.Popen(["sleep", "600"], start_new_session=True)
bare = subprocess.Popen(["sleep", "600"], start_new_session=True, env={})
with open(os.environ["RUN_LOG"], "a") as log:
    log.write(f"{os.getpid()}\\n{other.pid}\\n{bare.pid}\\n")
${DAEMON_PYTHON.join("\n")}
while True:
    pass
\`\`\`
`;

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

describe.skipIf(process.platform !== "linux")("processes of a cell", () => {
  it.each(["SIGKILL", "SIGQUIT"] as const)(
    "end with Heapbook, also after %s, and what they started in sessions of their own ends too",
    async (signal) => {
      const withPython = spawnSync("python3", ["--version"]).status === 0;
      const workspace = createWorkspace({
        "reports/demo/report.md": reportOf(ENDLESS + (withPython ? ENDLESS_PYTHON : "")),
      });
      const env = { RUN_LOG: workspace.path("runs.log") };
      const { child, ended } = startCli(["render", "demo", "-j", "2"], { cwd: workspace.folder, env });
      const pids = (): number[] =>
        workspace.list().includes("runs.log") ? workspace.read("runs.log").trim().split("\n").map(Number) : [];
      await waitUntil(() => pids().length === (withPython ? 8 : 4), "the processes of the cells");
      expect(pids().filter(isAlive)).toEqual(pids());
      child.kill(signal);
      await ended;
      await waitUntil(() => !pids().some(isAlive), "the end of the processes", 5000);
    },
  );

  it("end with their trial where they detached twice, also after a cell that the system killed", async () => {
    const killed = 'process.kill(process.pid, "SIGKILL"); await new Promise((resolve) => setTimeout(resolve, 5000));';
    const withPython = spawnSync("python3", ["--version"]).status === 0;
    const python = `\`\`\`{python}\n#| label: daemon-python\n${DAEMON_PYTHON.join("\n")}\n\`\`\`\n`;
    const workspace = createWorkspace({
      "reports/demo/report.md": reportOf(
        cellOf("//| label: daemon", ...DAEMON) +
          cellOf("//| label: killed", ...DAEMON, killed) +
          cellOf("//| label: late", "//| timeout: 2s", ...DAEMON, "while (true) {}") +
          (withPython ? python : ""),
      ),
    });
    await runCli(["render", "demo"], { cwd: workspace.folder, env: { RUN_LOG: workspace.path("runs.log") } });
    const pids = workspace.read("runs.log").trim().split("\n").map(Number);
    expect(pids).toHaveLength(withPython ? 4 : 3);
    await waitUntil(() => !pids.some(isAlive), "the end of the daemons", 5000);
  });

  it("end with their trial, in sessions of their own too; exits and closed channels are named", async () => {
    const report = reportOf(
      cellOf(
        "//| label: leaves",
        'import { spawn } from "node:child_process";',
        'import { appendFileSync, readFileSync } from "node:fs";',
        'const other = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });',
        "other.unref();",
        // Nothing joins this one to the trial: a session and an environment of its own.
        'const bare = spawn("/bin/sh", ["-c", "sleep 600; true"], { detached: true, stdio: "ignore", env: {} });',
        "bare.unref();",
        'const children = () => readFileSync(["/proc", bare.pid, "task", bare.pid, "children"].join("/"), "utf8").trim();',
        "while (children() === '') {}",
        'appendFileSync(process.env.RUN_LOG as string, [other.pid, bare.pid, children(), ""].join("\\n"));',
      ) +
        cellOf(
          "//| label: late",
          "//| timeout: 2s",
          'import { spawn } from "node:child_process";',
          'import { appendFileSync } from "node:fs";',
          'const bare = spawn("sleep", ["600"], { detached: true, stdio: "ignore", env: {} });',
          'appendFileSync(process.env.RUN_LOG as string, bare.pid + "\\n");',
          "while (true) {}",
        ) +
        cellOf("//| label: code", "process.exitCode = 3;") +
        cellOf(
          "//| label: exits",
          "//| probes: [time]",
          'import { measure } from "heapbook";',
          "await measure(async () => { await null; process.exit(0); });",
        ) +
        cellOf(
          "//| label: closes",
          'import { closeSync, openSync } from "node:fs";',
          "closeSync(3);",
          'openSync("victim", "w");',
        ),
    );
    const workspace = createWorkspace({ "reports/demo/report.md": report });
    const env = { RUN_LOG: workspace.path("runs.log") };

    const run = await runCli(["render", "demo"], { cwd: workspace.folder, env });

    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain("Cell `code` failed: the cell finished, and its exit code is 3");
    expect(run.stderr).toContain("Cell `exits` failed: Error: process.exit() was called inside measure()");
    expect(run.stderr).toContain("Cell `closes` failed");
    // Observing notices the closed descriptor before the file is made; the file must never have records.
    expect(workspace.list("reports/demo")).not.toContain("reports/demo/victim");
    expect(workspace.read("_site/demo/index.html")).toContain("file descriptor 3 was closed");
    const pids = workspace.read("runs.log").trim().split("\n").map(Number);
    expect(pids).toHaveLength(4);
    await waitUntil(() => !pids.some(isAlive), "the end of the process", 5000);
  });
});

describe.skipIf(process.platform !== "linux")("the script of `heapbook trace --drive`", () => {
  const FILES = {
    "app.mjs": 'import { createServer } from "node:http"; createServer(() => {}).listen(0);',
    // Notes its own id and that of a process in a session of its own, and ignores signals.
    "load.mjs": `import { spawn } from "node:child_process"; import { appendFileSync } from "node:fs";
const other = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => {});
appendFileSync("runs.log", process.pid + "\\n" + other.pid + "\\n");
setInterval(() => {}, 1000);`,
  };

  it.each(["SIGKILL", "SIGINT", "SIGTERM"] as const)("ends with Heapbook after %s", async (signal) => {
    const workspace = createWorkspace(FILES);
    const args = ["trace", "app.mjs", "--allocated", "--drive", "load.mjs", "--json", "-o", "app.json"];
    const { child, ended } = startCli(args, { cwd: workspace.folder });
    const pids = (): number[] =>
      workspace.list().includes("runs.log") ? workspace.read("runs.log").trim().split("\n").map(Number) : [];
    await waitUntil(() => pids().length === 2, "the driver");
    expect(pids().filter(isAlive)).toEqual(pids());
    child.kill(signal);
    await ended;
    await waitUntil(() => !pids().some(isAlive), "the end of the driver", 5000);
  });

  it("ends with the program that it drives", async () => {
    const workspace = createWorkspace({
      ...FILES,
      "app.mjs": `${FILES["app.mjs"]} setTimeout(() => process.exit(3), 1500);`,
    });
    const args = ["trace", "app.mjs", "--allocated", "--drive", "load.mjs", "--json", "-o", "app.json"];
    expect(await runCli(args, { cwd: workspace.folder })).toMatchObject({ stderr: "", exitCode: 3 });
    const pids = workspace.read("runs.log").trim().split("\n").map(Number);
    await waitUntil(() => !pids.some(isAlive), "the end of the driver", 5000);
  });
});
