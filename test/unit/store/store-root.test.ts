import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findProjectRoot, findStoreRoot } from "../../../src/store/store-root.ts";

let root: string;
const path = (name: string): string => join(root, name);
const make = (...folders: string[]): void => {
  for (const folder of folders) mkdirSync(path(folder), { recursive: true });
};

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "heapbook-root-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("the folder of the store", () => {
  it("is that above reports/, wherever the command runs", () => {
    make("project/reports/walks/data", "elsewhere");
    for (const cwd of [
      "project",
      "project/reports",
      "project/reports/walks",
      "project/reports/walks/data",
      "elsewhere",
    ])
      expect(findStoreRoot(path("project/reports/walks"), path(cwd))).toBe(path("project"));
  });

  it("is the nearest folder with a store or settings, before a store in the report's own folder", () => {
    make("project/reports/walks/.heapbook", "project/.heapbook", "single/.heapbook", "single/report");
    expect(findStoreRoot(path("project/reports/walks"), path("project/reports/walks"))).toBe(path("project"));
    expect(findStoreRoot(path("single/report"), path("single/report"))).toBe(path("single"));
    writeFileSync(path("heapbook.yml"), "title: Site\n");
    make("study");
    expect(findStoreRoot(path("study"), path("study"))).toBe(root);
  });

  it("keeps a store that only the report's own folder has", () => {
    make("project/reports/walks/.heapbook");
    expect(findStoreRoot(path("project/reports/walks"), root)).toBe(path("project/reports/walks"));
  });

  it("is not beyond the repository", () => {
    make(".heapbook", "repository/.git", "repository/study");
    expect(findStoreRoot(path("repository/study"), path("repository"))).toBe(path("repository"));
  });

  it("is the working folder of a report below it, else the report's folder", () => {
    make("study");
    expect(findStoreRoot(path("study"), root)).toBe(root);
    expect(findStoreRoot(path("study"), path("other"))).toBe(path("study"));
  });
});

describe("the folder of the project", () => {
  const project = (folder: string, cwd: string): string =>
    findProjectRoot(path(folder), path(cwd)).slice(root.length + 1);

  it("is that above reports/, or with heapbook.yml, wherever the command runs", () => {
    make("project/reports/walks/data", "project/notes", "elsewhere", "site/study/part");
    for (const cwd of ["project", "project/reports/walks", "project/reports/walks/data", "elsewhere"])
      expect(project("project/reports/walks", cwd)).toBe("project");
    writeFileSync(path("site/heapbook.yml"), "title: Site\n");
    for (const cwd of ["site", "site/study", "elsewhere"]) expect(project("site/study/part", cwd)).toBe("site");
    writeFileSync(path("project/reports/walks/heapbook.yml"), "title: Not a site\n");
    expect(project("project/reports/walks", "project/reports/walks")).toBe("project");
  });

  it("of a command without a report, is the nearest folder above with reports/ or a store", () => {
    make("project/reports/walks", "project/notes", "single/.heapbook", "single/notes", "plain");
    expect(project("project/notes", "project/notes")).toBe("project");
    expect(project("single/notes", "single/notes")).toBe("single");
    expect(project("plain", "plain")).toBe("plain");
  });

  it("is the working folder for a report below it, and for one that is in no project", () => {
    make("study/.heapbook", "elsewhere", "other/report");
    expect(findProjectRoot(path("study"), root)).toBe(root);
    expect(project("study", "study")).toBe("study");
    expect(project("other/report", "elsewhere")).toBe("elsewhere");
  });
});
