import { rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { isSameHere, toFrozenObservations } from "../../../src/experiment/frozen-observations.ts";
import type { ObservationKind } from "../../../src/model/observations.ts";
import { observe } from "../../../src/store/observations.ts";
import { createWorkspace } from "../../helpers/workspace.ts";

function makeProject() {
  const { folder: root, write } = createWorkspace({ "reports/demo/data.csv": "1", "shared/more.csv": "2" });
  return { root, folder: join(root, "reports/demo"), write };
}

afterEach(() => vi.unstubAllEnvs());

const freeze = (
  { root, folder }: { root: string; folder: string },
  kind: ObservationKind,
  name: string,
  salt?: string,
) => toFrozenObservations([observe(kind, name, folder)], folder, root, salt);

describe("observations in frozen results", () => {
  it("keep no absolute path of the project, no place, no locale, nothing of the machine", () => {
    const project = makeProject();
    expect(freeze(project, "content", join(project.root, "shared/more.csv"))).toMatchObject([
      { name: "../../shared/more.csv" },
    ]);
    expect(freeze(project, "cwd", "")).toEqual([]);
    expect(freeze(project, "locale", "TZ")).toEqual([]);
    for (const name of ["HOME", "PATH", "CI", "XDG_CACHE_HOME", "npm_lifecycle_event"])
      expect(freeze(project, "env", name)).toEqual([]);
    for (const path of ["/etc/hostname", "/proc/cpuinfo", "/usr/share/dict/words"])
      expect(freeze(project, "content", path)).toEqual([]);
  });

  it("take a file's state as its content: a clone has other times", () => {
    const project = makeProject();
    const frozen = freeze(project, "state", "data.csv");
    expect(frozen).toMatchObject([{ kind: "content", name: "data.csv" }]);
    utimesSync(join(project.folder, "data.csv"), 1, 1);
    expect(frozen.every((one) => isSameHere(one, project.folder, {}))).toBe(true);
    project.write("reports/demo/data.csv", "2");
    expect(frozen.some((one) => isSameHere(one, project.folder, {}))).toBe(false);
    expect(freeze(project, "state", "none.csv")).toEqual([{ kind: "exists", name: "none.csv", value: null }]);
    expect(freeze(project, "state", ".")).toEqual([{ kind: "exists", name: "", value: "folder" }]);
  });

  it("keep the hash of a variable that did not change, so that git shows no difference", () => {
    const project = makeProject();
    vi.stubEnv("DEMO_SCALE", "2");
    const [first] = freeze(project, "env", "DEMO_SCALE", "0011");
    expect(first?.value).toMatch(/^0011:[0-9a-f]{64}$/);
    expect(freeze(project, "env", "DEMO_SCALE", "0011")).toEqual([first]);
    expect(first !== undefined && isSameHere(first, project.folder, {})).toBe(true);
    vi.stubEnv("DEMO_SCALE", "3");
    expect(first !== undefined && isSameHere(first, project.folder, {})).toBe(false);
  });

  it("are the same where packages are not installed and foreign folders are missing, and nowhere else", () => {
    const project = makeProject();
    const same = (kind: ObservationKind, name: string, value: string | null): boolean =>
      isSameHere({ kind, name, value }, project.folder, {});
    expect(same("content", "node_modules/a/index.js", "hash")).toBe(true);
    expect(same("content", "../../node_modules/a/index.js", "hash")).toBe(true);
    project.write("node_modules/b/index.js", "");
    expect(same("content", "../../node_modules/a/index.js", "hash")).toBe(false);
    expect(same("content", "/no-such-folder/data.csv", "hash")).toBe(true);
    expect(same("content", join(project.root, "gone.csv"), "hash")).toBe(false);
    expect(same("content", "gone.csv", "hash")).toBe(false);
    expect(same("content", "../../shared/gone.csv", "hash")).toBe(false);
    expect(same("exists", "../../node_modules/b", null)).toBe(false);
    expect(same("exists", "../../node_modules/c", null)).toBe(true);
    rmSync(join(project.root, "node_modules"), { recursive: true });
    expect(same("exists", "../../node_modules/b", null)).toBe(true);
  });
});
