import { describe, expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { createWorkspace } from "../../helpers/workspace.ts";

describe("init", () => {
  it("makes a report that renders at once, with its title, its figures and no warning", async () => {
    const workspace = createWorkspace();
    const made = await runCli(["init", "memory-of-lists"], { cwd: workspace.folder });
    expect(made).toMatchObject({ exitCode: 0, stdout: "" });
    expect(made.stderr).toContain("npx heapbook render memory-of-lists\n");
    expect(workspace.list()).toEqual([".gitignore", "memory-of-lists/numbers.ts", "memory-of-lists/report.md"]);

    const run = await runCli(["render", "memory-of-lists", "--trials", "1"], { cwd: workspace.folder });

    expect(run).toMatchObject({ exitCode: 0, stdout: "_site/memory-of-lists/index.html\n" });
    expect(run.stderr).not.toMatch(/warning|error/);
    const page = workspace.read("_site/memory-of-lists/index.html");
    expect(page).toContain("<title>Memory of lists</title>");
    expect(page).toContain("Figure 2.");
    // What is said over the code is what was done, not what the report asks for (three trials).
    expect(page).toContain("<span>3 variants</span>");
    // Half a million doubles: 4,000,000 bytes, 3.8 MiB, and no list of them takes less.
    expect(page).toMatch(/as a list and\s+<[^>]+>3\.8\d?\sMiB</);
  });

  it("keeps what is in a folder", async () => {
    const workspace = createWorkspace({ "mine/thesis.md": "years of work" });
    const before = workspace.snapshot(".");
    const run = await runCli(["init", "mine"], { cwd: workspace.folder });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toBe(
      "error: The folder mine is not empty. [folder-not-empty]\n  Nothing was changed. Name a new folder.\n",
    );
    expect(workspace.snapshot(".")).toEqual(before);
  });

  it("does not take a file for a folder", async () => {
    const workspace = createWorkspace({ mine: "years of work" });
    const run = await runCli(["init", "mine"], { cwd: workspace.folder });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/^error: mine is a file\. \[folder-not-writable\]\n {2}\S/);
    const below = await runCli(["init", "mine/report"], { cwd: workspace.folder });
    expect(below.exitCode).toBe(2);
    expect(below.stderr).toMatch(/\[folder-not-writable\]\n {2}\S/);
    expect(below.stderr).not.toMatch(/^\s+at /m);
    expect(workspace.read("mine")).toBe("years of work");
  });

  it("uses a folder that is there and empty, `.` too", async () => {
    const workspace = createWorkspace();
    const run = await runCli(["init", "."], { cwd: workspace.folder });
    expect(run.exitCode).toBe(0);
    expect(workspace.list()).toContain("report.md");
  });

  it.each(["2026", "maps: an essay", 'a "quoted" #1', "$& and $1", "yes"])(
    "makes a title of the name %s",
    async (name) => {
      const workspace = createWorkspace();
      expect(await runCli(["init", name], { cwd: workspace.folder })).toMatchObject({ exitCode: 0 });
      // Nothing is run: that the front matter is understood is what is at stake.
      const run = await runCli(["render", name, "--no-execute", "--to", "md"], { cwd: workspace.folder });
      // 1, because the page lacks the results; a report that is not understood is 2, and has no page.
      expect(run).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/report\.md\n$/) });
    },
  );
});

describe("clean", () => {
  it("removes what is stored and leaves reports and pages", async () => {
    const workspace = createWorkspace({ "reports/demo/report.md": "---\ntitle: A\n---\n\n```{ts}\n1;\n```\n" });
    await runCli(["render"], { cwd: workspace.folder });
    const kept = workspace.snapshot("_site", "reports");
    const run = await runCli(["clean"], { cwd: workspace.folder });
    expect(run).toMatchObject({ exitCode: 0, stdout: "" });
    expect(workspace.list(".heapbook")).toEqual([]);
    expect(workspace.snapshot("_site", "reports")).toEqual(kept);
    expect(await runCli(["clean"], { cwd: workspace.folder })).toMatchObject({
      exitCode: 0,
      stderr: "Nothing to remove: this folder has no .heapbook.\n",
    });
  });
});

describe("doctor", () => {
  it("names what is here", async () => {
    const run = await runCli(["doctor"], { cwd: createWorkspace().folder });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toContain(`Node       ${process.versions.node}`);
    expect(run.stdout).toContain(process.versions.v8);
    for (const what of ["Heapbook", "Machine", "Folder", "Temporary", "git", "Python", "Chromium"])
      expect(run.stdout).toMatch(new RegExp(`^. ${what} `, "m"));
  });

  it.each(["coursework", "study", "gc-tuning"])(
    "the starter %s renders without a warning, and its claim holds",
    async (template) => {
      const workspace = createWorkspace({ ".gitignore": "mine/" });
      const made = await runCli(["init", "reports/first", "--template", template], { cwd: workspace.folder });
      expect(made.exitCode).toBe(0);
      expect(workspace.read(".gitignore")).toBe("mine/\n.heapbook/\n_site/\nnode_modules/\n");
      const run = await runCli(["render"], { cwd: workspace.folder });
      expect(run).toMatchObject({ exitCode: 0, stdout: "_site/first/index.html\n" });
      expect(run.stderr).toContain("1 claim: 1 holds\n");
      expect(run.stderr).not.toMatch(/warning|error/);
    },
  );

  it("names the nearest starters, and asks for a folder", async () => {
    const workspace = createWorkspace();
    const unknown = await runCli(["init", "a", "--template", "thesis"], { cwd: workspace.folder });
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toMatch(/Allowed choices are starter, coursework, study, gc-tuning/);
    const bare = await runCli(["init"], { cwd: workspace.folder });
    expect(bare.exitCode).toBe(2);
    expect(bare.stderr).toMatch(/Name the folder: `heapbook init my-report`/);
  });
});
