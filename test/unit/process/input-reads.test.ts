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

  it("are not Heapbook's own, installed packages' or temporary", () => {
    const own = join(dirname(harnessMain()), "main.js");
    expect(
      inputReads([own, "/r/node_modules/x/data.json", "/r/.heapbook/run-1/b.mjs", join(tmpdir(), "x/y")], "/r"),
    ).toEqual([]);
  });

  it("are kept where the report itself is in the temporary folder", () => {
    const folder = join(tmpdir(), "study");
    expect(inputReads([join(folder, "a.csv")], folder)).toEqual(["a.csv"]);
  });
});
