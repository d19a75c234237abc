import { expect, test, vi } from "vitest";
import type { TextCache } from "../../../src/model/text-cache.ts";
import { SAMPLES } from "./sample-charts.ts";

const loaded = vi.hoisted((): string[] => []);
vi.mock("vega", async (original) => {
  loaded.push("vega");
  return await original();
});
vi.mock("vega-lite", async (original) => {
  loaded.push("vega-lite");
  return await original();
});
vi.mock("../../../src/chart/draw-ready.ts", async (original) => {
  loaded.push("draw-ready");
  return await original();
});
vi.mock("../../../src/chart/vega/draw-author.ts", async (original) => {
  loaded.push("draw-author");
  return await original();
});

const cached = {
  wide: "<svg/>",
  narrow: null,
  standalone: "<svg/>",
  spec: {},
  data: { columns: [], rows: [] },
  summary: "Cached.",
  notes: [],
  warnings: [],
};

test("Vega and the kinds of chart are loaded for a new chart, and not for a cached one", async () => {
  vi.resetModules(); // another file may have loaded them in this worker
  const { drawChart } = await import("../../../src/chart/draw.ts");
  const full: TextCache = { get: () => JSON.stringify(cached), set: () => {} };
  expect(await drawChart(SAMPLES["bars"] ?? {}, { name: "fig", cache: full })).toEqual(cached);
  expect(await drawChart({ mark: "line" }, { name: "fig", cache: full })).toEqual(cached);
  expect(loaded).toEqual([]);

  const empty: TextCache = { get: () => undefined, set: () => {} };
  await drawChart(SAMPLES["bars"] ?? {}, { name: "fig", cache: empty });
  expect(loaded.sort()).toEqual(["draw-ready", "vega", "vega-lite"]);
});
