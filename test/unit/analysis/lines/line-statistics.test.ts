import { describe, expect, it } from "vitest";
import {
  compareStatistics,
  formatStatistic,
  formatStatisticDiff,
  formatTraceSize,
  sumStatistics,
  toStatistics,
} from "../../../../src/analysis/lines/line-statistics.ts";

// Expected texts are those of CPython 3.11, Lib/tracemalloc.py.
describe("sizes in Python's form", () => {
  it.each([
    [0, "0 B"],
    [99, "99 B"],
    [10239, "10239 B"],
    [10240, "10.0 KiB"],
    [102348, "99.9 KiB"],
    [102399, "100.0 KiB"],
    [26400000, "25.2 MiB"],
    [-1536, "-1536 B"],
    [66.5, "66 B"],
    [67.5, "68 B"],
    [5497558138880, "5120 GiB"],
    [1125899906842624, "1024 TiB"],
    [10000000000000000, "9095 TiB"],
  ])("%d is %s", (bytes, text) => expect(formatTraceSize(bytes)).toBe(text));

  it("have a sign where they are differences", () => {
    expect([0, 1536, -26400000].map((bytes) => formatTraceSize(bytes, true))).toEqual(["+0 B", "+1536 B", "-25.2 MiB"]);
  });
});

const at = (file: string, line: number, size: number, count: number) => ({ file, line, size, count });

describe("statistics of lines", () => {
  it("read like those of Python", () => {
    expect(formatStatistic(at("walks.ts", 39, 26400000, 400000))).toBe(
      "walks.ts:39: size=25.2 MiB, count=400000, average=66 B",
    );
    expect(formatStatistic(at("walks.ts", 39, 0, 0))).toBe("walks.ts:39: size=0 B, count=0");
    const diff = { ...at("base-library.ts", 39, 26400000, 400000), sizeDiff: 26400000, countDiff: 400000 };
    expect(formatStatisticDiff(diff)).toBe(
      "base-library.ts:39: size=25.2 MiB (+25.2 MiB), count=400000 (+400000), average=66 B",
    );
  });

  it("are sorted by size, count and position, in descending order", () => {
    const lines = [at("a", 1, 5, 1), at("b", 1, 9, 1), at("a", 2, 5, 2), at("a", 3, 5, 1), at("b", 2, 5, 1)];
    const places = sumStatistics(lines, "lineno").map(({ file, line }) => `${file}:${line}`);
    expect(places).toEqual(["b:1", "a:2", "b:2", "a:3", "a:1"]);
  });

  it("are summed by file", () => {
    expect(sumStatistics([at("a", 1, 5, 1), at("a", 2, 7, 1), at("b", 2, 1, 1)], "filename")).toEqual([
      at("a", 0, 12, 2),
      at("b", 0, 1, 1),
    ]);
  });

  it("are sorted by the size of the change, whatever its sign; lines that are gone have size 0", () => {
    const diff = compareStatistics(
      [at("a", 1, 10, 1), at("a", 3, 4, 1)],
      [at("a", 1, 8, 1), at("a", 2, 50, 5)],
      "lineno",
    );
    expect(diff).toEqual([
      { ...at("a", 2, 0, 0), sizeDiff: -50, countDiff: -5 },
      { ...at("a", 3, 4, 1), sizeDiff: 4, countDiff: 1 },
      { ...at("a", 1, 10, 1), sizeDiff: 2, countDiff: 0 },
    ]);
  });

  it("count live bytes or allocated bytes", () => {
    const line = {
      file: "a",
      line: 1,
      liveBytes: 0,
      liveObjects: 0,
      allocatedBytes: 8,
      allocations: 1,
      functionLevelBytes: 0,
    };
    expect(toStatistics([line], "live")).toEqual([]);
    expect(toStatistics([line], "allocated")).toEqual([at("a", 1, 8, 1)]);
  });
});
