import { expect, it } from "vitest";
import { findUnknownProperties } from "../../../../src/chart/vega/unknown-properties.ts";

const DATA = { values: [{ a: 1, anything: { at: "all" } }] };

it.each([
  [{ mark: "bar", encoding: { x: { feild: "a" } } }, "encoding.x.feild", "Did you mean `field`?"],
  [{ mark: { typ: "bar" } }, "mark.typ", "Did you mean `type`?"],
  [{ mark: "bar", encodng: {} }, "encodng", "Did you mean `encoding`?"],
  [{ mark: "bar", encoding: { colour: { field: "a" } } }, "encoding.colour", "Did you mean `color`?"],
  [{ mark: "bar", encoding: { x: { axis: { tittle: "A" } } } }, "encoding.x.axis.tittle", "Did you mean `title`?"],
  [{ mark: "bar", encoding: { y: { scale: { typ: "log" } } } }, "encoding.y.scale.typ", "Did you mean `type`?"],
  [
    { layer: [{ mark: "bar" }, { mark: "line", encoding: { x: { field: "a", tpe: "nominal" } } }] },
    "layer.1.encoding.x.tpe",
    "Did you mean `type`?",
  ],
  [{ mark: "bar", transform: [{ filtr: "datum.a > 1" }] }, "transform.0.filtr", "Did you mean `filter`?"],
  [
    { mark: "bar", config: { axis: { labelFontsize: 9 } } },
    "config.axis.labelFontsize",
    "Did you mean `labelFontSize`?",
  ],
  [
    { mark: "bar", params: [{ name: "p", select: { type: "point", fields: ["a"], encoding: [] } }] },
    "params.0.select.encoding",
    "Did you mean `encodings`?",
  ],
  [{ hconcat: [{ mark: "bar", widht: 3 }] }, "hconcat.0.widht", "Did you mean `width`?"],
  [{ facet: { field: "a" }, spec: { mark: "bar", heigth: 3 } }, "spec.heigth", "Did you mean `height`?"],
  [{ mark: "bar", title: { text: "A", subtitel: "B" } }, "title.subtitel", "Did you mean `subtitle`?"],
])("%j has an unknown property", (spec, path, hint) => {
  const found = findUnknownProperties({ data: DATA, ...spec });
  expect(found.map((each) => [each.path.join("."), each.hint])).toEqual([[path, hint]]);
});

it.each([
  { data: { result: "walk", rows: "samples" }, mark: "bar" },
  { data: { url: "a.csv", format: { type: "csv", parse: { a: "number" } } }, mark: { type: "line", point: true } },
  { mark: { type: "bar", color: { gradient: "linear", stops: [{ offset: 0, color: "red" }] } } },
  { mark: "bar", usermeta: { any: { thing: 1 } }, $schema: "https://vega.github.io/schema/vega-lite/v6.json" },
  { mark: "bar", datasets: { own: [{ any: 1 }] }, data: { name: "own" } },
  { mark: "bar", config: { style: { mine: { fontSize: 9 } }, range: { category: ["red"] } } },
  { repeat: { layer: ["a", "b"] }, spec: { mark: "line", encoding: { y: { field: { repeat: "layer" } } } } },
  { mark: "bar", encoding: { color: { condition: { test: "datum.a > 1", value: "red" }, value: "grey" } } },
  { mark: "bar", encoding: { x: { field: "a", bin: { maxbins: 20 }, sort: { field: "b", op: "mean" } } } },
  { mark: "geoshape", projection: { type: "mercator" }, data: { sphere: true } },
  { mark: "bar", params: [{ name: "p", value: 3, bind: { input: "range", min: 1, max: 9 } }] },
  {
    mark: "bar",
    params: [{ name: "p", select: { type: "point", fields: ["a"] }, bind: { a: { input: "select", options: [1] } } }],
  },
  { mark: "bar", transform: [{ filter: { and: [{ field: "a", gt: 1 }, { not: { param: "p" } }] } }] },
  { mark: { type: "bar", width: { band: 0.5 }, opacity: { expr: "p" }, x: { signal: "q" } } },
])("%j has none", (spec) => {
  expect(findUnknownProperties({ data: DATA, ...spec })).toEqual([]);
});
