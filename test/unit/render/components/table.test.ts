import { describe, expect, test } from "vitest";
import { chartData } from "../../../../src/chart/vega/spec-data.ts";
import { describeRest, readTable } from "../../../../src/render/components/table.ts";
import { prefixIds } from "../../../../src/render/html/figure.ts";
import { formatCsv } from "../../../../src/render/text/csv.ts";
import { makeChart } from "../../../helpers/page.ts";

const texts = (rows: readonly object[]): readonly (readonly string[])[] =>
  readTable({ rows })?.rows.map((row) => row.map(({ text }) => text)) ?? [];

describe("tables", () => {
  test("a column is numeric when all its present values are numbers", () => {
    const table = readTable({
      rows: [
        { a: 1, b: "x" },
        { a: null, b: 2, c: true },
      ],
    });
    expect(table?.columns).toEqual([
      { title: "a", numeric: true },
      { title: "b", numeric: false },
      { title: "c", numeric: false },
    ]);
  });

  test.each(["constructor", "toString", "hasOwnProperty", "__proto__"])("a row has only its own `%s`", (name) => {
    const rows = [
      { a: 1 },
      Object.fromEntries([
        [name, 2],
        ["b", 3],
      ]),
    ];
    expect(texts(rows)).toEqual([
      ["1", "", ""],
      ["", "2", "3"],
    ]);
    expect(readTable({ rows })?.columns[1]?.numeric).toBe(true);
    expect(chartData({ data: { values: rows } }).rows[0]?.[name]).toBeNull();
  });

  test("a column has thousands separators when it has a number of five digits or more", () => {
    expect(texts([{ year: 2021 }, { year: 1998 }])).toEqual([["2021"], ["1998"]]);
    expect(texts([{ bytes: 26_400_000 }, { bytes: -1192 }])).toEqual([["26,400,000"], ["−1,192"]]);
    expect(texts([{ x: 0.1 + 0.2 }])).toEqual([["0.3"]]);
  });

  test("an integer keeps all its digits, or the table says that it is rounded", () => {
    expect(texts([{ n: Number.MAX_SAFE_INTEGER }, { n: 0.1 + 0.2 }])).toEqual([["9,007,199,254,740,991"], ["0.3"]]);
    expect(readTable({ rows: [{ n: Number.MAX_SAFE_INTEGER }] })?.isRounded).toBeUndefined();
    expect(readTable({ rows: [{ n: 2 ** 60 }] })).toMatchObject({
      rows: [[{ text: "1.15292150460685 × 10¹⁸" }]],
      isRounded: true,
    });
    expect(readTable({ rows: [{ n: 1e18 }] })?.isRounded).toBeUndefined();
  });

  test("`columns` selects and orders columns; a long table holds its first 200 rows", () => {
    expect(readTable({ columns: ["b"], rows: [{ a: 1, b: 2 }] })?.columns).toEqual([{ title: "b", numeric: true }]);
    const long = readTable({ rows: Array.from({ length: 1234 }, (_, index) => ({ index })) });
    expect(long === undefined ? "" : describeRest(long)).toBe("200 of 1,234 rows");
  });

  test("readTable rejects malformed payloads", () => {
    for (const payload of [null, 1, [], {}, { rows: 1 }]) expect(readTable(payload)).toBeUndefined();
  });
});

test("formatCsv quotes fields and ends records by RFC 4180", () => {
  const columns = [
    { key: "a", title: 'A, "b"', numeric: false },
    { key: "n", title: "n", numeric: true },
  ];
  const rows = [
    { a: "x\ny", n: 1.5 },
    { a: null, n: -2 },
  ];
  expect(formatCsv({ columns, rows })).toBe('"A, ""b""",n\r\n"x\ny",1.5\r\n,-2\r\n');
});

test("prefixIds prefixes ids and references to them alike", () => {
  const svg = prefixIds(makeChart().wide, "fig-a-w");
  expect(svg).toContain('id="fig-a-w-clip1"');
  expect(svg).toContain('clip-path="url(#fig-a-w-clip1)"');
});
