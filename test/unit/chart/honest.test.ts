import { afterEach, describe, expect, test } from "vitest";
import { drawChart } from "../../../src/chart/draw.ts";
import type { DrawnChart, VegaLiteSpec } from "../../../src/chart/types.ts";
import { resolveResultData } from "../../../src/chart/vega/vega-lite-cell.ts";
import { UserError } from "../../../src/errors.ts";
import type { ResultModule } from "../../../src/model/result-module.ts";
import type { TextCache } from "../../../src/model/text-cache.ts";

const cache: TextCache = { get: () => undefined, set: () => {} };
const position = { file: "report.md", line: 7 };

function draw(chart: VegaLiteSpec): Promise<DrawnChart> {
  return drawChart(chart, { name: "fig", cache, position });
}

async function failureOf(chart: VegaLiteSpec): Promise<UserError> {
  try {
    await draw(chart);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("the chart was drawn");
}

const quantitative = (field: string, more: object = {}) => ({ field, type: "quantitative", ...more });
const plot = (values: readonly object[], more: object = {}, mark = "point"): VegaLiteSpec => ({
  data: { values },
  mark,
  encoding: { x: quantitative("a"), y: quantitative("b", more) },
});
const log = { scale: { type: "log" } };

describe("a chart that would lie is refused, with what to do", () => {
  test.each<[string, VegaLiteSpec, RegExp, RegExp]>([
    ["bars on a logarithmic axis", plot([{ a: 1, b: 5 }], log, "bar"), /`bar` begins at zero.*`y`/, /symlog/],
    ["an area on a logarithmic axis", plot([{ a: 1, b: 5 }], log, "area"), /`area` begins at zero/, /mark: point/],
    [
      "one zero on a logarithmic axis",
      plot(
        [
          { a: 1, b: 5 },
          { a: 2, b: 0 },
        ],
        log,
      ),
      /`b` of row 2.* is 0/,
      /filter/,
    ],
    ["a negative number there", plot([{ a: 1, b: -3 }], log), /`b` of row 1.* is -3/, /linear axis/],
    ["NaN", plot([{ a: 1, b: Number.NaN }]), /`b` of row 1 \(channel `y`\) is NaN/, /null/],
    ["Infinity", plot([{ a: Number.POSITIVE_INFINITY, b: 1 }]), /`a` of row 1 \(channel `x`\) is Infinity/, /null/],
    ["numerals in quotes", plot([{ a: 1, b: "12" }]), /is the text "12".*needs a number/, /Number\(text\)/],
    [
      "text as a number",
      plot([
        { a: 1, b: 2 },
        { a: 2, b: "n/a" },
      ]),
      /`b` of row 2.*"n\/a"/,
      /nominal/,
    ],
    [
      "a field with a dot",
      { ...plot([{ a: 1, "b.c": 2 }]), encoding: { x: quantitative("a"), y: quantitative("b.c") } },
      /`b.c` has a dot or a bracket/,
      /b\\.c/,
    ],
    [
      "a field with brackets",
      { ...plot([{ a: 1, "b [c]": 2 }]), encoding: { x: quantitative("a"), y: quantitative("b [c]") } },
      /`b \[c\]` has a dot or a bracket/,
      /b \\\[c\\\]/,
    ],
    [
      "a text that is no date",
      { ...plot([{ a: "soon", b: 2 }]), encoding: { x: { field: "a", type: "temporal" }, y: quantitative("b") } },
      /"soon", which is not a date/,
      /2026-11-29/,
    ],
    [
      "a filter that leaves no row",
      { ...plot([{ a: 1, b: 2 }]), transform: [{ filter: "datum.b > 9" }] },
      /draws none of its 1 row/,
      /transform/,
    ],
    [
      "zero on a logarithmic axis, made by a transform",
      {
        ...plot(
          [
            { a: 1, b: 0 },
            { a: 2, b: 4 },
          ],
          log,
        ),
        transform: [{ calculate: "datum.a", as: "c" }],
      },
      /logarithmic axis.*zero/,
      /filter/,
    ],
    [
      "rows beside the data",
      { ...plot([{ a: 1, b: 2 }]), rows: "samples" },
      /`rows` stands beside `data`/,
      /data: \{ result/,
    ],
  ])("%s", async (_, spec, message, hint) => {
    const error = await failureOf(spec);
    expect(error).toMatchObject({ code: "invalid-chart", position });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  test("an escaped field with a dot is drawn, and so are null and a negative number", async () => {
    const encoding = { x: quantitative("a"), y: quantitative("b\\.c") };
    const drawn = await draw({
      ...plot([
        { a: 1, "b.c": 2 },
        { a: -2, "b.c": null },
      ]),
      encoding,
    });
    expect(drawn.summary).toMatch(/1 point, b\\?\.c 2/);
    expect(drawn.warnings).toEqual([]);
  });
});

describe("a chart that may mislead is drawn with a note", () => {
  test("marks outside the axes", async () => {
    const rows = [
      { a: 1, b: 5 },
      { a: 2, b: 500 },
    ];
    const drawn = await draw(plot(rows, { scale: { domain: [0, 10] } }));
    expect(drawn.notes).toEqual(["1 of 2 marks is outside the axes."]);
    expect(drawn.warnings[0]).toMatch(/1 of 2 marks.*clip: true/);
    const clipped = { ...plot(rows, { scale: { domain: [0, 10] } }), mark: { type: "point", clip: true } };
    expect((await draw(clipped)).notes).toEqual([]);
  });

  test("no rows", async () => {
    const drawn = await draw(plot([]));
    expect(drawn.notes).toEqual(["The data of this chart have no rows."]);
    expect(drawn.warnings).toHaveLength(1);
  });

  test("a hundred thousand points, which are aggregated", async () => {
    const values = Array.from({ length: 100_000 }, (_, a) => ({ a, b: Math.sin(a / 9000) + (a === 777 ? 5 : 0) }));
    const line = await draw(plot(values, {}, "line"));
    expect(line.notes).toEqual([
      expect.stringMatching(
        /^Drawn from 100,000 rows, aggregated to [\d,]+: the first, last, least and greatest value/,
      ),
    ]);
    expect(line.wide.length).toBeLessThan(100_000);
    expect(line.summary).toMatch(/from -?\u2212?\d.* to 5\.\d+/);
    expect(line.data.rows).toHaveLength(100_000);
  });
});

describe("the summary describes what was drawn", () => {
  const values = [1, 2, 3, 4].map((a) => ({ a, b: a * 10, kind: a % 2 === 0 ? "even" : "odd" }));

  test("after a filter", async () => {
    const drawn = await draw({ ...plot(values), transform: [{ filter: "datum.a > 2" }] });
    expect(drawn.summary).toBe("Scatter plot of b against a, 2 points, b from 30 to 40.");
  });

  test("after an aggregate", async () => {
    const encoding = { x: { field: "kind" }, y: { ...quantitative("b"), aggregate: "mean" } };
    const drawn = await draw({ data: { values }, mark: "bar", encoding });
    expect(drawn.summary).toBe("Bar chart of mean of b against kind, 2 points, mean of b from 20 to 30.");
  });
});

describe("time", () => {
  const zone = process.env["TZ"];
  afterEach(() => {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  });

  test("a drawing has the same bytes in every time zone, with days as the author wrote them", async () => {
    const values = ["2026-01-01", "2026-01-02 23:30", "Jan 4, 2026"].map((day, b) => ({ day, b }));
    const y = quantitative("b");
    const specs = (n: number): VegaLiteSpec[] => [
      { description: `${n}`, data: { values }, mark: "line", encoding: { x: { field: "day", type: "temporal" }, y } },
      {
        description: `${n}`,
        data: { values },
        transform: [{ calculate: "hours(toDate(datum.day))", as: "hour" }],
        mark: "bar",
        encoding: { x: { field: "day", timeUnit: "yearmonthdate" }, y: quantitative("hour", { aggregate: "mean" }) },
      },
    ];
    const drawn: string[][] = [];
    for (const [index, tz] of ["UTC", "America/New_York", "Pacific/Auckland"].entries()) {
      process.env["TZ"] = tz;
      // The description keeps the drawings apart in the memory of the process.
      drawn.push(await Promise.all(specs(index).map(async (spec) => (await draw(spec)).wide)));
    }
    expect(drawn[1]).toEqual(drawn[0]);
    expect(drawn[2]).toEqual(drawn[0]);
    expect(drawn[0]?.[0]).toMatch(/>Fri 02<.*>Sat 03<.*>Jan 04</);
  });
});

describe("the axes of results", () => {
  const metric = (id: string, label: string, unit: string, value: number) =>
    ({ id, label, unit, value, low: value, high: value, samples: [value] }) as never;
  const metrics = (size: number) => ({
    peakLive: metric("peakLive", "peak live memory", "B", size * 2 ** 20),
    wallTime: metric("wallTime", "wall time", "ms", size),
  });
  const result = {
    label: "walks",
    variants: [3, 48].map((size) => ({
      params: { size },
      metrics: metrics(size),
      regions: { "": metrics(size) },
      tables: {},
    })),
  } as unknown as ResultModule;
  const resolve = (encoding: object) =>
    resolveResultData({ data: { result: "walks" }, mark: "point", encoding }, () => result, position);

  test("have the label and the unit of the metric, bytes in a binary unit", async () => {
    const drawn = await draw(resolve({ x: quantitative("wallTime"), y: quantitative("peakLive") }));
    expect(drawn.wide).toMatch(/>peak live memory, MiB</);
    expect(drawn.wide).toMatch(/>wall time, ms</);
    expect(drawn.summary).toContain("peak live memory, MiB from 3 to 48");
    expect(drawn.data.columns.map(({ key }) => key)).toContain("peakLive");
  });

  test("keep a title of the author's, and bytes where the author gives a domain", async () => {
    const titled = await draw(resolve({ x: quantitative("size"), y: quantitative("peakLive", { title: "bytes!" }) }));
    expect(titled.wide).toContain(">bytes!<");
    const domain = { scale: { domain: [0, 60_000_000] } };
    const own = await draw(resolve({ x: quantitative("size"), y: quantitative("peakLive", domain) }));
    expect(own.wide).toContain(">peak live memory, B<");
  });
});
