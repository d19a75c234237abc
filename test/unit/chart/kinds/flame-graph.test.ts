import { expect, test } from "vitest";
import { drawChart } from "../../../../src/chart/draw.ts";
import { flameGraph } from "../../../../src/chart/kinds/flame-graph.ts";
import type { ReadyChart } from "../../../../src/model/ready-charts.ts";
import { SAMPLES } from "../sample-charts.ts";

const flames = SAMPLES["flames"] as Extract<ReadyChart, { readonly chart: "flame-graph" }>;
const draw = (chart: ReadyChart) => drawChart(chart, { name: "fig", cache: { get: () => undefined, set: () => {} } });

test("the summary and the tooltips name functions with their bytes", async () => {
  const { wide, summary } = await draw(flames);
  expect(summary).toBe(
    "Allocated bytes by call path, saved: 370\u00a0MiB in total; most self bytes: decodeWalk (base-library.ts:26) 187\u00a0MiB, generateWalk (base-library.ts:19) 119\u00a0MiB, monteCarloWalkAnalysis (base-library.ts:51) 52.5\u00a0MiB.",
  );
  expect(wide).toContain(
    "<title>decodeWalk (base-library.ts:26): 189\u00a0MiB, 51.2\u00a0%, self 187\u00a0MiB</title>",
  );
  // Calls too small to see are in neither.
  expect(wide).not.toContain("(other)");
  const rows = flameGraph.data(flames).rows;
  expect(rows[0]).toMatchObject({ path: "(root)", self: 1000 });
  expect(rows.map(({ path }) => path)).toContain("(root) › (cell) › monteCarloWalkAnalysis › decodeWalk");
});

test("the series are files, the heaviest first", () => {
  expect(flameGraph.series(flames).slice(0, 2)).toEqual(["base-library.ts", "node_modules/seedrandom/index.js"]);
});
