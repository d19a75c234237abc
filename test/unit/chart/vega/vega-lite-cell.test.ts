import { describe, expect, test } from "vitest";
import { parseSpec, resolveResultData, resultLabels } from "../../../../src/chart/vega/vega-lite-cell.ts";
import { UserError } from "../../../../src/errors.ts";
import type { MetricSummary } from "../../../../src/model/metrics.ts";
import type { ResultModule, ResultVariant } from "../../../../src/model/result-module.ts";
import { collectionsOf } from "../sample-charts.ts";

const position = { file: "report.md", line: 40 };

function summary(id: string, value: number, samples: readonly number[], region = ""): MetricSummary {
  return {
    id,
    region,
    label: id,
    unit: "B",
    better: "lower",
    probe: "peak",
    mode: "distribution",
    value,
    low: value - 1,
    high: value + 1,
    confidence: 0.95,
    samples,
  };
}

function variant(walks: string, peak: number): ResultVariant {
  const metrics = {
    peakLive: summary("peakLive", peak, [peak - 1, peak, peak + 1]),
    wallTime: summary("wallTime", 7, [7]),
  };
  return {
    params: { walks },
    metrics,
    regions: { "": metrics, load: { peakLive: summary("peakLive", 3, [3], "load") } },
    collections: collectionsOf(2),
    checkpoints: [{ region: "", name: "half", liveBytes: 5, timeMs: 1 }],
    markingSteps: [],
    regionHeaps: [],
    lineProfiles: [],
    tables: { sizes: [{ n: 1, bytes: 48 }] },
    stdout: "",
  };
}

const walks: ResultModule = { label: "walks", variants: [variant("saved", 28), variant("dropped", 2)] };
const results = (label: string) => (label === "walks" ? walks : undefined);
const rowsOf = (rows: string | undefined) => {
  const data = rows === undefined ? { result: "walks" } : { result: "walks", rows };
  const spec = resolveResultData({ mark: "line", data }, results, position);
  return (spec["data"] as { values: Record<string, unknown>[] }).values;
};

function failure(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("the text of a cell", () => {
  test("is YAML or JSON", () => {
    expect(parseSpec("mark: line\ndata: { result: walks }\n", position)).toEqual({
      mark: "line",
      data: { result: "walks" },
    });
    expect(parseSpec('{ "mark": "line" }', position)).toEqual({ mark: "line" });
  });

  test.each([
    ["mark: line\nencoding:\n  x: {field: a\ny: 2\n", /^The chart is not valid YAML/, [42, 43]],
    ["mark: line\nmark: bar\n", /^The chart is not valid YAML/, [41]],
    ["- line\n", /not a Vega-Lite specification/, [40]],
    ["", /not a Vega-Lite specification/, [40]],
  ])("%j is refused, with its line", (text, message, lines) => {
    const error = failure(() => parseSpec(text, position));
    expect(error).toMatchObject({ code: "invalid-chart", position: { file: "report.md" } });
    expect(error.message).toMatch(message);
    expect(lines).toContain(error.position?.line);
  });
});

describe("the data of a result", () => {
  test("is a row for each variant, with parameters, values and intervals", () => {
    expect(rowsOf(undefined)).toEqual(rowsOf("variants"));
    expect(rowsOf("variants")[0]).toEqual({
      walks: "saved",
      peakLive: 28,
      peakLive_low: 27,
      peakLive_high: 29,
      wallTime: 7,
      wallTime_low: 6,
      wallTime_high: 8,
      "load.peakLive": 3,
      "load.peakLive_low": 2,
      "load.peakLive_high": 4,
    });
  });

  test("is a row for each trial, collection, checkpoint or line of a table", () => {
    expect(rowsOf("samples").slice(0, 2)).toEqual([
      { walks: "saved", trial: 1, peakLive: 27, wallTime: 7, "load.peakLive": 3 },
      { walks: "saved", trial: 2, peakLive: 28 },
    ]);
    expect(rowsOf("samples")).toHaveLength(6);
    expect(rowsOf("collections")[3]).toMatchObject({ walks: "dropped", number: 2, kind: "mark-compact" });
    expect(rowsOf("checkpoints")[0]).toEqual({
      walks: "saved",
      number: 1,
      region: "",
      name: "half",
      liveBytes: 5,
      timeMs: 1,
    });
    expect(rowsOf("sizes")).toEqual([
      { walks: "saved", n: 1, bytes: 48 },
      { walks: "dropped", n: 1, bytes: 48 },
    ]);
  });

  test("replaces references in layers and lookups, and nothing else", () => {
    const spec = {
      layer: [{ mark: "line", data: { result: "walks", rows: "sizes", format: { parse: { n: "number" } } } }],
      transform: [{ lookup: "n", from: { data: { result: "other" }, key: "n" } }],
      datasets: { data: { result: "no" } },
    };
    expect(resultLabels(spec)).toEqual(["walks", "other"]);
    const error = failure(() => resolveResultData(spec, results, position));
    expect(error).toMatchObject({ code: "unknown-result", position });
    const one = resolveResultData({ ...spec, transform: [] }, results, position);
    expect(one).toMatchObject({
      layer: [{ data: { format: { parse: { n: "number" } }, values: [{ n: 1 }, { n: 1 }] } }],
      datasets: spec.datasets,
    });
  });

  test("with unknown rows is refused, and the error suggests the nearest", () => {
    const error = failure(() => rowsOf("collection"));
    expect(error).toMatchObject({ code: "unknown-rows", position });
    expect(error.hint).toContain("`collections`");
    expect(error.hint).toContain("`sizes`");
    expect(failure(() => rowsOf("constructor")).code).toBe("unknown-rows");
  });

  test("colours a matrix parameter in the order of the matrix, unless the author sorts it", () => {
    const colourOf = (color: object) => {
      const resolved = resolveResultData(
        { data: { result: "walks" }, mark: "bar", encoding: { color } },
        results,
        position,
      );
      return (resolved["encoding"] as { color: object }).color;
    };
    expect(colourOf({ field: "walks" })).toEqual({ field: "walks", sort: null });
    expect(colourOf({ field: "walks", sort: "descending" })).toEqual({ field: "walks", sort: "descending" });
    expect(colourOf({ field: "walks", type: "quantitative" })).toEqual({ field: "walks", type: "quantitative" });
    expect(colourOf({ field: "peakLive" })).toEqual({ field: "peakLive" });
  });
});
