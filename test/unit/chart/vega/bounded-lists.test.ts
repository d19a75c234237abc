import { expect, test } from "vitest";
import { drawSpec } from "../../../../src/chart/vega/draw-spec.ts";

const VALUES = { values: [{ a: 0 }, { a: 1e9 }] };
const x = { field: "a", type: "quantitative" };
const draw = (spec: object) => drawSpec({ data: VALUES, mark: "point", ...spec }, (message) => new Error(message));

// Each of these lists would end the process: V8 finds no memory for them to grow.
test.each<[string, object]>([
  ["`bin` makes 1,000,000,000 bins", { encoding: { color: { ...x, bin: { step: 1 } }, y: x } }],
  ["`bins` makes 1,000,000,000 bins", { encoding: { x: { ...x, scale: { bins: { step: 1 } } } } }],
  [
    "`sequence()` makes 100,000,000 elements",
    { transform: [{ calculate: "length(sequence(1e8))", as: "n" }], encoding: { x: { ...x, field: "n" } } },
  ],
])("%s: the chart is refused", async (message, spec) => {
  await expect(draw(spec)).rejects.toThrow(`${message}. The most is 200,000`);
});

test("usual bins and sequences are drawn", async () => {
  const drawing = await draw({
    transform: [{ calculate: "length(sequence(1, 9, 2))", as: "n" }],
    encoding: { x: { ...x, bin: { maxbins: 20 } }, y: { ...x, field: "n" } },
  });
  expect(drawing.warnings).toEqual([]);
  expect(drawing.svg).toContain("<svg");
});

test("an error of Vega's dataflow fails the chart, whatever is drawn of its remains", async () => {
  const transform = [{ calculate: "sequence(0, 1e9)[0]", as: "n" }];
  await expect(draw({ transform, encoding: { x } })).rejects.toThrow("sequence()");
});
