import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeTemporaryFolder, removeDeadFoldersOf, removeTemporaryFolder } from "../../src/temporary-folder.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** A process that has ended. */
const { pid: DEAD } = spawnSync(process.execPath, ["--version"]);

let parent = "";
let namespace = "";
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "hb-temporaries-"));
  const folder = makeTemporaryFolder("trace");
  namespace = basename(folder).split("-")[3] ?? "";
  removeTemporaryFolder(folder);
  expect(existsSync(folder)).toBe(false);
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** Makes a folder with a file in it. */
function make(name: string, ageMs = 0): string {
  mkdirSync(join(parent, name, "in"), { recursive: true });
  writeFileSync(join(parent, name, "in", "1.heapsnapshot"), "{}");
  const at = (Date.now() - ageMs) / 1000;
  utimesSync(join(parent, name), at, at);
  return name;
}

describe("removeDeadFoldersOf", () => {
  it("removes the folders of processes that are gone, of every purpose", () => {
    for (const purpose of ["trace", "browser", "publish", "revision", "references"])
      make(`heapbook-${purpose}-${DEAD}-${namespace}-aB3dEf`);
    removeDeadFoldersOf(parent);
    expect(readdirSync(parent)).toEqual([]);
  });

  it("keeps those of processes that run, whatever their age", () => {
    const kept = [make(`heapbook-trace-${process.pid}-${namespace}-aB3dEf`, 9 * DAY_MS)];
    kept.push(make(`heapbook-browser-1-${namespace}-aB3dEf`, 9 * DAY_MS));
    removeDeadFoldersOf(parent);
    expect(readdirSync(parent).sort()).toEqual(kept.sort());
  });

  it("keeps those of another namespace for a day: whether their process runs cannot be seen", () => {
    const foreign = make(`heapbook-trace-${DEAD}-7-aB3dEf`);
    removeDeadFoldersOf(parent);
    expect(readdirSync(parent)).toEqual([foreign]);
    removeDeadFoldersOf(parent, Date.now() + DAY_MS + 1000);
    expect(readdirSync(parent)).toEqual([]);
  });

  it("keeps what Heapbook did not make, and links with what they lead to", () => {
    const others = [
      `heapbook-trace-${DEAD}`,
      `heapbook-trace-${DEAD}-${namespace}-long-name`,
      `heapbook-traces-${DEAD}-${namespace}-aB3dEf`,
      `my-heapbook-trace-${DEAD}-${namespace}-aB3dEf`,
      "heapbook-trace-aB3dEf",
    ].map((name) => make(name, 9 * DAY_MS));
    const target = make("target");
    symlinkSync(join(parent, target), join(parent, `heapbook-trace-${DEAD}-${namespace}-abcdef`));
    writeFileSync(join(parent, `heapbook-trace-${DEAD}-${namespace}-abcdeg`), "a file");
    removeDeadFoldersOf(parent);
    expect(readdirSync(parent)).toHaveLength(others.length + 3);
    expect(readdirSync(join(parent, target, "in"))).toEqual(["1.heapsnapshot"]);
  });

  it("looks at no more entries than it may: other programs may have filled the folder", () => {
    for (const letter of "abcdefgh") make(`heapbook-trace-${DEAD}-${namespace}-aB3dE${letter}`);
    removeDeadFoldersOf(parent, Date.now(), 5);
    expect(readdirSync(parent)).toHaveLength(3);
  });

  it("does not follow a link within a folder that it removes", () => {
    const target = make("target");
    const dead = make(`heapbook-trace-${DEAD}-${namespace}-aB3dEf`);
    symlinkSync(join(parent, target), join(parent, dead, "link"));
    removeDeadFoldersOf(parent);
    expect(readdirSync(parent)).toEqual([target]);
    expect(readdirSync(join(parent, target, "in"))).toEqual(["1.heapsnapshot"]);
  });

  it.skipIf(process.getuid?.() !== 0)("keeps the folders of other users", async () => {
    const { chownSync } = await import("node:fs");
    const name = make(`heapbook-trace-${DEAD}-${namespace}-aB3dEf`);
    chownSync(join(parent, name), 65534, 65534);
    removeDeadFoldersOf(parent);
    expect(readdirSync(parent)).toEqual([name]);
  });

  it("does nothing where there is no such folder", () => {
    expect(() => removeDeadFoldersOf(join(parent, "none"))).not.toThrow();
  });
});
