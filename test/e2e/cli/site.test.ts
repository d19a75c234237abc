import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCli, runProgram } from "../../helpers/cli.ts";
import { makeWorkspace, reportOf, type Workspace } from "../../helpers/workspace.ts";

// One rendered site, shared by the tests, which run in order.

let workspace: Workspace;
beforeAll(async () => {
  workspace = makeWorkspace({
    "heapbook.yml": "title: Course\noutput: public\n",
    "reports/2026/week9/report.md": reportOf("Text about fragmentation.\n", "title: Week 9"),
    "reports/walks/report.md": reportOf("See [week 9](../2026/week9/).\n", "title: Walks"),
  });
  const run = await runCli(["render"], { cwd: workspace.folder });
  expect(run).toMatchObject({ exitCode: 0, stdout: "public/2026/week9/index.html\npublic/walks/index.html\n" });
  expect(run.stderr).toContain("Site: public/index.html\n");
});
afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

const git = (...args: string[]) =>
  runProgram("git", ["-c", "user.name=A", "-c", "user.email=a@example.org", ...args], { cwd: workspace.folder });

it("one report is named by its folder, several by a folder above them", async () => {
  for (const [name, pages] of [
    ["week9", "public/2026/week9/index.html\n"],
    ["2026", "public/2026/week9/index.html\n"],
    ["reports", "public/2026/week9/index.html\npublic/walks/index.html\n"],
  ] as const) {
    expect(await runCli(["render", name], { cwd: workspace.folder })).toMatchObject({ exitCode: 0, stdout: pages });
  }
});

it("from a folder of the project: the same page in the project's site, and no site beside the report", async () => {
  const before = workspace.snapshot("public");
  const options = { cwd: workspace.path("reports/walks") };
  expect(await runCli(["render", "."], options)).toMatchObject({
    exitCode: 0,
    stdout: "../../public/walks/index.html\n",
  });
  expect(await runCli(["render"], options)).toMatchObject({ exitCode: 0, stdout: "../../public/walks/index.html\n" });
  workspace.write("notes/a.txt", "");
  expect(await runCli(["render", "week9"], { cwd: workspace.path("notes") })).toMatchObject({
    exitCode: 0,
    stdout: "../public/2026/week9/index.html\n",
  });
  expect(workspace.snapshot("public")).toEqual(before);
  expect(workspace.list("reports")).toEqual(["reports/2026/week9/report.md", "reports/walks/report.md"]);
});

it("an unknown key of heapbook.yml ends the command with its line", async () => {
  workspace.write("heapbook.yml", "title: Course\noutput: public\nordre: []\n");
  const run = await runCli(["render"], { cwd: workspace.folder });
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toBe(
    "heapbook.yml:3: error: Unknown key `ordre` in heapbook.yml. [unknown-setting]\n  Did you mean `order`?\n",
  );
  workspace.write("heapbook.yml", "title: Course\noutput: public\n");
});

it("publish commits the site to its branch, and leaves the work tree as it is", async () => {
  const refused = await runCli(["publish", "gh-pages"], { cwd: workspace.folder });
  expect(refused.stderr).toMatch(/^error: This folder is not in a git repository\. \[not-published\]/);
  await git("init", "--quiet", "--initial-branch", "main");
  await git("config", "user.name", "A");
  await git("config", "user.email", "a@example.org");
  await git("add", "reports");
  await git("commit", "--quiet", "-m", "Reports");

  const elsewhere = await runCli(["publish", "gh-pages", "--dir", "_site"], { cwd: workspace.folder });
  expect(elsewhere.stderr).toBe(
    "error: The folder _site does not exist. [not-published]\n" +
      "  The site of this project is in public: leave out `--dir`, or write `--dir public`.\n",
  );

  const dry = await runCli(["publish", "gh-pages", "--dry-run"], { cwd: workspace.folder });
  expect(dry.exitCode).toBe(0);
  expect(dry.stdout).toContain("A  walks/index.html\n");
  expect((await git("branch", "--list", "gh-pages")).stdout).toBe("");

  const run = await runCli(["publish", "gh-pages"], { cwd: workspace.folder });
  expect(run.exitCode).toBe(0);
  expect(run.stderr).toContain("git push origin gh-pages\n");
  const files = (await git("ls-tree", "-r", "--name-only", "gh-pages")).stdout;
  expect(files).toMatch(/^\.nojekyll$/m);
  expect(files).toMatch(/^index\.html$/m);
  expect((await git("status", "--porcelain", "reports")).stdout).toBe("");
  expect((await git("worktree", "list")).stdout.trim().split("\n")).toHaveLength(1);

  const again = await runCli(["publish", "gh-pages"], { cwd: workspace.folder });
  expect(again.stderr).toContain("Nothing to publish");

  rmSync(workspace.path("reports/walks"), { recursive: true });
  await runCli(["render"], { cwd: workspace.folder });
  const removal = await runCli(["publish", "gh-pages"], { cwd: workspace.folder });
  expect(removal.stderr).toContain("D  walks/index.html\n");
  expect((await git("log", "--oneline", "gh-pages")).stdout.trim().split("\n").length).toBeGreaterThan(1);
});
