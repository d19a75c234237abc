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

const kept = {
  wide: "<svg/>",
  narrow: null,
  standalone: "<svg/>",
  spec: {},
  data: { columns: [], rows: [] },
  summary: "Kept.",
};

test("vega is loaded for a chart that is new, and not for one that is kept", async () => {
  const { drawChart } = await import("../../../src/chart/draw.ts");
  const full: TextCache = { get: () => JSON.stringify(kept), set: () => {} };
  expect(await drawChart(SAMPLES["bars"] ?? {}, { name: "fig", cache: full })).toEqual(kept);
  expect(await drawChart({ mark: "line" }, { name: "fig", cache: full })).toEqual(kept);
  expect(loaded).toEqual([]);

  const empty: TextCache = { get: () => undefined, set: () => {} };
  await drawChart(SAMPLES["bars"] ?? {}, { name: "fig", cache: empty });
  expect(loaded.sort()).toEqual(["vega", "vega-lite"]);
});
