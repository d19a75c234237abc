import { expect, test } from "vitest";
import { asksForInteraction, makeInteractive } from "../../../src/chart/vega/interactive.ts";

const values = [{ a: 1, tooltip: "data", params: [{ select: "point" }] }];
const reject = (message: string): Error => new Error(message);

test.each([
  [{ data: { values }, mark: "bar" }, false],
  [{ mark: { type: "bar", tooltip: null } }, false],
  [{ params: [{ name: "width", value: 2 }] }, false],
  [{ mark: { type: "bar", tooltip: true } }, true],
  [{ layer: [{ encoding: { tooltip: { field: "a" } } }] }, true],
  [{ hconcat: [{ params: [{ name: "z", select: "interval", bind: "scales" }] }] }, true],
])("%j asks for interaction: %s", (spec, isAsked) => {
  expect(asksForInteraction(spec)).toBe(isAsked);
});

test("colours of the house follow the theme, data and mixed colours stay, and marks have tooltips", async () => {
  const { spec, isAsked } = await makeInteractive(
    {
      data: { values: [{ a: "#2a6fc4", b: 1 }] },
      mark: { type: "rect", stroke: "#2a6fc4" },
      encoding: {
        x: { field: "a", type: "nominal" },
        color: { field: "b", type: "quantitative", scale: { range: ["#e9f0f8", "#0f4580"] } },
      },
    },
    reject,
  );
  const text = JSON.stringify(spec);
  expect(isAsked).toBe(false);
  expect(text).toContain('"stroke":{"value":"var(--chart-1)"}');
  expect(text).toContain('"a":"#2a6fc4"');
  expect(text).toContain('["#e9f0f8","#0f4580"]');
  expect(text).toContain('"tooltip":{"signal":');
});
