import { spawnSync } from "node:child_process";
import { copyFileSync, linkSync, rmSync } from "node:fs";
import { platform } from "node:os";
import { expect, it } from "vitest";
import { builtPage } from "../../helpers/built-page.ts";
import { runCli } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, reportOf } from "../../helpers/workspace.ts";

// Results that depend on the machine, its user and the shell run again when these change, exactly those, and the page is that of a clean build.

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

/** Renaming the host needs a namespace of its own, which not every machine allows. */
const mayRename = platform() === "linux" && spawnSync("unshare", ["--uts", "hostname", "other-host"]).status === 0;
const OF_HOST = ["host", "python-host", "python-node"];
const CHANGED = ["umask", "umask-by-name", "umask-of-child", "python-umask", "path", "argument", "priority"];

/** A copy of this Node elsewhere. */
function copyNode(path: string): string {
  try {
    linkSync(process.execPath, path);
  } catch {
    copyFileSync(process.execPath, path);
  }
  return path;
}

it("another umask, path of Node, priority and host", async () => {
  const workspace = createWorkspace({ "reports/demo/report.md": reportOf(Object.values(CELLS).join("")) });
  const ran = (stderr: string): string[] =>
    [...stderr.matchAll(/^ {2}(\S+): completed/gm)].map(([, label = ""]) => label).sort();
  const render = (...by: readonly string[]) =>
    runCli(["render"], { cwd: workspace.folder, ...(by.length === 0 ? {} : { by }) });
  const first = await render();
  expect(first, first.stderr).toMatchObject({ exitCode: 0 });
  expect(ran(first.stderr)).toEqual(Object.keys(CELLS).sort());
  const changed = [
    ...(mayRename ? ["unshare", "--uts"] : []),
    ...["sh", "-c", `${mayRename ? "hostname other-host; " : ""}umask 077; exec nice -n 3 "$@"`, "sh"],
    copyNode(workspace.path("other-node")),
  ];
  const second = await render(...changed);
  expect(second, second.stderr).toMatchObject({ exitCode: 0 });
  expect(ran(second.stderr)).toEqual([...CHANGED, ...(mayRename ? OF_HOST : [])].sort());
  const page = builtPage(workspace);
  rmSync(workspace.path(".heapbook"), { recursive: true });
  const clean = await render(...changed);
  expect(clean, clean.stderr).toMatchObject({ exitCode: 0 });
  expect(builtPage(workspace)).toEqual(page);
});
