import { expect, test } from "vitest";
import { drawAnew } from "../../../../src/chart/draw-anew.ts";
import type { ReadyChart } from "../../../../src/model/ready-charts.ts";

type Spec = Readonly<Record<string, unknown>>;

const position = { file: "report.md", line: 7 };
const point = (more: Spec, mark: unknown = "point"): Spec => ({
  mark,
  data: { values: [{ a: 1, u: "javascript:alert(1)" }] },
  encoding: { x: { field: "a", type: "quantitative" }, ...more },
});
const years = (tickCount: unknown): Spec => ({
  mark: "line",
  data: {
    values: [
      { a: "2020-01-01", b: 1 },
      { a: "2024-01-01", b: 2 },
    ],
  },
  encoding: { x: { field: "a", type: "temporal", axis: { tickCount } }, y: { field: "b", type: "quantitative" } },
});
const names = (transform: readonly object[]): Spec => ({
  mark: "line",
  data: { values: Array.from({ length: 130_000 }, (_, index) => ({ a: `v${index}`, b: index % 7 })) },
  ...(transform.length === 0 ? {} : { transform }),
  encoding: { x: { field: "a", type: "nominal" }, y: { field: "b", type: "quantitative" } },
});

const HREF =
  'Vega-Lite rejects the chart: `href` is "javascript:alert(1)", which a page must not link. Write an address that begins with https:, http: or mailto:, or leave `href` out.';
/** 20,000 rows, each a series of its own. */
const series = (channel: string): Spec => ({
  data: { values: Array.from({ length: 20_000 }, (_, index) => ({ a: index, s: `series ${index}` })) },
  mark: "point",
  encoding: { x: { field: "a", type: "quantitative" }, [channel]: { field: "s", type: "nominal" } },
});
const TICKS = (interval: string, count: string): string =>
  `Vega-Lite rejects the chart: \`tickCount: ${interval}\` over 1,461 days makes ${count} ticks. The most is 1,000. Use a longer interval, or a number of ticks.`;

test.each<[string, Spec, string]>([
  ["a mark with `href: javascript:`", point({}, { type: "point", href: "javascript:alert(1)" }), HREF],
  ["a channel `href` with `javascript:`", point({ href: { field: "u" } }), HREF],
  ["ticks of a millisecond over years", years("millisecond"), TICKS("milliseconds", "126,230,400,000")],
  ["Vega's name for them", years("milliseconds"), TICKS("milliseconds", "126,230,400,000")],
  ["ticks of five seconds over years", years({ interval: "second", step: 5 }), TICKS("seconds", "25,246,080")],
  [
    "130,000 names on an axis",
    names([]),
    "The axis `x` of type nominal has 130,000 different values of `a`. The most is 10,000.",
  ],
  [
    "130,000 names that a transform makes",
    names([{ calculate: "'n' + datum.a", as: "a" }]),
    "Vega-Lite rejects the chart: a discrete axis has 130,000 different values. The most is 10,000. Use `type: quantitative` for numbers and `type: temporal` for dates, or aggregate the rows in the cell.",
  ],
  ["20,000 colours", series("color"), "The channel `color` has 20,000 different values of `s`. The most is 2,000."],
  [
    "20,000 shapes that a transform makes",
    { ...series("shape"), transform: [{ calculate: "'n' + datum.s", as: "s" }] },
    "Vega-Lite rejects the chart: a scale of colours, shapes or sizes has 20,000 different values. The most is 2,000. Aggregate the rows in the cell, or draw the largest and sum the others.",
  ],
  [
    "20,000 groups of marks",
    series("detail"),
    "The channel `detail` has 20,000 different values of `s`. The most is 2,000.",
  ],
  ["20,000 plots", series("row"), "The channel `row` has 20,000 different values of `s`. The most is 500."],
  [
    "`timeSequence()` of 50 million",
    { ...point({}), transform: [{ calculate: "timeSequence('milliseconds', 0, 50000000)", as: "c" }] },
    "Vega-Lite rejects the chart: `utcSequence()` makes 50,000,000 elements. The most is 200,000",
  ],
])("%s: refused with the cause, and within 5 s of CPU time", async (_name, spec, message) => {
  const start = process.cpuUsage();
  await expect(drawAnew(spec, { name: "x", position })).rejects.toMatchObject({
    name: "UserError",
    code: "invalid-chart",
    position,
    message,
  });
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(5);
});

test("the intervals that Vega-Lite documents are those of the ticks: 24 hours by 6 have five", async () => {
  const values = [
    { a: "2020-01-01", b: 1 },
    { a: "2020-01-02", b: 2 },
  ];
  const { spec: _, wide } = await drawAnew(
    { ...years({ interval: "hour", step: 6 }), data: { values } },
    { name: "x", position },
  );
  for (const label of ["06 AM", "12 PM", "06 PM"]) expect(wide).toContain(label);
  expect(wide).not.toContain("03 AM");
});

test("a link to the web is drawn", async () => {
  const spec = { ...point({ href: { field: "u" } }), data: { values: [{ a: 1, u: "https://example.org/" }] } };
  await expect(drawAnew(spec, { name: "x", position })).resolves.toBeDefined();
});

test.each(["metric-line", "metric-bars", "metric-dots"])(
  "a ready chart %s of 20,000 series is refused at once",
  async (kind) => {
    const rows = Array.from({ length: 20_000 }, (_, index) => ({
      ...{ x: index, name: "n", series: `series ${index}`, value: index, low: index, high: index },
    }));
    const metric = { label: "m", unit: "byte" };
    const chart = { chart: kind, metric, x: { label: "x", logarithmic: false }, rows } as unknown as ReadyChart;
    await expect(drawAnew(chart, { name: "x", position })).rejects.toMatchObject({
      code: "invalid-chart",
      position,
      message: `The chart ${kind} has 20,000 different values of \`series\`. The most is 2,000.`,
    });
  },
);
