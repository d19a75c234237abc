import { expect, test } from "vitest";
import { chartData, summarizeSpec } from "../../../../src/chart/vega/spec-data.ts";

const values = [
  { t: 0, heap: 20 },
  { t: 1, heap: 92, note: "peak" },
];
const encoding = { x: { field: "t", type: "quantitative" }, y: { field: "heap", type: "quantitative" } };

test("a chart's rows become a table whose columns are the keys of all rows", () => {
  expect(chartData({ data: { values }, mark: "line", encoding })).toEqual({
    columns: [
      { key: "t", title: "t", numeric: true },
      { key: "heap", title: "heap", numeric: true },
      { key: "note", title: "note", numeric: false },
    ],
    rows: [
      { t: 0, heap: 20, note: null },
      { t: 1, heap: 92, note: "peak" },
    ],
  });
});

test("rows come from named datasets, plain values, layers and concatenated views", () => {
  expect(chartData({ datasets: { a: values }, data: { name: "a" }, mark: "line" }).rows).toHaveLength(2);
  expect(chartData({ data: { values: [3, 4] }, mark: "bar" }).rows).toEqual([{ data: 3 }, { data: 4 }]);
  const parts = {
    hconcat: [{ data: { values }, mark: "line" }, { layer: [{ data: { values: [{ z: [1, 2] }] }, mark: "bar" }] }],
  };
  expect(chartData(parts).rows).toHaveLength(3);
  expect(chartData(parts).rows.at(-1)).toEqual({ t: null, heap: null, note: null, z: "[1,2]" });
  expect(chartData({ data: { sequence: { start: 0, stop: 9 } }, mark: "line" })).toEqual({ columns: [], rows: [] });
});

test.each([
  ["Line chart of heap against t, 2 points, heap from 20 to 92.", { data: { values }, mark: "line", encoding }],
  [
    "Bar chart of used heap, MiB against t, 2 points, used heap, MiB from 20 to 92.",
    {
      data: { values },
      layer: [{ mark: { type: "bar" } }, { mark: "rule" }],
      encoding: { ...encoding, y: { ...encoding.y, title: "used heap, MiB" } },
    },
  ],
  [
    "Bar chart of heap against kind, 1 point, heap 7.",
    { data: { values: [{ kind: "a", heap: 7 }] }, mark: "bar", encoding: { x: encoding.y, y: { field: "kind" } } },
  ],
  [
    "Bar chart of count against t by note, 2 points.",
    {
      data: { values },
      mark: "bar",
      encoding: { x: { field: "t" }, y: { aggregate: "count" }, color: { field: "note" } },
    },
  ],
  ["Chart.", { mark: "line", data: { url: "x.csv" } }],
])("the summary is: %s", (sentence, spec) => {
  expect(summarizeSpec(spec)).toBe(sentence);
});
