import { spawnSync } from "node:child_process";
import { copyFileSync, linkSync } from "node:fs";
import { platform } from "node:os";
import { expect, it } from "vitest";
import { builtPage } from "../../helpers/built-page.ts";
import { runCli } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, reportOf } from "../../helpers/workspace.ts";

// Results that depend on the machine, its user and the shell run again when these change, exactly those, and the page is that of a clean build.

const NODE = process.execPath;
const IN_SHELL = (command: string): readonly string[] => ["sh", "-c", `${command} "$@"`, "sh", NODE];

const python = (label: string, ...lines: readonly string[]): string =>
  ["```{python}", `#| label: ${label}`, ...lines, "```", "", ""].join("\n");

const CELLS: Readonly<Record<string, string>> = {
  umask: cellOf("//| label: umask", "console.log(process.umask().toString(8));"),
  "umask-by-name": cellOf("//| label: umask-by-name", 'console.log(process["uma" + "sk"]?.().toString(8), "umask");'),
  "umask-of-child": cellOf(
    "//| label: umask-of-child",
    'import { execFileSync } from "node:child_process";',
    'console.log(execFileSync(process.execPath, ["-p", "process.umask()"], { encoding: "utf8" }));',
  ),
  "python-umask": python("python-umask", "import os", "mask = os.umask(0)", "print(oct(mask))", "os.umask(mask)"),
  path: cellOf("//| label: path", "console.log(process.execPath);"),
  argument: cellOf("//| label: argument", "console.log(process.argv[0]);"),
  priority: cellOf("//| label: priority", 'import { getPriority } from "node:os";', "console.log(getPriority());"),
  processors: cellOf(
    "//| label: processors",
    'import * as os from "node:os";',
    "console.log(os.availableParallelism() > 0, os.cpus().length > 0);",
  ),
  host: cellOf("//| label: host", 'import os from "node:os";', "console.log(os.hostname());"),
  "python-host": python("python-host", "import socket", "print(socket.gethostname())"),
  "python-node": python("python-node", "import platform", "print(platform.node())"),
  nothing: cellOf("//| label: nothing", "console.log(process.version, process.arch, 6 * 7);"),
};

interface Change {
  /** What starts Heapbook after the change. */
  readonly by: (folder: string) => readonly string[];
  /** Cells that run again. */
  readonly runs: readonly string[];
}

const isLinux = platform() === "linux";
const mayRename = isLinux && spawnSync("unshare", ["--uts", "hostname", "other-host"]).status === 0;

const CHANGES: Readonly<Record<string, Change>> = {
  umask: {
    by: () => IN_SHELL("umask 077; exec"),
    runs: ["umask", "umask-by-name", "umask-of-child", "python-umask"],
  },
  "path of Node": {
    by: (folder) => {
      const copy = `${folder}/other-node`;
      try {
        linkSync(NODE, copy);
      } catch {
        copyFileSync(NODE, copy);
      }
      return [copy];
    },
    runs: ["path", "argument", "umask-of-child"],
  },
  priority: { by: () => IN_SHELL("exec nice -n 3"), runs: ["priority"] },
  ...(mayRename
    ? {
        host: {
          by: () => ["unshare", "--uts", "sh", "-c", 'hostname other-host; exec "$@"', "sh", NODE],
          runs: ["host", "python-host", "python-node"],
        },
      }
    : {}),
};

it.each(Object.entries(CHANGES))("another %s", async (_, { by, runs }) => {
  const workspace = createWorkspace({ "reports/demo/report.md": reportOf(Object.values(CELLS).join("")) });
  const ran = (stderr: string): string[] =>
    [...stderr.matchAll(/^ {2}(\S+): completed/gm)].map(([, label = ""]) => label).sort();
  const render = (options: Partial<Parameters<typeof runCli>[1]> = {}) =>
    runCli(["render"], { cwd: workspace.folder, ...options });
  const first = await render();
  expect(first, first.stderr).toMatchObject({ exitCode: 0 });
  expect(ran(first.stderr)).toHaveLength(Object.keys(CELLS).length);
  expect(ran((await render()).stderr)).toEqual([]);
  const started = { by: by(workspace.folder) };
  const changed = await render(started);
  expect(changed, changed.stderr).toMatchObject({ exitCode: 0 });
  expect(ran(changed.stderr)).toEqual([...runs].sort());
  const page = builtPage(workspace);
  const clean = await runCli(["render", "--cache-refresh"], { cwd: workspace.folder, ...started });
  expect(clean, clean.stderr).toMatchObject({ exitCode: 0 });
  expect(builtPage(workspace)).toEqual(page);
});
