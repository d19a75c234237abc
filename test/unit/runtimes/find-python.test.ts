import { chmodSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { findPyodide, findPython, isMissing, type Python } from "../../../src/runtimes/find-python.ts";
import { describePython } from "../../../src/runtimes/python-binary.ts";
import { findSyntaxProblems } from "../../../src/runtimes/python-syntax.ts";
import { memoryCache } from "../../helpers/page.ts";
import { PYODIDE, SYSTEM } from "../../helpers/python-runner.ts";
import { createWorkspace, type Workspace } from "../../helpers/workspace.ts";

/** What a Python says that is all right. */
const MODERN = {
  implementation: "CPython",
  version: "3.12.1",
  major: 3,
  minor: 12,
  bits: 64,
  build: "3.12.1 (main)",
  executable: "",
  prefix: "/usr",
  platform: "linux",
  arch: "x86_64",
};

/** A program that prints a text and counts how often it was asked. */
function writeProgram(workspace: Workspace, name: string, says: string): string {
  workspace.write(name, `#!/bin/sh\necho asked >> "$0.log"\ncat <<'END'\n${says}\nEND\n`);
  chmodSync(workspace.path(name), 0o755);
  return workspace.path(name);
}

const timesAsked = (workspace: Workspace, name: string): number =>
  workspace.read(`${name}.log`).trim().split("\n").length;

describe("finding the Python of a report", () => {
  const find = (workspace: Workspace, spec: string, path = "") =>
    findPython(spec, { folder: workspace.folder, cache: memoryCache(), path });

  it("takes what a shell would run", async () => {
    const workspace = createWorkspace();
    mkdirSync(workspace.path("empty"));
    workspace.write("second/python3/not-a-program", "");
    workspace.write("third/python3", "not executable");
    const program = writeProgram(workspace, "fourth/python3", JSON.stringify(MODERN));
    writeProgram(workspace, "fifth/python3", "Python 2.7.18");
    const path = ["empty", "second", "third", "fourth", "fifth"].map((name) => workspace.path(name)).join(delimiter);
    expect(await find(workspace, "system", path)).toMatchObject({ name: "CPython 3.12.1, 64-bit", path: program });
    expect(await find(workspace, "auto", path)).toMatchObject({ spec: "auto", kind: "system", path: program });
  });

  it("takes `python` where there is no `python3`, and a program or a path by its name", async () => {
    const workspace = createWorkspace();
    const python = writeProgram(workspace, "bin/python", JSON.stringify(MODERN));
    const named = writeProgram(
      workspace,
      "bin/python3.13",
      JSON.stringify({ ...MODERN, version: "3.13.0t", bits: 32 }),
    );
    const path = workspace.path("bin");
    expect(await find(workspace, "system", path)).toMatchObject({ path: python });
    expect(await find(workspace, "python3.13", path)).toMatchObject({ path: named, name: "CPython 3.13.0t, 32-bit" });
    expect(await find(workspace, "./bin/python3.13")).toMatchObject({ path: named });
    expect(await find(workspace, named)).toMatchObject({ path: named });
  });

  it.each([
    ["Python 3.7.17", "python-too-old", "Python 3.7.17 ("],
    ["Python 2.7.18", "python-too-old", "Python 2.7.18 ("],
    [JSON.stringify({ ...MODERN, minor: 6, version: "3.6.9" }), "python-too-old", "Python 3.6.9 ("],
    ["hello", "python-not-usable", "cannot be used: hello"],
    ["", "python-not-usable", "it is not Python"],
  ])("says of one that says %j: %s", async (says, code, message) => {
    const workspace = createWorkspace();
    writeProgram(workspace, "bin/python3", says);
    const found = await find(workspace, "system", workspace.path("bin"));
    expect(found).toMatchObject({ code, message: expect.stringContaining(message) });
    // Nothing else is tried in its place, except where the report leaves the choice open.
    if (PYODIDE !== undefined)
      expect(await find(workspace, "auto", workspace.path("bin"))).toMatchObject({ kind: "pyodide" });
  });

  it("says where it looked", async () => {
    const workspace = createWorkspace();
    expect(await find(workspace, "system")).toMatchObject({
      code: "python-not-found",
      hint: expect.stringContaining("npm install pyodide"),
    });
    expect(await find(workspace, "python3.9")).toMatchObject({
      code: "python-not-found",
      message: "There is no Python `python3.9`.",
    });
    const path = await find(workspace, "./venv/bin/python");
    expect(path).toMatchObject({
      code: "python-not-found",
      hint: expect.stringContaining(workspace.path("venv/bin/python")),
    });
  });

  it.skipIf(PYODIDE === undefined)("names Pyodide with its Python", () => {
    expect(findPyodide(process.cwd())).toMatchObject({
      name: expect.stringMatching(/^CPython 3\.\d+\.\d+ in Pyodide, 32-bit$/),
      kind: "pyodide",
      identity: { node: process.versions.node },
    });
  });

  it.skipIf(SYSTEM === undefined)("asks this machine's what it is", () => {
    expect(SYSTEM?.name).toMatch(/^\w+ 3\.\d+\.\d+\w*, (32|64)-bit$/);
    expect(SYSTEM?.identity).toMatchObject({ major: 3, platform: process.platform });
  });
});

describe("asking a Python what it is", () => {
  it("is done once, except for a program that starts another one", async () => {
    const workspace = createWorkspace();
    const cache = memoryCache();
    const itself = workspace.path("itself");
    writeProgram(workspace, "itself", JSON.stringify({ ...MODERN, executable: itself }));
    const shim = writeProgram(workspace, "shim", JSON.stringify({ ...MODERN, executable: itself }));
    for (let i = 0; i < 3; i++) {
      expect(await describePython(itself, cache)).toMatchObject({ version: "3.12.1" });
      expect(await describePython(shim, cache)).toMatchObject({ executable: itself });
    }
    expect(timesAsked(workspace, "itself")).toBe(1);
    expect(timesAsked(workspace, "shim")).toBe(3);
  });
});

describe("checking syntax", () => {
  it.skipIf(SYSTEM === undefined)("finds the first mistake of each source, and asks once", async () => {
    const cache = memoryCache();
    const sources = ["x = 1", "x =", "if x:\ny", "print('é', é é)", `${"(".repeat(5000)}1`, "a\0b"];
    const found = await findSyntaxProblems(SYSTEM as Python, sources, cache);
    expect(found.map((problem) => problem && `${problem.name}:${problem.line}`)).toEqual([
      null,
      "SyntaxError:1",
      "IndentationError:2",
      "SyntaxError:1",
      expect.stringMatching(/^SyntaxError:1$/),
      "SyntaxError:1",
    ]);
    const missing = { ...(SYSTEM as Python), path: join(process.cwd(), "there-is-none") };
    expect(await findSyntaxProblems(missing, sources.slice(0, 2), cache)).toEqual(found.slice(0, 2));
    await expect(findSyntaxProblems(missing, ["y"], cache)).rejects.toMatchObject({ code: "python-not-usable" });
  });
});

it("a Python that is missing differs from one that is there", () => {
  expect(isMissing({ spec: "auto", code: "python-not-found", message: "m", hint: "h" })).toBe(true);
  if (SYSTEM !== undefined) expect(isMissing(SYSTEM)).toBe(false);
});
