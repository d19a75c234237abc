import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readRegularFile, readRegularText } from "../../src/files.ts";
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
