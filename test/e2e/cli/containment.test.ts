import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { createWorkspace, reportOf } from "../../helpers/workspace.ts";

// What one report may not do to files outside its page, and to other reports.

const PIXEL = '<svg xmlns="http://www.w3.org/2000/svg"/>';

it("copies no image to a place outside the page", async () => {
  const workspace = createWorkspace({
    "reports/a/report.md": reportOf(
      "![one](sub/../../../outside.svg)\n\n![two](%2e%2e/%2e%2e/outside.svg)\n\n![three](sub/../inside.svg)\n",
    ),
    "reports/a/sub/note.txt": "",
    "reports/a/inside.svg": PIXEL,
    "outside.svg": PIXEL,
  });
  // Both addresses would lead to the folder above the site, where nothing may appear.
  const run = await runCli(["render", "a", "-o", "deep/site", "--to", "html,md"], { cwd: workspace.folder });
  expect(run).toMatchObject({ exitCode: 0 });
  expect(workspace.list("deep")).toEqual([
    "deep/site/.heapbook-site.json",
    ...["index.html", "inside.svg", "report.md", "results.json"].map((name) => join("deep/site/a", name)),
  ]);
});

it("writes into no linked folder and over no source of a report", async () => {
  const workspace = createWorkspace({
    "reports/a/report.md": reportOf("Text.\n"),
    "other/a/report.md": reportOf("Another text.\n"),
    "elsewhere/note.txt": "",
  });
  mkdirSync(workspace.path("_site"));
  symlinkSync(workspace.path("elsewhere"), workspace.path("_site/a"));
  const before = workspace.snapshot("reports", "other", "elsewhere");
  const linked = await runCli(["render", "a"], { cwd: workspace.folder });
  expect(linked).toMatchObject({ exitCode: 2 });
  expect(linked.stderr).toMatch(/_site\/a lies outside the output folder .*\[output-outside\]\n {2}.*Remove the link/);
  for (const [target, output] of [
    ["a", "other"],
    ["other/a", "reports"],
    ["a", "reports"],
  ] as const) {
    const run = await runCli(["render", target, "-o", output], { cwd: workspace.folder });
    expect(run).toMatchObject({ exitCode: 2 });
    expect(run.stderr).toContain("[output-is-source]");
  }
  expect(workspace.snapshot("reports", "other", "elsewhere")).toEqual(before);
});

it("an unexpected error ends one report, names a file with its details, and the other reports go on", async () => {
  const workspace = createWorkspace({
    "reports/a/report.md": reportOf("Text.\n", "title: planted"),
    "reports/b/report.md": reportOf("Text.\n"),
    // A mistake of Heapbook, planted in one report.
    "plant.cjs":
      'const { stringify } = JSON;\nJSON.stringify = (...values) => {\n  const text = stringify(...values);\n  if (text?.includes("planted")) throw new TypeError("boom");\n  return text;\n};\n',
  });
  const run = await runCli(["render", "a", "b"], {
    cwd: workspace.folder,
    env: { NODE_OPTIONS: `--require ${workspace.path("plant.cjs")}` },
  });
  expect(run).toMatchObject({ exitCode: 70 });
  expect(run.stderr).toMatch(
    /^reports\/a\/report\.md: unexpected error while \w+: boom\n {2}This is a mistake of Heapbook/m,
  );
  expect(run.stderr).not.toMatch(/^\s+at /m);
  const [, details = ""] = /Details: (\S+)/.exec(run.stderr) ?? [];
  expect(workspace.read(details)).toMatch(/^heapbook \d[\s\S]*TypeError: boom\n\s+at /);
  expect(workspace.list("_site/a")).toEqual([]);
  expect(workspace.list("_site/b")).toContain("_site/b/index.html");
});

it("a folder named report.md is an error of its own, and no reason to skip the others", async () => {
  const workspace = createWorkspace({
    "d/report.md/note.txt": "",
    "reports/b/report.md": reportOf("Text.\n"),
  });
  const run = await runCli(["render", "d"], { cwd: workspace.folder });
  expect(run).toMatchObject({ exitCode: 2 });
  expect(run.stderr).toMatch(/error: d\/report\.md is a folder.*\[unreadable-report\]\n {2}Name a report\.md/);
  expect(await runCli(["render"], { cwd: workspace.folder })).toMatchObject({ exitCode: 0 });
  expect(workspace.list("_site/b")).toContain("_site/b/index.html");
});
