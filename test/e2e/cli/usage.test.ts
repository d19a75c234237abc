import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runCli, runProgram } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, reportOf } from "../../helpers/workspace.ts";

const MANIFEST: { version: string } = JSON.parse(
  readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
);

describe("a command that cannot be understood", () => {
  it.each([
    { args: ["render", "--to", "docx"], says: /Unknown format `docx`\. Available: html, md, ipynb, pdf\./ },
    { args: ["render", "--to", "html,"], says: /Unknown format ``\. Available: html, md, ipynb, pdf\./ },
    { args: ["render", "-j", "0"], says: /-j, --jobs.*'0' is invalid.*whole number of at least 1\./ },
    { args: ["render", "-j", "two"], says: /-j, --jobs.*'two' is invalid/ },
    { args: ["render", "-j"], says: /-j, --jobs <n>' argument missing/ },
    { args: ["render", "--trials", "1.5"], says: /--trials.*'1\.5' is invalid/ },
    { args: ["render", "--trials", "-3"], says: /--trials.*'-3' is invalid/ },
    { args: ["render", "-P", "blocks=40"], says: /-P, --param.*Write it as `-P name:value`/ },
    { args: ["render", "-P", ":40"], says: /Write it as `-P name:value`/ },
    { args: ["render", "--no-excute"], says: /unknown option '--no-excute'\n\(Did you mean --no-execute\?\)/ },
    { args: ["redner"], says: /unknown command 'redner'\n\(Did you mean render\?\)/ },
    { args: ["runtime", "remove"], says: /missing required argument/ },
    { args: ["init", "one", "two"], says: /too many arguments/ },
    { args: ["clean", "everything"], says: /too many arguments/ },
  ])("$args", async ({ args, says }) => {
    const workspace = createWorkspace({ "reports/demo/report.md": reportOf(cellOf("1;")) });

    const run = await runCli(args, { cwd: workspace.folder });

    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toMatch(says);
    expect(run.stderr.match(/\berror: /g)).toHaveLength(1);
    expect(run.stderr).toContain("(heapbook --help lists the commands)");
    expect(run.stderr).not.toMatch(/^\s+at /m);
    expect(workspace.list()).toEqual(["reports/demo/report.md"]);
  });

  it("no command at all: the help, as an error", async () => {
    const run = await runCli([], { cwd: createWorkspace().folder });
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toMatch(/^Usage: heapbook/);
  });
});

describe("what is asked of the tool itself", () => {
  it("--version prints the version", async () => {
    const run = await runCli(["--version"], { cwd: createWorkspace().folder });
    expect(run).toEqual({ exitCode: 0, signal: null, stdout: `${MANIFEST.version}\n`, stderr: "" });
  });

  it("--help lists every command, and render --help every option", async () => {
    const { folder } = createWorkspace();
    const help = await runCli(["--help"], { cwd: folder });
    expect(help).toMatchObject({ exitCode: 0, stderr: "" });
    for (const command of ["render", "init", "clean", "doctor"])
      expect(help.stdout).toMatch(new RegExp(`^ {2}${command}\\b`, "m"));
    const render = await runCli(["render", "--help"], { cwd: folder });
    expect(render).toMatchObject({ exitCode: 0, stderr: "" });
    for (const option of [
      "--to",
      "--output",
      "--param",
      "--no-execute",
      "--cache-refresh",
      "--jobs",
      "--trials",
      "--quiet",
    ]) {
      expect(render.stdout).toContain(option);
    }
  });
});

describe("-P", () => {
  const report = reportOf(
    cellOf("//| label: shown", 'import { params } from "heapbook";', "console.log(JSON.stringify(params));"),
    "title: A report\nparams: { blocks: 20, name: walk, saved: true }",
  );

  it.each([
    {
      param: "block:40",
      says: /The report has no parameter `block`\. \[unknown-parameter\]\n {2}Did you mean `blocks`\?/,
    },
    { param: "blocks:many", says: /`blocks`.*\[invalid-parameter\]/ },
    { param: "saved:3", says: /`saved`.*\[invalid-parameter\]/ },
  ])("$param is refused", async ({ param, says }) => {
    const workspace = createWorkspace({ "reports/demo/report.md": report });
    const run = await runCli(["render", "-P", param], { cwd: workspace.folder });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(says);
    expect(workspace.list()).toEqual(["reports/demo/report.md"]);
  });

  it("gives parameters other values, each of its own type", async () => {
    const workspace = createWorkspace({ "reports/demo/report.md": report });
    const run = await runCli(["render", "--to", "md", "-P", "blocks:40", "-P", "name:7", "--param", "saved: false"], {
      cwd: workspace.folder,
    });
    expect(run.exitCode).toBe(0);
    expect(workspace.read("_site/demo/report.md")).toContain('{"blocks":40,"name":"7","saved":false}');
  });
});

it.skipIf(!existsSync("/dev/full"))("a stdout that takes nothing is an error", async () => {
  const workspace = createWorkspace();
  const cli = `"${process.execPath}" "${fileURLToPath(new URL("../../../dist/cli.js", import.meta.url))}"`;
  const run = await runProgram("/bin/sh", ["-c", `${cli} doctor > /dev/full`], { cwd: workspace.folder });
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toMatch(/error: Stdout cannot be written \(ENOSPC\)\. \[output-not-writable\]\n {2}\S/);
});

it("a report.md that links to itself is one that cannot be read", async () => {
  const workspace = createWorkspace({ "loop/a": "" });
  symlinkSync("report.md", workspace.path("loop/report.md"));
  const run = await runCli(["render", "loop"], { cwd: workspace.folder });
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain("error: The report loop/report.md cannot be read (ELOOP). [unreadable-report]");
});
