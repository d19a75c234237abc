import { describe, expect, test } from "vitest";
import { prefixIds } from "../../../../src/render/html/figure.ts";
import { describeRest, readTable } from "../../../../src/render/components/table.ts";
import { formatCsv } from "../../../../src/render/text/csv.ts";
import { makeChart } from "../../../helpers/page.ts";

const texts = (rows: readonly object[]): readonly (readonly string[])[] =>
  readTable({ rows })?.rows.map((row) => row.map(({ text }) => text)) ?? [];

describe("tables", () => {
  test("columns of numbers are numeric, missing values aside", () => {
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

  test("years stay years; thousands are set apart where a column has large numbers", () => {
    expect(texts([{ year: 2021 }, { year: 1998 }])).toEqual([["2021"], ["1998"]]);
    expect(texts([{ bytes: 26_400_000 }, { bytes: -1192 }])).toEqual([["26,400,000"], ["−1,192"]]);
    expect(texts([{ x: 0.1 + 0.2 }])).toEqual([["0.3"]]);
  });

  test("named columns choose and order; many rows are cut and told", () => {
    expect(readTable({ columns: ["b"], rows: [{ a: 1, b: 2 }] })?.columns).toEqual([{ title: "b", numeric: true }]);
    const long = readTable({ rows: Array.from({ length: 1234 }, (_, index) => ({ index })) });
    expect(long === undefined ? "" : describeRest(long)).toBe("200 of 1,234 rows");
  });

  test("what is no table is left to other forms", () => {
    for (const payload of [null, 1, [], {}, { rows: 1 }]) expect(readTable(payload)).toBeUndefined();
  });
});

test("CSV quotes what RFC 4180 says", () => {
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

test("ids of a drawing and their uses get the same prefix", () => {
  const svg = prefixIds(makeChart().wide, "fig-a-w");
  expect(svg).toContain('id="fig-a-w-clip1"');
  expect(svg).toContain('clip-path="url(#fig-a-w-clip1)"');
});
