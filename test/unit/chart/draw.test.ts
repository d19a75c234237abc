import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { drawChart } from "../../../src/chart/draw.ts";
import { overlaps } from "../../../src/chart/layout/geometry.ts";
import { tokenOf } from "../../../src/chart/theme.ts";
import type { DrawnChart, VegaLiteSpec } from "../../../src/chart/types.ts";
import { UserError } from "../../../src/errors.ts";
import type { ReadyChart } from "../../../src/model/ready-charts.ts";
import type { TextCache } from "../../../src/model/text-cache.ts";
import { SAMPLES } from "./sample-charts.ts";
import { textBoxes, viewBoxOf } from "./text-boxes.ts";

function createCache(): TextCache & { readonly stored: Map<string, string> } {
  const stored = new Map<string, string>();
  return { stored, get: (key) => stored.get(key), set: (key, value) => void stored.set(key, value) };
}

function draw(chart: ReadyChart | VegaLiteSpec, name = "fig-test"): Promise<DrawnChart> {
  return drawChart(chart, { name, cache: createCache() });
}

async function failureOf(chart: VegaLiteSpec, folder?: string): Promise<UserError> {
  try {
    await drawChart(chart, {
      name: "fig-test",
      cache: createCache(),
      folder,
      position: { file: "report.md", line: 12 },
    });
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("the chart was drawn");
}

const points = {
  values: Array.from({ length: 60 }, (_, t) => ({ t, heap: 20 + t, kind: t % 2 === 0 ? "even" : "odd" })),
};
const encoding = { x: { field: "t", type: "quantitative" }, y: { field: "heap", type: "quantitative" } };

describe.each(Object.entries(SAMPLES))("the ready chart %s", (_, chart) => {
  test("places every text inside the drawing and clear of the others", async () => {
    const drawn = await draw(chart);
    for (const svg of [drawn.wide, drawn.narrow ?? ""]) {
      const { width, height } = viewBoxOf(svg);
      const boxes = textBoxes(svg);
      expect(boxes.length).toBeGreaterThan(0);
      for (const [index, box] of boxes.entries()) {
        expect.soft(box.left, `${box.text} leaves at the left`).toBeGreaterThanOrEqual(-0.5);
        expect.soft(box.right, `${box.text} leaves at the right`).toBeLessThanOrEqual(width + 0.5);
        expect.soft(box.top, `${box.text} leaves at the top`).toBeGreaterThanOrEqual(-0.5);
        expect.soft(box.bottom, `${box.text} leaves at the bottom`).toBeLessThanOrEqual(height + 0.5);
        const struck = boxes.slice(index + 1).filter((other) => overlaps(box, other));
        expect
          .soft(
            struck.map((other) => other.text),
            `${box.text} is struck by`,
          )
          .toEqual([]);
      }
    }
  });

  test("has colours of the page and nothing that the security policy refuses", async () => {
    const drawn = await draw(chart);
    for (const svg of [drawn.wide, drawn.narrow ?? ""]) {
      expect(svg).not.toMatch(/ style=| font-family=| aria-| class=| role=|<script|NaN|Infinity|undefined/);
      const colours = [...svg.matchAll(/ (?:fill|stroke)="([^"]*)"/g)].map(([, colour]) => colour);
      expect(colours.filter((colour) => colour !== "none" && !/^var\(--[a-z0-9-]+\)$/.test(colour ?? ""))).toEqual([]);
    }
    const hexes = [...drawn.standalone.matchAll(/ (?:fill|stroke)="(#[^"]*)"/g)].map(([, hex = ""]) => hex);
    expect(hexes.filter((hex) => tokenOf(hex) === undefined)).toEqual([]);
    expect(drawn.standalone).toContain("font-family=");
    expect(drawn.standalone).not.toContain("var(");
  });

  test("has a summary in one sentence and a table", async () => {
    const { data, summary } = await draw(chart);
    expect(summary).toMatch(/^[A-Z].*\.$/s);
    expect(summary).not.toMatch(/NaN|undefined|Infinity|null/);
    for (const row of data.rows) expect(Object.keys(row)).toEqual(data.columns.map((column) => column.key));
  });
});

test("drawings are 720 px and 360 px wide", async () => {
  const drawn = await draw(SAMPLES["heap"] ?? {});
  expect(viewBoxOf(drawn.wide).width).toBe(720);
  expect(viewBoxOf(drawn.narrow ?? "").width).toBe(360);
});

test.each(["heapThousands", "spacesThousands"])(
  "a drawing of thousands of collections stays below 80 kB: %s",
  async (name) => {
    expect((await draw(SAMPLES[name] ?? {})).wide.length).toBeLessThan(80_000);
  },
);

test("the same chart under another name reuses the drawing with ids of its own", async () => {
  const values = Array.from({ length: 3000 }, (_, t) => ({ t, heap: t % 77 }));
  const spec = { mark: { type: "line", clip: true }, data: { values }, encoding };
  const timed = async (name: string) => {
    const startMs = performance.now();
    const { wide } = await draw(spec, name);
    return { wide, durationMs: performance.now() - startMs };
  };
  const first = await timed("fig-once");
  const second = await timed("fig-twice");
  expect(second.wide).toBe(first.wide.replaceAll("fig-once", "fig-twice"));
  expect(second.wide).toContain("fig-twice-w-1");
  expect(second.durationMs).toBeLessThan(first.durationMs);
});

test("a series has the colour that the report gives it", async () => {
  const chart: ReadyChart = {
    chart: "metric-bars",
    metric: { label: "peak", unit: "B" },
    rows: [{ name: "dropped", series: "dropped", value: 1, low: 1, high: 1 }],
  };
  const cache = createCache();
  const first = await drawChart(chart, { name: "a", cache });
  const second = await drawChart(chart, { name: "a", cache, colours: new Map([["dropped", 1]]) });
  expect(first.wide).toContain("var(--chart-1)");
  expect(second.wide).toContain("var(--chart-2)");
  expect(second.wide).not.toContain("var(--chart-1)");
});

describe("an author's specification", () => {
  test("is drawn at both widths, in the house style, with its legend", async () => {
    const drawn = await draw({ mark: "line", data: points, encoding: { ...encoding, color: { field: "kind" } } });
    expect(viewBoxOf(drawn.wide).width).toBe(720);
    expect(viewBoxOf(drawn.narrow ?? "").width).toBe(360);
    expect(drawn.wide).toContain("var(--chart-2)");
    expect(textBoxes(drawn.wide).map((box) => box.text)).toEqual(expect.arrayContaining(["even", "odd", "heap", "t"]));
    expect(drawn.summary).toBe("Line chart of heap against t by kind, 60 points, heap from 20 to 79.");
    expect(drawn.data.rows).toHaveLength(60);
  });

  test("keeps a width up to that of the page, and its own configuration", async () => {
    const drawn = await draw({
      mark: "line",
      width: 500,
      config: { mark: { color: "#ff0000" } },
      data: points,
      encoding,
    });
    expect(drawn.spec).toMatchObject({ width: 500, config: { mark: { color: "#ff0000" }, font: "sans-serif" } });
    // The drawing is not scaled, so that text keeps its size.
    expect(viewBoxOf(drawn.wide).width).toBe(720);
    expect(drawn.wide).toContain("#ff0000");
  });

  test("has only its own width when faceted", async () => {
    const drawn = await draw({ mark: "line", data: points, encoding: { ...encoding, column: { field: "kind" } } });
    expect(drawn.narrow).toBeNull();
  });

  test("has no style attribute, and no id of another figure", async () => {
    const spec = { mark: { type: "line", blend: "multiply", clip: true }, data: points, encoding };
    const [one, two] = await Promise.all([draw(spec, "fig-one"), draw(spec, 'fig two"')]);
    expect(one.wide).not.toContain("style=");
    const ids = [one.wide, one.narrow ?? "", two.wide].map((svg) =>
      [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id),
    );
    expect(ids).toEqual([["fig-one-w-1"], ["fig-one-n-1"], ["fig-two--w-1"]]);
    expect(one.wide).toContain("url(#fig-one-w-1)");
  });

  test("does not load data from the network", async () => {
    for (const url of ["https://example.org/a.csv", "//example.org/a.csv", "file:///etc/passwd"]) {
      expect((await failureOf({ mark: "line", data: { url }, encoding })).code).toBe("remote-data");
    }
    const lookup = {
      transform: [{ lookup: "t", from: { data: { url: "http://example.org/b.json" }, key: "t", fields: ["x"] } }],
    };
    const error = await failureOf({ mark: "line", data: points, encoding, ...lookup });
    expect(error).toMatchObject({ code: "remote-data", position: { file: "report.md", line: 12 } });
  });

  test("is drawn from a file in the folder of the report, and again when the file changes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "heapbook-chart-"));
    const cache = createCache();
    const spec = { mark: "line", data: { url: "heap.csv" }, encoding };
    const drawFile = (rows: string) => {
      writeFileSync(join(folder, "heap.csv"), `t,heap\n${rows}`);
      return drawChart(spec, { name: "fig-file", cache, folder });
    };
    const first = await drawFile('1,20\n2,"30"\n');
    expect(first.data.rows).toEqual([
      { t: 1, heap: 20 },
      { t: 2, heap: 30 },
    ]);
    expect(first.spec["data"]).toEqual({
      values: [
        { t: 1, heap: 20 },
        { t: 2, heap: 30 },
      ],
    });
    expect((await drawFile("1,20\n2,90\n")).wide).not.toBe(first.wide);
    const missing = await failureOf({ ...spec, data: { url: "heat.csv" } }, folder);
    expect(missing).toMatchObject({ code: "missing-data", hint: expect.stringContaining(join(folder, "heat.csv")) });
  });

  test.each(["text", "rule", "image", "geoshape"])("a mark without a chart of its own is drawn: %s", async (mark) => {
    const label =
      mark === "text"
        ? { text: { field: "heap" } }
        : mark === "image"
          ? { url: { value: "data:image/gif;base64,R0lGODlhAQABAAAAACw=" } }
          : {};
    await expect(
      draw({ mark, data: points, encoding: mark === "geoshape" ? {} : { ...encoding, ...label } }),
    ).resolves.toBeDefined();
  });

  test.each<[string, VegaLiteSpec, RegExp]>([
    ["nothing to draw", { data: points }, /no `mark`/],
    ["an unknown mark", { mark: "lin", data: points, encoding }, /^Unknown mark `lin`\.$/],
    [
      "an unknown field",
      { mark: "line", data: points, encoding: { ...encoding, y: { field: "heep", type: "quantitative" } } },
      /no field `heep` \(channel `y`\)/,
    ],
    [
      "an unknown type",
      { mark: "line", data: points, encoding: { ...encoding, y: { field: "heap", type: "quantative" } } },
      /^Unknown type `quantative` \(channel `y`\)\.$/,
    ],
    [
      "an unknown channel",
      { mark: "line", data: points, encoding: { ...encoding, why: { field: "heap" } } },
      /why-encoding is dropped/,
    ],
    [
      "an expression that does not parse",
      { mark: "line", data: points, encoding, transform: [{ filter: "datum.t >" }] },
      /Unexpected end of input/,
    ],
    ["layers that are not views", { layer: ["line"], data: points }, /Invalid specification "line"/],
  ])("is refused with %s", async (_, spec, message) => {
    const error = await failureOf(spec);
    expect(error).toMatchObject({ code: "invalid-chart", position: { file: "report.md", line: 12 } });
    expect(error.message).toMatch(message);
  });
});

describe("the cache", () => {
  test("returns the stored drawing", async () => {
    const cache = createCache();
    const chart = SAMPLES["bars"] ?? {};
    const first = await drawChart(chart, { name: "fig", cache });
    expect(cache.stored.size).toBe(1);
    expect(await drawChart(chart, { name: "fig", cache })).toEqual(first);
    expect(cache.stored.size).toBe(1);
  });

  test.each(["", "{", "{}", "null", '{"wide":"<svg/>"}'])("is ignored when its text is %j", async (text) => {
    const cache: TextCache = { get: () => text, set: () => {} };
    expect((await drawChart(SAMPLES["bars"] ?? {}, { name: "fig", cache })).wide).toContain("28.2");
  });
});
