import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runCli, runProgram } from "../../helpers/cli.ts";
import { createWorkspace, type Workspace } from "../../helpers/workspace.ts";

/** A repository with a site that was written by hand, and a file beside the repository. */
async function makeSite(files: Readonly<Record<string, string>> = {}) {
  const workspace = createWorkspace({
    "secret.txt": "secret",
    "project/report.md": "---\ntitle: A\n---\n",
    "project/_site/index.html": "<p>A",
    ...files,
  });
  const cwd = workspace.path("project");
  const git = async (...args: string[]) => (await runProgram("git", args, { cwd })).stdout;
  await git("init", "--quiet", "--initial-branch", "main");
  await git("config", "user.name", "A");
  await git("config", "user.email", "a@example.org");
  await git("add", "report.md");
  await git("commit", "--quiet", "-m", "Report");
  return { workspace, cwd, git };
}

const linkTo = (workspace: Workspace, target: string, path: string): void =>
  symlinkSync(target, workspace.path(`project/${path}`));

describe.skipIf(process.platform === "win32")("heapbook publish", () => {
  it("leaves out links, which can lead to files outside of the site or to none, and says so", async () => {
    const { workspace, cwd, git } = await makeSite();
    linkTo(workspace, "../../secret.txt", "_site/secret.txt");
    linkTo(workspace, "../..", "_site/all");
    linkTo(workspace, "nowhere", "_site/dangling\nerror: x");
    linkTo(workspace, ".", "_site/endless");
    const run = await runCli(["publish", "gh-pages"], { cwd });
    expect(run).toMatchObject({ exitCode: 0 });
    for (const name of ["all", "dangling error: x", "endless", "secret.txt"])
      expect(run.stderr).toContain(
        `warning: _site/${name} is a link or no file, and is not published. [not-published]\n`,
      );
    expect(await git("ls-tree", "-r", "--name-only", "gh-pages")).toBe(".nojekyll\nindex.html\n");
  });

  it("publishes a site that is a link, with names of any characters", async () => {
    const { workspace, cwd, git } = await makeSite({ "elsewhere/index.html": "<p>B" });
    for (const name of ["-x.html", "a\nb.html", "\u202ebidi.html", "--output=x", "@{-1}", ":(top)x", "\u001b[31m.html"])
      workspace.write(`elsewhere/${name}`, "text");
    linkTo(workspace, "../elsewhere", "linked");
    const run = await runCli(["publish", "gh-pages", "--dir", "linked"], { cwd });
    expect(run).toMatchObject({ exitCode: 0 });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters
    expect(run.stderr).not.toMatch(/\u202e|\u001b/);
    expect((await git("ls-tree", "-r", "-z", "--name-only", "gh-pages")).split("\0").sort()).toEqual(
      [
        "",
        ".nojekyll",
        "-x.html",
        "--output=x",
        ":(top)x",
        "@{-1}",
        "a\nb.html",
        "index.html",
        "\u001b[31m.html",
        "\u202ebidi.html",
      ].sort(),
    );
  });

  it("runs no hook of the repository", async () => {
    const { workspace, cwd } = await makeSite();
    for (const name of ["post-checkout", "pre-commit", "commit-msg", "post-commit", "reference-transaction"]) {
      mkdirSync(workspace.path("project/.git/hooks"), { recursive: true });
      const path = workspace.path(`project/.git/hooks/${name}`);
      writeFileSync(path, `#!/bin/sh\necho ${name} >> "${workspace.path("hooks.log")}"\nexit 1\n`);
      chmodSync(path, 0o755);
    }
    expect(await runCli(["publish", "gh-pages"], { cwd })).toMatchObject({ exitCode: 0 });
    expect(workspace.list()).not.toContain("hooks.log");
  });

  it("writes and removes nothing through a link that the branch has", async () => {
    const { workspace, cwd, git } = await makeSite({ "project/_site/a/index.html": "<p>new" });
    workspace.write("outside/index.html", "mine");
    await git("checkout", "--quiet", "--orphan", "gh-pages");
    linkTo(workspace, workspace.path("outside"), "a");
    linkTo(workspace, workspace.path("outside"), "b");
    linkTo(workspace, workspace.path("secret.txt"), "index.html");
    linkTo(workspace, workspace.path("secret.txt"), ".nojekyll");
    workspace.write(
      "project/.heapbook-site.json",
      JSON.stringify({ version: 1, reports: [], files: ["b/index.html", "a/index.html"] }),
    );
    await git("add", "--force", "a", "b", "index.html", ".nojekyll", ".heapbook-site.json");
    await git("commit", "--quiet", "-m", "Links");
    await git("checkout", "--quiet", "main");
    expect(await runCli(["publish", "gh-pages"], { cwd })).toMatchObject({ exitCode: 0 });
    expect(readFileSync(workspace.path("outside/index.html"), "utf8")).toBe("mine");
    expect(readFileSync(workspace.path("secret.txt"), "utf8")).toBe("secret");
    expect(await git("show", "gh-pages:a/index.html")).toBe("<p>new");
    expect(await git("show", "gh-pages:index.html")).toBe("<p>A");
    expect(await git("show", "gh-pages:.nojekyll")).toBe("");
  });

  it("refuses pages that are not complete, each by name, and says so in a dry run", async () => {
    const report = (code: string) => `---\ntitle: A\n---\n\n\`\`\`{js}\n${code}\n\`\`\`\n`;
    const { workspace, cwd, git } = await makeSite({
      "project/reports/bad/report.md": report('throw new Error("no");'),
      "project/reports/cut/report.md": report("1;"),
      "project/reports/wanted/report.md": report('//| error: true\nthrow new Error("yes");'),
    });
    rmSync(workspace.path("project/_site"), { recursive: true });
    await runCli(["render", "-q"], { cwd });
    rmSync(workspace.path("project/_site/cut/report.md"));
    workspace.write("project/reports/new/report.md", report("2;"));
    const expected = [
      /^error: The page bad is not complete: reports\/bad\/report\.md:6: .*failed: Error: no \[broken-page\]$/m,
      /^error: The page cut is not complete: cut\/report\.md is missing\. \[broken-page\]\n {2}Run `heapbook render reports\/cut\/report\.md`\.$/m,
      /^error: The report reports\/new\/report\.md has no page `new` in the site\./m,
      /To publish the site as it is, add `--allow-broken`\.$/m,
    ];
    for (const options of [[], ["--dry-run"]]) {
      const run = await runCli(["publish", "gh-pages", ...options], { cwd });
      expect(run.exitCode).toBe(1);
      for (const line of expected) expect(run.stderr).toMatch(line);
      expect(run.stderr).not.toContain("wanted");
      expect(await git("branch", "--list", "gh-pages")).toBe("");
      expect(run.stdout.includes("A  bad/index.html")).toBe(options.length > 0);
    }
    const run = await runCli(["publish", "gh-pages", "--allow-broken"], { cwd });
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.stderr).toContain("warning: The page bad is not complete");
    expect(await git("ls-tree", "-r", "--name-only", "gh-pages")).toContain("bad/index.html");
  });
});
