import { describe, expect, it } from "vitest";
import { numberDifferences, readLine } from "../../../../src/render/text/number-text.ts";

const numbersOf = (line: string) => readLine(line).pieces.flatMap(({ number }) => number ?? []);
const values = (line: string) => numbersOf(line).map(({ value }) => value);

describe("readLine", () => {
  it.each<[string, readonly number[]]>([
    ["Peak: 46_826_457", [46_826_457]],
    ["46,826,457 bytes", [46_826_457]],
    ["(700, 10, 10)", [700, 10, 10]],
    ["[1, 2]", [1, 2]],
    ["-0.5 and \u22120.25 and +1", [-0.5, -0.25, 1]],
    ["1.2e-3", [0.0012]],
    ["2021-11-17", [2021, 11, 17]],
    ["3 lines", [3]],
    ["done.", []],
    ["sha256 0x1f v8 3rd", []],
    ["size=39.7 MiB, count=499800, average=83 B", [39.7 * 2 ** 20, 499_800, 83]],
    ["took 1.5 s or 20ms", [1500, 20]],
    ["50 % or 3.5%", [50, 3.5]],
  ])("%s", (line, expected) => {
    expect(values(line)).toEqual(expected);
    expect(
      readLine(line)
        .pieces.map(({ text }) => text)
        .join(""),
    ).toBe(line);
  });

  it("gives lines that differ only in numbers and blanks one skeleton", () => {
    expect(readLine("size = 44.7 MiB").skeleton).toBe(readLine("size  =   46,826,457 B ").skeleton);
    expect(readLine("1 B").skeleton).not.toBe(readLine("1 ms").skeleton);
    expect(readLine("1 apple").skeleton).not.toBe(readLine("1 pear").skeleton);
  });

  it("reads a line of a megabyte in linear time", () => {
    expect(values("1".repeat(2 ** 20))).toHaveLength(1);
    expect(values("1,234_".repeat(2 ** 17)).length).toBeGreaterThanOrEqual(0);
  });
});

describe("numberDifferences", () => {
  it("are relative to the first number, for any unit and notation", () => {
    expect(numberDifferences(readLine("100 a 50 b"), readLine("101 a 50.0 b"))).toEqual([0.01, 0]);
    expect(numberDifferences(readLine("1 MiB"), readLine("1,048,576 B"))).toEqual([0]);
    expect(numberDifferences(readLine("-10"), readLine("-9"))).toEqual([0.1]);
    expect(numberDifferences(readLine("0"), readLine("0"))).toEqual([0]);
    expect(numberDifferences(readLine("0"), readLine("3"))).toEqual([Number.POSITIVE_INFINITY]);
  });
});
