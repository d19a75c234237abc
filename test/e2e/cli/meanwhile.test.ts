import { mkdirSync, rmSync } from "node:fs";
import { expect, it } from "vitest";
import { runCli, startCli } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, reportOf, waitUntil } from "../../helpers/workspace.ts";

// What goes away, or never was, while Heapbook is at work.

it("a file that is deleted while its cell runs leaves no result of a file that is gone", async () => {
  const workspace = createWorkspace({
    "reports/demo/report.md": reportOf(
      cellOf(
        "//| label: reads",
        'import { existsSync, readFileSync, writeFileSync } from "node:fs";',
        'const text = existsSync("data.txt") ? readFileSync("data.txt", "utf8") : "gone";',
        'writeFileSync(process.env.RUN_MARK as string, "");',
        'if (text !== "gone") await new Promise((done) => setTimeout(done, 1500));',
        "console.log(text);",
      ),
    ),
    "reports/demo/data.txt": "here",
  });
  const env = { RUN_MARK: workspace.path("mark") };
  const { ended } = startCli(["render", "demo", "--to", "md"], { cwd: workspace.folder, env });
  await waitUntil(() => workspace.list().includes("mark"), "the read of the cell");
  rmSync(workspace.path("reports/demo/data.txt"));
  expect(await ended).toMatchObject({ exitCode: 0 });
  expect(workspace.read("_site/demo/report.md")).toContain("```text\ngone\n");
  const again = await runCli(["render", "demo", "--to", "md"], { cwd: workspace.folder, env });
  expect(again.stderr).toContain("no cell run (1 trial reused)");
});

it("a report that is removed while preview runs is an error of its own, and shown again when it is back", async () => {
  const report = (word: string): string => reportOf(cellOf(`console.log("${word}");`));
  const workspace = createWorkspace({
    "reports/a/report.md": report("of-a"),
    "reports/b/report.md": report("of-b"),
  });
  const { child, ended } = startCli(["preview", "--port", "0"], { cwd: workspace.folder });
  let stderr = "";
  child.stderr?.on("data", (text: string) => (stderr += text));
  const page = (name: string): string =>
    workspace.list("_site").includes(`_site/${name}/index.html`) ? workspace.read(`_site/${name}/index.html`) : "";
  await waitUntil(() => page("a").includes("of-a") && page("b").includes("of-b"), "the pages");

  rmSync(workspace.path("reports/b"), { recursive: true });
  await waitUntil(() => stderr.includes("reports/b/report.md cannot be read"), "the error");
  workspace.write("reports/a/report.md", report("changed-a"));
  await waitUntil(() => page("a").includes("changed-a"), "the other report");
  mkdirSync(workspace.path("reports/b"));
  workspace.write("reports/b/report.md", report("back-b"));
  await waitUntil(() => page("b").includes("back-b"), "the report that is back");

  child.kill("SIGINT");
  expect((await ended).exitCode).toBe(130);
  expect(stderr).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
});

it("a diff of reports that share no cell says so, and by what cells are matched", async () => {
  const cell = (label: string): string =>
    reportOf(cellOf(`//| label: ${label}`, 'import { metric } from "heapbook";', 'metric("n", 1);'));
  const workspace = createWorkspace({ "reports/a/report.md": cell("one"), "reports/b/report.md": cell("other") });
  expect((await runCli(["render", "-q"], { cwd: workspace.folder })).exitCode).toBe(0);
  const run = await runCli(["diff", "_site/a/results.json", "_site/b/results.json"], { cwd: workspace.folder });
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain("[nothing-in-common]");
  expect(run.stderr).toContain("cells by their label");
});
