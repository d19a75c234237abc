import { describe, expect, test } from "vitest";
import { formatCount, formatInterval, formatNumber, formatValue } from "../../src/analysis/format.ts";
import { drawChart } from "../../src/chart/draw.ts";
import type { VegaLiteSpec } from "../../src/chart/types.ts";
import { inLanguage } from "../../src/language.ts";

describe("numbers have the signs of the report's language", () => {
  test.each([
    ["en", "1,234.5", "1,000,000"],
    ["de", "1.234,5", "1.000.000"],
    ["de-CH", "1’234.5", "1’000’000"],
    ["fr", "1\u202f234,5", "1\u202f000\u202f000"],
    ["pl", "1\u00a0234,5", "1\u00a0000\u00a0000"],
    ["ja", "1,234.5", "1,000,000"],
    ["sv", "1,234.5", "1,000,000"],
  ])("%s", (lang, number, count) => {
    inLanguage(lang, () => {
      expect(formatNumber(1234.5, 5)).toBe(number);
      expect(formatCount(1e6, { digits: 7 })).toBe(count);
    });
  });

  test("values, intervals, powers and durations", () => {
    inLanguage("de", () => {
      expect(formatValue(1.5 * 2 ** 20, "B")).toBe("1,5\u00a0MiB");
      expect(formatInterval({ low: 0.85, high: 1.02, unit: "ms" })).toBe("0,85 bis 1,02\u00a0ms");
      expect(formatNumber(1.2e18)).toBe("1,2\u00a0×\u00a010¹⁸");
      expect(formatNumber(-0.042)).toBe("−0,042");
    });
  });

  test("work of two languages at once does not mix", async () => {
    const later = async (lang: string): Promise<string> =>
      inLanguage(lang, async () => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        return formatNumber(1.5);
      });
    expect(await Promise.all([later("de"), later("en"), later("fr")])).toEqual(["1,5", "1.5", "1,5"]);
    expect(formatNumber(1.5)).toBe("1.5");
  });

  test("the axes of charts, whose drawing of another language is not reused", async () => {
    const stored = new Map<string, string>();
    const cache = {
      get: (key: string) => stored.get(key),
      set: (key: string, text: string) => void stored.set(key, text),
    };
    const spec = {
      data: {
        values: [
          { x: 0, y: 1 },
          { x: 4000, y: 1.5 },
        ],
      },
      mark: "point",
      encoding: { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } },
    } as unknown as VegaLiteSpec;
    expect((await drawChart(spec, { name: "a", cache })).wide).toContain(">4,000<");
    const german = (await drawChart(spec, { name: "a", cache, lang: "de" })).wide;
    expect(german).toContain(">4.000<");
    expect(german).toMatch(/>[01],\d</);
  });
});
