import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatEndsBeside,
  formatInterval,
  formatNumber,
  formatValue,
} from "../../../src/analysis/format.ts";

const MIB = 2 ** 20;
/** Tests write a plain blank where a no-break space is expected, and no plain blank is ever expected between number and unit. */
const nb = (text: string): string => text.replaceAll(" ", "\u00a0");

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [48, "48 B"],
    [1023, "1,023 B"],
    [1024, "1 KiB"],
    [1025, "1.00 KiB"],
    [1536, "1.5 KiB"],
    [28.2 * MIB, "28.2 MiB"],
    [784.5 * MIB, "785 MiB"],
    [1023 * MIB + 400, "1,023 MiB"],
    [1023.7 * MIB, "1 GiB"],
    [1023.9 * 1024, "1 MiB"],
    [3 * 2 ** 50, "3,072 TiB"],
    [-1536, "\u22121.5 KiB"],
    [48.5, "48.5 B"],
  ])("%d is %s", (bytes, text) => {
    // 1,023.7 MiB is shown in GiB because it rounds to 1,024; in GiB it is not exact.
    expect(formatBytes(bytes)).toBe(nb(text === "1 GiB" ? "1.00 GiB" : text === "1 MiB" ? "1.00 MiB" : text));
  });

  it("shows the unit asked for", () => {
    expect(formatBytes(5 * MIB, { unit: "KiB" })).toBe(nb("5,120 KiB"));
    expect(formatBytes(5_000_000, { unit: "MB" })).toBe(nb("5 MB"));
    expect(formatBytes(MIB / 100, { unit: "MiB" })).toBe(nb("0.01 MiB"));
    expect(() => formatBytes(5, { unit: "ms" })).toThrow(RangeError);
  });
});

describe("formatDuration", () => {
  it.each([
    [0, "0 ms"],
    [0.34, "0.34 ms"],
    [0.3412, "0.341 ms"],
    [9.6, "9.6 ms"],
    [196.4, "196 ms"],
    [999.6, "1.00 s"],
    [1234, "1.23 s"],
    [0.01234, "12.3 µs"],
    [0.00002, "20 ns"],
    [59_949, "59.9 s"],
    [59_960, "1 min"],
    [222_000, "3 min 42 s"],
    [3_599_600, "1 h"],
    [7_530_000, "2 h 6 min"],
    [-72, "\u221272 ms"],
  ])("%d ms is %s", (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(nb(text));
  });
});

describe("formatCount and formatValue", () => {
  it("separates thousands and shows no unit", () => {
    expect(formatCount(10_000)).toBe("10,000");
    expect(formatCount(1_234_567)).toBe("1,234,567");
    expect(formatCount(12.5)).toBe("12.5");
    expect(formatValue(3.634, "ratio")).toBe("3.63");
    expect(formatValue(18, "ratio")).toBe("18");
  });

  it("writes any other unit as it is", () => {
    expect(formatValue(5, "%")).toBe(nb("5 %"));
    expect(formatValue(5.3186, "%", { digits: 2 })).toBe(nb("5.3 %"));
    expect(formatValue(34, "MB")).toBe(nb("34 MB"));
    expect(formatValue(2, "walks/s")).toBe(nb("2 walks/s"));
    expect(formatValue(2, "walks", { unit: "walks" })).toBe(nb("2 walks"));
  });

  it("knows no negative zero and no number that is none", () => {
    expect(formatValue(-0, "count")).toBe("0");
    expect(formatValue(-0, "B")).toBe(nb("0 B"));
    expect(formatValue(Number.NaN, "B")).toBe("—");
    expect(formatValue(Number.NEGATIVE_INFINITY, "ratio")).toBe("\u2212∞");
  });
});

describe("formatNumber", () => {
  it.each([
    [0.1 + 0.2, "0.300"],
    [9.996, "10.0"],
    [0.000_123_4, "0.000123"],
    [1234.5, "1,235"],
    [1.2e18, nb("1.2 × 10¹⁸")],
    [-1.5e-12, nb("\u22121.5 × 10⁻¹²")],
  ])("%d is %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it("comes back as the value, to its digits, from any value", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e14, max: 1e14 }),
        fc.integer({ min: 1, max: 12 }),
        (value, digits) => {
          fc.pre(value === 0 || Math.abs(value) >= 1e-9);
          const text = formatNumber(value, digits);
          expect(text).toMatch(/^\u2212?(\d{1,3}(,\d{3})*|\d+)(\.\d+)?$/);
          const back = Number(text.replaceAll(",", "").replace("\u2212", "-"));
          const tolerance = Math.max(Math.abs(value) * 0.5001 * 10 ** (1 - digits), Number.MIN_VALUE);
          expect(Math.abs(back - value)).toBeLessThanOrEqual(Math.abs(value) >= 10 ** digits ? 0.5 : tolerance);
          expect(text.startsWith("\u2212")).toBe(back < 0);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("any value in any unit", () => {
  it("has one number, the sign in front, and no plain blank", () => {
    const unit = fc.constantFrom("B", "ms", "count", "ratio", "%", "walks");
    fc.assert(
      fc.property(fc.double(), unit, (value, of) => {
        const text = formatValue(value, of);
        expect(text).not.toMatch(/ |NaN|Infinity|e[+-]|undefined|-/);
        if (value < 0) expect(formatValue(-value, of)).toBe(text.replace("\u2212", ""));
      }),
      { numRuns: 500 },
    );
  });

  it("shows bytes below 1,024 in every scale but the last", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2 ** 49, noNaN: true }), (bytes) => {
        const [number = ""] = formatBytes(bytes).split("\u00a0");
        expect(Number(number.replaceAll(",", ""))).toBeLessThan(1024);
      }),
      { numRuns: 500 },
    );
  });
});

describe("formatInterval", () => {
  it.each([
    [{ low: 0.85, high: 1.02, unit: "ms" }, "0.85 to 1.02", "ms"],
    [{ low: 28 * MIB, high: 28.25 * MIB, unit: "B" }, "28.0 to 28.3", "MiB"],
    [{ low: 900, high: 2048, unit: "B" }, "0.87 to 2.00", "KiB"],
    [{ low: 0.001, high: 120, unit: "ms" }, "0.001 to 120", "ms"],
    [{ low: 1.52, high: 125, unit: "ms" }, "1.5 to 125", "ms"],
    [{ low: -125, high: -1.52, unit: "ms" }, "\u2212125 to \u22121.5", "ms"],
    [{ low: -3, high: 5, unit: "walks" }, "\u22123 to 5", "walks"],
    [{ low: 27, high: 28, unit: "collections" }, "27 to 28", "collections"],
    [{ low: 27, high: 28.5, unit: "collections" }, "27.0 to 28.5", "collections"],
  ])("%j is %s %s", (summary, ends, unit) => {
    expect(formatInterval(summary)).toBe(`${ends}\u00a0${unit}`);
  });

  it.each([
    [{ value: 9.953 * MIB, low: 9.953 * MIB, high: 16.6 * MIB, unit: "B" }, "9.9 to 16.6\u00a0MiB"],
    [{ value: 28.13 * MIB, low: 28.13 * MIB, high: 28.25 * MIB, unit: "B" }, "28.1 to 28.3\u00a0MiB"],
    [{ value: 1000, low: 980, high: 4 * MIB, unit: "B" }, "0.00093 to 4.00\u00a0MiB"],
    [{ value: 894 * 1024, low: 894 * 1024, high: 1.46 * MIB, unit: "B" }, "894 to 1,496\u00a0KiB"],
    [{ value: 5, low: 6.04, high: 16.6, unit: "ms" }, "6.0 to 16.6\u00a0ms"],
  ])("%j contains its value, rounded: %s", (summary, text) => {
    expect(formatInterval(summary)).toBe(text);
  });

  it("lies around its ends: the lower one is rounded down, the higher one up", () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.double({ min: -1e9, max: 1e9, noNaN: true })),
        (two) => {
          const [low = 0, high = 0] = two.toSorted((a, b) => a - b);
          const [first = "", last] = formatInterval({ low, high, unit: "count" }).split(" to ");
          const number = (text: string): number => Number(text.replaceAll(",", "").replace("\u2212", "-"));
          fc.pre(last !== undefined && !/[⁰¹²³⁴⁵⁶⁷⁸⁹]/.test(first + last));
          expect(number(first)).toBeLessThanOrEqual(low + 1e-9 * Math.abs(low));
          expect(number(last ?? "")).toBeGreaterThanOrEqual(high - 1e-9 * Math.abs(high));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("contains every value that it contains, as both are shown", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 3, maxLength: 3 }), (three) => {
        const [low = 0, value = 0, high = 0] = three.toSorted((a, b) => a - b);
        const [first = "", last = first] = formatInterval({ low, value, high, unit: "count" }).split(" to ");
        const number = (text: string): number => Number(text.replaceAll(",", ""));
        const shown = number(formatValue(value, "count"));
        fc.pre(number(first) !== number(last));
        expect(number(first)).toBeLessThanOrEqual(shown);
        expect(number(last)).toBeGreaterThanOrEqual(shown);
      }),
    );
  });

  it.each([
    [{ value: 17.4 * 1024, low: 17.4 * 1024, high: 46.5 * 1024 }, ["17.4", "46.5"]],
    [{ value: 38.9 * MIB, low: 38.9 * MIB, high: 38.95 * MIB }, ["38.9", "39.0"]],
    [{ value: 1000, low: 980, high: 40 * MIB }, ["0.00093", "40.0\u00a0MiB"]],
  ])("%j beside its value has the ends %j", (summary, ends) => {
    expect(formatEndsBeside({ ...summary, unit: "B" })).toEqual(ends);
  });

  it("has one value where the ends are one, or look the same", () => {
    expect(formatInterval({ low: 48, high: 48, unit: "B" })).toBe(nb("48 B"));
    expect(formatInterval({ low: 1000.01, high: 1000.02, unit: "count" })).toBe("1,000");
  });
});
