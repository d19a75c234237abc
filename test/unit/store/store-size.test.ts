import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { markUsed, pruneStore } from "../../../src/store/store-size.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
let root: string;
const path = (name: string): string => join(root, ".heapbook", name);

/** A file of 10 bytes that was used so many days ago. */
function put(name: string, days: number): void {
  mkdirSync(join(path(name), ".."), { recursive: true });
  writeFileSync(path(name), "0123456789");
  const seconds = (Date.now() - days * DAY_MS) / 1000;
  utimesSync(path(name), seconds, seconds);
}
const left = (): string[] =>
  ["store/ab", "cache/cd", "runtimes"].flatMap((folder) =>
    readdirSync(path(folder)).map((name) => `${folder}/${name}`),
  );

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "heapbook-size-"));
  put("store/ab/old.json", 40);
  put("store/ab/new.json", 0);
  put("cache/cd/older", 50);
  put("cache/cd/week", 7);
  put("runtimes/node", 400);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("a store that is pruned", () => {
  it("loses what was not used for a time, and no runtime", () => {
    expect(pruneStore(root, { unusedForMs: 30 * DAY_MS })).toEqual({ files: 2, bytes: 20 });
    expect(left()).toEqual(["store/ab/new.json", "cache/cd/week", "runtimes/node"]);
    expect(pruneStore(root, { unusedForMs: 30 * DAY_MS })).toEqual({ files: 0, bytes: 0 });
  });

  it("loses what was unused for longest, until the rest is small enough", () => {
    expect(pruneStore(root, { mostBytes: 25 })).toEqual({ files: 2, bytes: 20 });
    expect(left()).toEqual(["store/ab/new.json", "cache/cd/week", "runtimes/node"]);
    expect(pruneStore(root, { mostBytes: 100 })).toEqual({ files: 0, bytes: 0 });
  });

  it("keeps what was written just now, as by another render", () => {
    expect(pruneStore(root, { mostBytes: 0 })).toEqual({ files: 3, bytes: 30 });
    expect(left()).toEqual(["store/ab/new.json", "runtimes/node"]);
  });

  it("keeps what is in use: a read marks the file, once a day", () => {
    markUsed(path("store/ab/old.json"));
    const { mtimeMs } = statSync(path("store/ab/old.json"));
    expect(Date.now() - mtimeMs).toBeLessThan(DAY_MS);
    markUsed(path("store/ab/old.json"));
    expect(statSync(path("store/ab/old.json")).mtimeMs).toBe(mtimeMs);
    expect(pruneStore(root, { unusedForMs: 30 * DAY_MS }).files).toBe(1);
  });

  it("has nothing to lose where there is none", () => {
    rmSync(root, { recursive: true });
    expect(pruneStore(root, { mostBytes: 0 })).toEqual({ files: 0, bytes: 0 });
  });
});
