import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkStoreFolder, checkStoreKind, createStoreWriter, removeStore } from "../../../src/store/store-folder.ts";
import { openTextCache } from "../../../src/store/text-cache.ts";
import { createWorkspace, type Workspace } from "../../helpers/workspace.ts";

const STORE = ".heapbook";

describe("something else in the place of .heapbook", () => {
  it.each<[string, (path: string) => void]>([
    ["is not a folder", (path) => writeFileSync(path, "x")],
    ["is a link in a circle of links", (path) => symlinkSync(STORE, path)],
    ["is a link that leads nowhere", (path) => symlinkSync("/nonexistent/folder", path)],
    ["is a link to something that is not a folder", (path) => symlinkSync("/dev/null", path)],
  ])("%s: one error that says it, from every entry", (reason, make) => {
    const { folder, path } = createWorkspace();
    make(path(STORE));
    for (const check of [checkStoreKind, checkStoreFolder, removeStore]) {
      expect(() => check(folder)).toThrow(
        expect.objectContaining({ code: "store-not-writable", message: expect.stringContaining(reason) }),
      );
    }
  });

  it("a link to a folder is a store like any other", () => {
    const { folder, path, read } = createWorkspace({ "disk/a": "" });
    symlinkSync("disk", path(STORE));
    createStoreWriter(folder)(path(`${STORE}/store/b`), "text");
    expect(read("disk/store/b")).toBe("text");
  });
});

/** A store in which each of these is a file where a folder belongs, or a folder where a file belongs. */
function spoil({ path }: Workspace, name: string): void {
  rmSync(path(name), { recursive: true, force: true });
  if (name.endsWith("/entry")) mkdirSync(path(name), { recursive: true });
  else writeFileSync(path(name), "x");
}

describe("something of another kind within .heapbook", () => {
  it.each(["store", "store/ab", "store/ab/entry", "tmp"])("%s is replaced at the next write", (name) => {
    const workspace = createWorkspace();
    const entry = workspace.path(`${STORE}/store/ab/entry`);
    const write = createStoreWriter(workspace.folder);
    write(entry, "first");
    spoil(workspace, `${STORE}/${name}`);
    write(entry, "second");
    expect(workspace.read(`${STORE}/store/ab/entry`)).toBe("second");
    spoil(workspace, `${STORE}/${name}`);
    createStoreWriter(workspace.folder)(entry, "third");
    expect(workspace.read(`${STORE}/store/ab/entry`)).toBe("third");
  });

  it.each(["loop", "/nonexistent/x"])("a .gitignore that links to %s is written anew", (target) => {
    const { folder, path, read } = createWorkspace({ [`${STORE}/x`]: "" });
    const gitignore = path(`${STORE}/.gitignore`);
    symlinkSync(target === "loop" ? gitignore : target, gitignore);
    createStoreWriter(folder)(path(`${STORE}/store/a.json`), "{}");
    expect(read(`${STORE}/.gitignore`)).toBe("*\n");
  });

  it("a cached text that is a device or a pipe is a miss, without a warning", () => {
    const workspace = createWorkspace();
    const warnings: string[] = [];
    const cache = openTextCache(workspace.folder, (message) => warnings.push(message));
    cache.set("a", "text");
    const [entry = ""] = workspace.list(`${STORE}/cache`);
    rmSync(workspace.path(entry));
    symlinkSync("/dev/zero", workspace.path(entry));
    expect(cache.get("a")).toBeUndefined();
    cache.set("a", "text");
    expect(cache.get("a")).toBe("text");
    rmSync(workspace.path(entry));
    spawnSync("mkfifo", [workspace.path(entry)]);
    expect(cache.get("a")).toBeUndefined();
    expect(warnings).toEqual([]);
  });
});

describe("removeStore", () => {
  it("keeps the bundles of a render that runs, and removes those of one that was killed", () => {
    const { folder, path } = createWorkspace({
      [`${STORE}/run-${process.pid}-a/cell.mjs`]: "",
      [`${STORE}/run-999999999-b/cell.mjs`]: "",
      [`${STORE}/store/ab/entry`]: "",
    });
    expect(removeStore(folder)).toBe(true);
    expect(existsSync(path(`${STORE}/run-${process.pid}-a/cell.mjs`))).toBe(true);
    expect(existsSync(path(`${STORE}/run-999999999-b`))).toBe(false);
    expect(existsSync(join(folder, STORE, "store"))).toBe(false);
  });
});
