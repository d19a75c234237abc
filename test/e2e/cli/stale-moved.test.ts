import { renameSync } from "node:fs";
import { expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { pythonCell, SYSTEM } from "../../helpers/python-runner.ts";
import { cellOf, createWorkspace, reportOf } from "../../helpers/workspace.ts";

// A project that is moved: cells that show where they are run again, however they know it, and no others.

const SHOWS: Readonly<Record<string, string>> = {
  cwd: cellOf("//| label: cwd", "console.log(process.cwd());"),
  "proc-cwd": cellOf(
    "//| label: proc-cwd",
    'import { readlinkSync } from "node:fs"; console.log(readlinkSync("/proc/self/cwd"));',
  ),
  child: cellOf(
    "//| label: child",
    'import { execFileSync } from "node:child_process"; console.log(execFileSync("pwd", { encoding: "utf8" }));',
  ),
  ...(SYSTEM === undefined
    ? {}
    : {
        "py-path": pythonCell("py-path", "import sys\nprint(sys.path[0])"),
        "py-proc": pythonCell("py-proc", "import os\nprint(os.readlink('/proc/self/cwd'))"),
        "py-child": pythonCell("py-child", "import subprocess\nprint(subprocess.check_output(['pwd']))"),
      }),
};

it("cells that show the place of the report run again where the project was moved", async () => {
  const workspace = createWorkspace({
    "one/reports/demo/report.md": reportOf(
      Object.values(SHOWS).join("") + cellOf("//| label: same", 'console.log("same");'),
    ),
  });
  const render = (folder: string) => runCli(["render", "--explain", "--to", "md"], { cwd: workspace.path(folder) });
  const ran = (stderr: string): string[] =>
    [...stderr.matchAll(/^ {2}([\w-]+): run \(/gm)].map(([, label]) => label ?? "");
  const first = await render("one");
  expect(first, first.stderr).toMatchObject({ exitCode: 0 });
  expect(ran((await render("one")).stderr)).toEqual([]);
  renameSync(workspace.path("one"), workspace.path("two"));
  const moved = await render("two");
  expect(moved, moved.stderr).toMatchObject({ exitCode: 0 });
  expect(workspace.read("two/_site/demo/report.md")).not.toContain(workspace.path("one"));
  expect(ran(moved.stderr)).toEqual(Object.keys(SHOWS));
}, 400_000);
