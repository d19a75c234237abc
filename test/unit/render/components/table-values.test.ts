import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inLanguage } from "../../../../src/language.ts";
import { type TableOptions, table } from "../../../../src/library/table.ts";
import { readTable } from "../../../../src/render/components/table.ts";
import { renderTableHtml } from "../../../../src/render/html/table.ts";
import { renderTableMarkdown } from "../../../../src/render/markdown/table.ts";

const RUNNING_TRIAL = Symbol.for("heapbook.trial");
const scope = globalThis as { [RUNNING_TRIAL]?: unknown };
let sent: string[] = [];

beforeEach(() => {
  sent = [];
  // As the harness does, the trial writes records as JSON.
  scope[RUNNING_TRIAL] = { send: (record: object) => sent.push(JSON.stringify(record)) };
});
afterEach(() => {
  delete scope[RUNNING_TRIAL];
});

function shown(rows: unknown, options?: unknown) {
  table(rows as never, options as TableOptions);
  const { data } = JSON.parse(sent.at(-1) ?? "{}");
  return readTable(data["application/vnd.heapbook.table+json"]);
}
const texts = (rows: readonly object[], options?: TableOptions) =>
  shown(rows, options)?.rows.map((row) => row.map(({ text }) => text));

class Point {
  x = 1;
  y = new Map([["k", 5n]]);
}

describe("values of a displayed table", () => {
  test("are Sets by their values where a cell imports vega-lite, which adds a toJSON to all Sets", async () => {
    await import("vega-lite");
    expect("toJSON" in Set.prototype).toBe(true);
    expect(texts([{ a: new Set([1]), b: [new Set(["x"])] }])).toEqual([["Set(1) { 1 }", "[ Set(1) { 'x' } ]"]]);
  });

  test("are shown as such: NaN, infinities, BigInt, Date, null, missing values", () => {
    expect(texts([{ a: Number.NaN }, { a: Number.POSITIVE_INFINITY }, { a: Number.NEGATIVE_INFINITY }])).toEqual([
      ["NaN"],
      ["∞"],
      ["−∞"],
    ]);
    expect(texts([{ a: 2n ** 70n, b: -12345n }])).toEqual([["1,180,591,620,717,411,303,424", "−12,345"]]);
    expect(texts([{ a: new Date("2026-11-29"), b: new Date("2026-11-29T18:00:01Z"), c: new Date("x") }])).toEqual([
      ["2026-11-29", "2026-11-29 18:00:01 UTC", "Invalid Date"],
    ]);
    expect(texts([{ a: null, b: undefined, c: true }])).toEqual([["null", "", "true"]]);
    expect(texts([{ a: -0, b: 0, c: -0.5 }])).toEqual([["−0", "0", "−0.5"]]);
    // Of these JSON drops the first two, and makes the others empty objects.
    const others = {
      a: Symbol("s"),
      b: function made() {},
      c: /x/g,
      d: new Error("no"),
      e: new Map([[1, 2]]),
      f: new Set(),
    };
    expect(texts([others])).toEqual([
      ["Symbol(s)", "[function made]", "/x/g", "Error: no", "Map(1) { 1 => 2 }", "Set(0) {}"],
    ]);
    // What JSON writes of an instance may lack fields, and is not what its author sees.
    const instances = { a: new Point(), b: new Uint8Array([1, 2]), c: new ArrayBuffer(1), d: Object.create(null) };
    expect(texts([instances])).toEqual([
      [
        "Point { x: 1, y: Map(1) { 'k' => 5n } }",
        "Uint8Array(2) [ 1, 2 ]",
        expect.stringMatching(/^ArrayBuffer \{ .*byteLength\]?: 1 \}$/),
        "{}",
      ],
    ]);
    expect(texts([{ a: 1 }, { b: 2 }])).toEqual([
      ["1", ""],
      ["", "2"],
    ]);
  });

  test("that JSON drops or refuses are shown within other values, too", () => {
    const round: unknown[] = [1];
    round.push(round);
    expect(texts([{ a: { b: Number.NaN }, c: [5n, undefined], d: round, e: { f: new Map([[1, 2]]) } }])).toEqual([
      ["{ b: NaN }", "[ 5n, undefined ]", "<ref *1> [ 1, [Circular *1] ]", "{ f: Map(1) { 1 => 2 } }"],
    ]);
    expect(texts([{ a: { b: [1, "x", null] }, c: { day: new Date(0) } }])).toEqual([
      ['{"b":[1,"x",null]}', '{"day":"1970-01-01T00:00:00.000Z"}'],
    ]);
  });

  test("of an instance stay in the result as far as JSON can write them", () => {
    shown([{ a: new Point(), b: new Map([[1, 2]]), c: { d: [new Point()] } }]);
    const { data } = JSON.parse(sent.at(-1) ?? "{}");
    const point = { x: 1, y: {} };
    expect(data["application/vnd.heapbook.table+json"].rows).toEqual([{ a: point, b: null, c: { d: [point] } }]);
  });

  test("a Map is no row", () => {
    expect(() => table([new Map([["a", 1]])] as never)).toThrow(
      'row 1 must be an object such as { name: "a", bytes: 8 }, not a Map',
    );
  });

  test("a column without any value but undefined keeps its place", () => {
    const table = shown([{ a: 1, b: undefined, c: 2 }, { d: undefined }]);
    expect(table?.columns.map(({ title }) => title)).toEqual(["a", "b", "c", "d"]);
    expect(table?.rows.map((row) => row.map(({ text }) => text))).toEqual([
      ["1", "", "2", ""],
      ["", "", "", ""],
    ]);
  });

  test("have the separators of the page's language", () => {
    expect(inLanguage("de", () => texts([{ a: 2n ** 40n, b: 12345 }]))).toEqual([["1.099.511.627.776", "12.345"]]);
  });

  test("a column of numbers stays numeric with NaN, a BigInt and null in it", () => {
    expect(shown([{ a: 1 }, { a: Number.NaN }, { a: 5n }, { a: null }])?.columns).toEqual([
      { title: "a", numeric: true },
    ]);
  });

  test("keep the digits before the decimal point, and the page says where it rounds", () => {
    expect(texts([{ bytes: 46_826_457.25 }, { bytes: 46_826_457 }])).toEqual([["46,826,457"], ["46,826,457"]]);
    const rounded = shown([{ share: 1 / 3 }]);
    expect(rounded === undefined ? "" : renderTableHtml(rounded)).toContain("Numbers are rounded.");
    expect(rounded === undefined ? "" : renderTableMarkdown(rounded)).toMatch(/0\.333333 \|\n\nNumbers are rounded\.$/);
    const exact = shown([{ share: 0.25, sum: 0.1 + 0.2, count: 123456789 }]);
    expect(exact === undefined ? "" : renderTableHtml(exact)).not.toContain("rounded");
  });
});

test("the table of types has heads in the page's language, and other tables have their author's", () => {
  const rows = [{ variant: "saved", type: "Point", bytes: 70, objects: 2 }];
  const heads = (name: string, lang: string) =>
    inLanguage(lang, () => readTable({ name, rows })?.columns.map(({ title }) => title));
  expect(heads("types", "de")).toEqual(["Variante", "Typ", "Bytes", "Objekte"]);
  expect(heads("types", "en")).toEqual(["Variant", "Type", "Bytes", "Objects"]);
  expect(heads("table", "de")).toEqual(["variant", "type", "bytes", "objects"]);
});

describe("a table without rows", () => {
  test.each<[string, readonly object[], TableOptions | undefined, string]>([
    ["or columns", [], undefined, '<p class="more">No rows</p>'],
    ["with columns", [], { columns: ["name"] }, '<th scope="col">name</th>'],
    ["with columns, below them", [], { columns: ["name"] }, '<p class="more">No rows</p>'],
    ["or with rows that have no keys", [{}, {}], undefined, '<p class="more">2 rows without columns</p>'],
  ])("%s says so", (_case, rows, options, html) => {
    const table = shown(rows, options);
    expect(table === undefined ? "" : renderTableHtml(table)).toContain(html);
    const said = /<p class="more">(.*)<.p>/.exec(html)?.[1] ?? "| name |";
    expect(table === undefined ? "" : renderTableMarkdown(table)).toContain(said);
  });
});

describe("columns", () => {
  const rows = [{ name: "a", bytes: 29_569_843, share: 0.123456 }];

  test("have a label, a unit, digits and an alignment", () => {
    const columns: TableOptions["columns"] = [
      { key: "name", label: "Kind", align: "center" },
      { key: "bytes", unit: "B" },
      { key: "share", digits: 2 },
    ];
    const table = shown(rows, { columns });
    expect(table?.rows).toEqual([[{ text: "a" }, { text: "28.2\u00a0MiB" }, { text: "0.12" }]]);
    expect(table === undefined ? "" : renderTableMarkdown(table)).toContain(
      "| Kind | bytes | share |\n| :---: | ---: | ---: |",
    );
    expect(table === undefined ? "" : renderTableHtml(table)).toContain('<th scope="col" class="c">Kind</th>');
  });

  test.each<[unknown, RegExp]>([
    ["name", /columns must be an array, such as .*not "name"/],
    [{ name: "Kind" }, /columns must be an array.*not an object with name/],
    [[{ name: "Kind" }], /columns\[0\] must be a key of the rows or \{ key, .*not an object with name/],
    [[["name", "Kind"]], /columns\[0\] must be a key.*not an array/],
    [["nam"], /columns\[0\]: no row has `nam`\. Keys of the rows: `name`, `bytes`, `share`\./],
    [[{ key: "name", title: "x" }], /columns\[0\] has an unknown `title`\. Available: key, label/],
    [[{ key: "bytes", digits: 0 }], /digits must be a whole number from 1 to 15, not 0/],
    [[{ key: "bytes", align: "middle" }], /align must be left, right or center, not "middle"/],
    [[{ key: "bytes", unit: 3 }], /unit must be a text, not 3/],
  ])("of a wrong shape are an error: %j", (columns, message) => {
    expect(() => shown(rows, { columns })).toThrow(message);
    expect(sent).toEqual([]);
  });

  test("rows of a wrong shape are an error", () => {
    expect(() => shown({ a: 1 })).toThrow(/rows must be an array/);
    expect(() => shown([["a", 1]])).toThrow(/row 1 must be an object such as .*not an array/);
    expect(() => shown(["a"])).toThrow(/row 1 must be an object .*not "a"/);
  });

  test("a payload with columns of a wrong shape is malformed", () => {
    expect(readTable({ rows, columns: [{ title: "x" }] })).toBeUndefined();
  });
});

test("typeTable() says which objects it counts, what all types have, and sums small types in the language of the page", () => {
  const payload = {
    name: "types",
    by: "peak",
    totals: [
      { variant: "saved", bytes: 3 * 2 ** 20, types: 14 },
      { variant: "dropped", bytes: 2048, types: 2 },
    ],
    rows: [{ variant: "saved", type: "(other)", bytes: 70, objects: 2 }],
  };
  const german = inLanguage("de", () => readTable(payload));
  expect(german?.columns.map(({ title }) => title)).toEqual(["Variante", "Typ", "An der Spitze, B", "Objekte"]);
  expect(german?.rows[0]?.[1]?.text).toBe("(anderes)");
  expect(german?.caption).toBe("saved: insgesamt 3\u00a0MiB; dropped: insgesamt 2\u00a0KiB.");
  const one = { ...payload, by: "live", totals: [{ variant: "", bytes: 2048, types: 2 }] };
  expect(readTable(one)?.caption).toBe("2\u00a0KiB in total.");
  expect(readTable({ ...payload, totals: undefined })?.caption).toBeUndefined();
});
