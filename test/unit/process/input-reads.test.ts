import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { inputReads } from "../../../src/process/input-reads.ts";
import { harnessMain } from "../../../src/process/trial-process.ts";

describe("the files that a process read", () => {
  it("are relative to the report's folder inside it, absolute outside", () => {
    expect(inputReads(["/r/data/a.csv", "/data/b.csv", "/r", "/r2/c.csv", "/r/..data/d.csv"], "/r")).toEqual([
      "data/a.csv",
      "/data/b.csv",
      "",
      "/r2/c.csv",
      "..data/d.csv",
    ]);
  });

  it("are not Heapbook's own", () => {
    const own = join(dirname(harnessMain()), "main.js");
    expect(inputReads([own, "/r/.heapbook/run-1-0123abcd/b.mjs"], "/r")).toEqual([]);
  });

  it("are those of installed packages, of a report below node_modules and of the temporary folder, too", () => {
    const temporary = join(tmpdir(), "x/y");
    expect(inputReads(["/r/node_modules/x/data.json", temporary], "/r")).toEqual([
      "node_modules/x/data.json",
      temporary,
    ]);
    expect(inputReads(["/node_modules/r/a.csv"], "/node_modules/r")).toEqual(["a.csv"]);
  });

  it("are kept where the report itself is in the temporary folder", () => {
    const folder = join(tmpdir(), "study");
    expect(inputReads([join(folder, "a.csv")], folder)).toEqual(["a.csv"]);
  });

  it("names files of the project by paths from the report, and others by their own", () => {
    const reads = ["/p/shared/a.csv", "/p/reports/r/b.csv", "/q/c.csv", "/p2/d.csv"];
    expect(inputReads(reads, "/p/reports/r", "/p")).toEqual(["../../shared/a.csv", "b.csv", "/q/c.csv", "/p2/d.csv"]);
    expect(inputReads(["/etc/a"], "/p/r", "/")).toEqual(["/etc/a"]);
    expect(inputReads(["/p/a"], "/q/r", "/p")).toEqual(["/p/a"]);
  });
});
