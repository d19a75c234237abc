import { expect, test } from "vitest";
import { drawChart } from "../../../src/chart/draw.ts";
import { flameGraph } from "../../../src/chart/kinds/flame-graph.ts";
import { lineDifference } from "../../../src/chart/kinds/line-difference.ts";
import type { ReadyChart } from "../../../src/model/ready-charts.ts";
import { SAMPLES } from "./sample-charts.ts";

function sample<Name extends ReadyChart["chart"]>(key: string, _: Name): Extract<ReadyChart, { readonly chart: Name }> {
  return SAMPLES[key] as Extract<ReadyChart, { readonly chart: Name }>;
}

const draw = (chart: ReadyChart) => drawChart(chart, { name: "fig", cache: { get: () => undefined, set: () => {} } });

test("a difference has the colour of the run that has more, and its sign", async () => {
  const lines = sample("lines", "line-difference");
  expect(lineDifference.series(lines)).toEqual(["saved", "dropped"]);
  const { wide, summary } = await draw(lines);
  const fills = [...wide.matchAll(/<path [^>]*fill="var\(--(chart-\d)\)"/g)].map(([, token]) => token);
  expect(fills).toEqual(["chart-1", "chart-2", "chart-1"]);
  expect(wide).toContain(">+25.2\u00a0MiB<");
  expect(wide).toContain(">−10.5\u00a0MiB<");
  expect(summary).toBe(
    "Live bytes by line, saved less dropped: base-library.ts:58 +25.2\u00a0MiB, base-library.ts:77 −10.5\u00a0MiB, city/steps.ts:7 +200\u00a0B.",
  );
  expect(lineDifference.data(lines).rows[1]).toMatchObject({ line: "base-library.ts:77", bytes: -11e6, count: -20 });
});

test("each file's lines stand under its name", async () => {
  const { wide } = await draw(sample("lines", "line-difference"));
  const [first, second, third] = ["base-library.ts", "77\u2002distances", "city/steps.ts"].map((text) =>
    wide.indexOf(`>${text}`),
  );
  expect(first).toBeGreaterThan(0);
  expect(second).toBeGreaterThan(first ?? 0);
  expect(third).toBeGreaterThan(first ?? 0);
});

test("a flame graph says where its bytes are, and each rectangle what it is", async () => {
  const flames = sample("flames", "flame-graph");
  const { wide, summary } = await draw(flames);
  expect(summary).toBe(
    "Allocated bytes by call path, saved: 370\u00a0MiB in all; functions with most of their own: decodeWalk (base-library.ts:26) 187\u00a0MiB, generateWalk (base-library.ts:19) 119\u00a0MiB, monteCarloWalkAnalysis (base-library.ts:51) 52.5\u00a0MiB.",
  );
  expect(wide).toContain(
    "<title>decodeWalk (base-library.ts:26): 189\u00a0MiB, 51.2\u00a0%, 187\u00a0MiB its own</title>",
  );
  // What cannot be seen is in neither.
  expect(wide).not.toContain("(other)");
  const rows = flameGraph.data(flames).rows;
  expect(rows[0]).toMatchObject({ path: "(root)", own: 1000 });
  expect(rows.map(({ path }) => path)).toContain("(root) › (cell) › monteCarloWalkAnalysis › decodeWalk");
});

test("a file keeps its colour from drawing to drawing", () => {
  expect(flameGraph.series(sample("flames", "flame-graph")).slice(0, 2)).toEqual([
    "base-library.ts",
    "node_modules/seedrandom/index.js",
  ]);
});
