import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/errors.ts";
import { installRuntime, readRequest } from "../../../src/runtimes/runtime-install.ts";
import { canRunCells, canRunHeapbook, checkOwnNode, checkRuntime } from "../../../src/runtimes/supported-node.ts";
import { createWorkspace } from "../../helpers/workspace.ts";

describe("a Node that cells run in", () => {
  it.each([
    ["18.20.8", false, false],
    ["20.15.1", false, false],
    ["20.16.0", true, false],
    ["20.19.0", true, true],
    ["21.7.3", false, false],
    ["22.2.0", false, false],
    ["22.3.0", true, true],
    ["24.0.0", true, true],
    ["21", false, false],
    ["22.2", false, false],
    ["22", true, true],
    ["20", true, true],
  ])("%s: cells %s, Heapbook %s", (version, cells, heapbook) => {
    expect([canRunCells(version), canRunHeapbook(version)]).toEqual([cells, heapbook]);
  });

  it("is one that has process.getBuiltinModule, as this one has", () => {
    expect(canRunCells(process.versions.node)).toBe(typeof process.getBuiltinModule === "function");
    const { engines } = JSON.parse(readFileSync("package.json", "utf8")) as { engines: { node: string } };
    expect(engines.node).toBe("^20.19.0 || >=22.3.0");
  });

  it("or else is refused with the versions that do", () => {
    expect(() => checkRuntime("21.7.3", "node@21.7.3")).toThrow(
      "The runtime `node@21.7.3` cannot run cells, which need Node 20.16 or a later 20, 22.3 or newer",
    );
    expect(() => checkOwnNode("21.7.3")).toThrow("This is Node 21.7.3; Heapbook needs Node 20.19");
    expect(() => checkOwnNode("22.3.0")).not.toThrow();
  });

  it("or else is not downloaded", async () => {
    const folder = createWorkspace().path("runtimes");
    const installing = installRuntime(readRequest("21", folder), { folder, signal: new AbortController().signal });
    const error: unknown = await installing.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: "runtime-too-old", hint: "heapbook runtime add 22" });
  });
});
