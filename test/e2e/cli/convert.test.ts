import { symlinkSync } from "node:fs";
import { expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { createWorkspace } from "../../helpers/workspace.ts";

const notebook = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: "deno", display_name: "Deno", language: "typescript" } },
  cells: [
    { id: "a", cell_type: "markdown", metadata: {}, source: "# Sums" },
    {
      id: "b",
      cell_type: "code",
      metadata: {},
      execution_count: 1,
      source: ["console.log(1 + 1);"],
      outputs: [{ output_type: "stream", name: "stdout", text: ["2\n"] }],
    },
  ],
});

it("convert makes a report that renders, and a notebook of it that gives the report back", async () => {
  const workspace = createWorkspace({ "sums/sums.ipynb": notebook });
  const cli = (...args: string[]) => runCli(args, { cwd: workspace.folder });

  expect(await cli("convert", "sums/sums.ipynb")).toMatchObject({ exitCode: 0, stdout: "sums/report.md\n" });
  const report = workspace.read("sums/report.md");
  const again = await cli("convert", "sums/sums.ipynb");
  expect(again.exitCode).toBe(2);
  expect(again.stderr).toMatch(/^error: sums\/report\.md is there already\. \[file-exists\]\n {2}\S/);

  expect(await cli("convert", "sums/report.md")).toMatchObject({ exitCode: 0, stdout: "sums/report.ipynb\n" });
  const back = await cli("convert", "sums/report.ipynb", "-o", "-");
  expect(back).toMatchObject({ exitCode: 0, stdout: report });
  const outputs = JSON.parse(workspace.read("sums/report.ipynb")).cells[1].outputs;
  expect(outputs).toEqual([{ output_type: "stream", name: "stdout", text: ["2\n"] }]);

  const rendered = await cli("render", "sums");
  expect(rendered.exitCode).toBe(0);
  expect(workspace.read("_site/sums/report.md")).toContain("| `2` | `2` | same |");

  const folder = await cli("convert", "sums");
  expect(folder.exitCode).toBe(2);
  expect(folder.stderr).toMatch(/^error: sums is a folder, .*\[not-convertible\]\n {2}Name one of its files: /);
  symlinkSync("/dev/zero", workspace.path("device.ipynb"));
  const device = await cli("convert", "device.ipynb");
  expect(device.stderr).toMatch(/^error: device\.ipynb is a device or a pipe, .*\[not-convertible\]/);
});
