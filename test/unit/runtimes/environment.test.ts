import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEnvironmentReader, heapbookVersion, readEnvironment } from "../../../src/runtimes/environment.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "heapbook-environment-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const git = (...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.org", ...args], {
    cwd: folder,
    encoding: "utf8",
  });

describe("readEnvironment", () => {
  it("describes the runtime, the machine and the time", () => {
    const environment = readEnvironment(folder, new Date("2026-11-22T10:00:00Z"));
    expect(environment).toMatchObject({
      heapbook: heapbookVersion(),
      node: process.versions.node,
      v8: process.versions.v8,
      platform: process.platform,
      arch: process.arch,
      commit: null,
      measuredAt: "2026-11-22T10:00:00.000Z",
    });
    expect(environment.cores).toBeGreaterThanOrEqual(1);
    expect(environment.memoryBytes).toBeGreaterThan(2 ** 27);
    expect(environment.cpuModel).not.toBe("");
  });

  it("has Heapbook's version from its package.json", () => {
    const manifest: unknown = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
    expect(manifest).toMatchObject({ version: heapbookVersion() });
  });

  it("names the commit, and says when a tracked file differs from it", () => {
    git("init", "--quiet");
    expect(readEnvironment(folder).commit).toBeNull();
    writeFileSync(join(folder, "report.md"), "one");
    git("add", ".");
    git("commit", "--quiet", "-m", "One");
    git("tag", "v1");
    const commit = git("rev-parse", "HEAD").slice(0, 7);
    writeFileSync(join(folder, "untracked"), "");
    expect(readEnvironment(folder).commit).toBe(commit);
    writeFileSync(join(folder, "report.md"), "two");
    expect(readEnvironment(folder).commit).toBe(`${commit}-dirty`);
  });
});

describe("createEnvironmentReader", () => {
  it("reads once, and gives each runtime its own versions", () => {
    const read = createEnvironmentReader(folder);
    const first = read();
    expect(read()).toEqual(first);
    const other = { node: "99.0.0", v8: "9.9", arch: "riscv64", platform: "other" };
    expect(read({ ...other, binary: "ab" })).toEqual({ ...first, ...other });
  });

  it("has the memory limit of a container only where it is below the machine's", () => {
    const { memoryLimitBytes, memoryBytes } = readEnvironment(folder);
    const limit = process.constrainedMemory();
    expect(memoryLimitBytes).toBe(limit > 0 && limit < memoryBytes ? limit : null);
  });
});
