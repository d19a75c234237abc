import { expect, test } from "vitest";
import { drawChart } from "../../../../src/chart/draw.ts";
import { lineDifference } from "../../../../src/chart/kinds/line-difference.ts";
import type { ReadyChart } from "../../../../src/model/ready-charts.ts";
import { SAMPLES } from "../sample-charts.ts";

const lines = SAMPLES["lines"] as Extract<ReadyChart, { readonly chart: "line-difference" }>;
const draw = (chart: ReadyChart) => drawChart(chart, { name: "fig", cache: { get: () => undefined, set: () => {} } });

test("a difference has its sign and the colour of the run with more bytes", async () => {
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

test("lines are below the name of their file", async () => {
  const { wide } = await draw(lines);
  const [first, second, third] = ["base-library.ts", "77\u2002distances", "city/steps.ts"].map((text) =>
    wide.indexOf(`>${text}`),
  );
  expect(first).toBeGreaterThan(0);
  expect(second).toBeGreaterThan(first ?? 0);
  expect(third).toBeGreaterThan(first ?? 0);
});
