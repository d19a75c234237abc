import { spawnSync } from "node:child_process";
import { mkdirSync, statSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { makeFolder, readRegularFile, readRegularText, statIfThere } from "../../src/files.ts";
import { createWorkspace } from "../helpers/workspace.ts";

describe("readRegularText", () => {
  it("reads a file, and a link to one", () => {
    const workspace = createWorkspace({ "a.txt": "é\n", empty: "" });
    symlinkSync("a.txt", workspace.path("link"));
    expect(readRegularText(workspace.path("a.txt"))).toBe("é\n");
    expect(readRegularText(workspace.path("link"))).toBe("é\n");
    expect(readRegularText(workspace.path("empty"))).toBe("");
  });

  it("fails at once for a device without an end, a pipe without a writer and a folder", () => {
    const workspace = createWorkspace();
    symlinkSync("/dev/zero", workspace.path("zero"));
    spawnSync("mkfifo", [workspace.path("pipe")]);
    mkdirSync(workspace.path("folder"));
    for (const name of ["zero", "pipe", "folder"]) {
      expect(() => readRegularText(workspace.path(name)), name).toThrow(
        expect.objectContaining({ code: "NOT_A_FILE" }),
      );
    }
    expect(() => readRegularText(workspace.path("none"))).toThrow(expect.objectContaining({ code: "ENOENT" }));
  });

  it("fails for a file that is longer than allowed", () => {
    const workspace = createWorkspace({ a: "12345" });
    expect(() => readRegularFile(workspace.path("a"), 4)).toThrow(expect.objectContaining({ code: "TOO_LONG" }));
    expect(readRegularFile(workspace.path("a"), 5)).toHaveLength(5);
  });
});

describe("statIfThere", () => {
  it("is undefined for nothing, a link in a circle, and a path through a file or with a name too long", () => {
    const { path } = createWorkspace({ file: "" });
    symlinkSync(path("loop"), path("loop"));
    for (const name of ["none", "loop", "loop/x", "file/x", "x".repeat(300)])
      expect(statIfThere(path(name))).toBe(undefined);
    expect(statIfThere(path("file"))?.isFile()).toBe(true);
  });
});

describe("makeFolder", () => {
  it("makes a folder and those above it", () => {
    const workspace = createWorkspace();
    makeFolder(workspace.path("a/b/c"));
    makeFolder(workspace.path("a/b/c"));
    expect(statSync(workspace.path("a/b/c")).isDirectory()).toBe(true);
  });

  it("fails below a file", () => {
    const workspace = createWorkspace({ a: "" });
    // Node 24 and later find nothing at the path, and fail at the file above it.
    const code = expect.stringMatching(/^(?:ENOTDIR|EEXIST)$/);
    expect(() => makeFolder(workspace.path("a/b"))).toThrow(expect.objectContaining({ code }));
  });

  it.skipIf(process.platform !== "linux")("ends below /proc, where nothing can be made", () => {
    expect(() => makeFolder("/proc/heapbook/a")).toThrow(expect.objectContaining({ code: "ENOENT" }));
  });
});
