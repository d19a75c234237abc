import { expect, test, vi } from "vitest";
import { drawChart } from "../../../src/chart/draw.ts";
import type { TextCache } from "../../../src/model/text-cache.ts";
import { SAMPLES } from "./sample-charts.ts";

const cache: TextCache = { get: () => undefined, set: () => {} };

test.each(Object.entries(SAMPLES))(
  "the ready chart %s is drawn a second time with the same bytes",
  async (_, chart) => {
    const first = JSON.stringify(await drawChart(chart, { name: "fig-test", cache }));
    // A new module instance has no drawings in memory.
    vi.resetModules();
    const { drawChart: drawAnew } = await import("../../../src/chart/draw.ts");
    expect(JSON.stringify(await drawAnew(chart, { name: "fig-test", cache }))).toBe(first);
  },
);
