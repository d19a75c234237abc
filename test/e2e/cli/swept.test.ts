import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { createWorkspace } from "../../helpers/workspace.ts";

it("every command first removes temporary folders of commands that were killed, and only these", async () => {
  const { pid: dead } = spawnSync(process.execPath, ["--version"]);
  const files = [
    `tmp/heapbook-trace-${dead}-1-aB3dEf/1.heapsnapshot`, // of another namespace, and young
    "tmp/other/kept",
  ];
  const workspace = createWorkspace(Object.fromEntries(files.map((name) => [name, ""])));
  const own = spawnSync("readlink", ["/proc/self/ns/pid"], { encoding: "utf8" });
  const namespace = /\d+/.exec(own.stdout ?? "")?.[0] ?? "0";
  workspace.write(`tmp/heapbook-trace-${dead}-${namespace}-aB3dEf/1.heapsnapshot`, "");
  const { exitCode, stderr } = await runCli(["clean", "--older-than", "1d"], {
    cwd: workspace.folder,
    env: { TMPDIR: workspace.path("tmp") },
  });
  expect(exitCode, stderr).toBe(0);
  expect(workspace.list("tmp")).toEqual(files);
});
