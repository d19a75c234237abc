import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, reportOf } from "../../helpers/workspace.ts";

// A small disk of our own, where the system lets us mount one; skipped, and shown as skipped, where it does not.

const mounted: string[] = [];

function mount(folder: string, sizeBytes: number): boolean {
  mkdirSync(folder, { recursive: true });
  const run = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${sizeBytes}`, "tmpfs", folder]);
  if (run.status === 0) mounted.push(folder);
  return run.status === 0;
}

function unmountAll(): void {
  for (const folder of mounted.splice(0)) spawnSync("umount", ["-l", folder]);
}

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "heapbook-disk-"));
  const permitted = mount(folder, 4096);
  unmountAll();
  rmSync(folder, { recursive: true, force: true });
  return permitted;
}

afterEach(unmountAll);

const REPORT = reportOf(cellOf("//| label: big", 'console.log("x".repeat(200_000));'));

describe.skipIf(!canMount())("a disk that is full", () => {
  it("where the site goes: one error, and the earlier page stays whole", async () => {
    const workspace = createWorkspace({ "reports/demo/report.md": reportOf(cellOf("//| label: a", "1;")) });
    expect(mount(workspace.path("_site"), 200 * 1024)).toBe(true);
    expect(await runCli(["render", "demo"], { cwd: workspace.folder })).toMatchObject({ exitCode: 0 });
    const before = workspace.snapshot("_site");
    workspace.write("reports/demo/report.md", REPORT);

    const run = await runCli(["render", "demo"], { cwd: workspace.folder });

    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toMatch(
      /error: The output folder .* cannot be written \(ENOSPC\)\. \[output-not-writable\]\n {2}\S/,
    );
    expect(run.stderr).not.toMatch(/^\s+at /m);
    expect(workspace.snapshot("_site")).toEqual(before);
  });

  it.each([4, 64])(
    "where results are kept (%i KiB): one error, and the next render goes on from what was kept",
    async (sizeKiB) => {
      const workspace = createWorkspace({ "reports/demo/report.md": REPORT });
      expect(mount(workspace.path(".heapbook"), sizeKiB * 1024)).toBe(true);
      const run = await runCli(["render", "demo"], { cwd: workspace.folder });
      expect(run).toMatchObject({ exitCode: 2, stdout: "" });
      expect(run.stderr.match(/(?:^|: )error: /gm)).toHaveLength(1);
      expect(run.stderr).toMatch(/\[store-not-writable\]\n {2}The disk is full/);
      expect(run.stderr).not.toMatch(/^\s+at /m);
    },
  );
});
