import { expect, test } from "vitest";
import type { ChartData } from "../../../../src/chart/types.ts";
import { formatCsv } from "../../../../src/render/text/csv.ts";

/** One column with this title, and a row for each value. */
function dataOf(title: string, values: readonly unknown[]): ChartData {
  return { columns: [{ key: "value", title }], rows: values.map((value) => ({ value })) } as unknown as ChartData;
}

test.each(["=cmd|'/c calc'!A0", "+1+1", "-a", "@SUM(A1)", "\t=1"])("%j is no formula", (text) => {
  expect(formatCsv(dataOf(text, [text]))).toBe(`'${text}\r\n'${text}\r\n`);
});

test.each([
  ["-1.5", -1.5],
  ["-1.5", "-1.5"],
  ["+2", "+2"],
  ["a=b", "a=b"],
  ["", undefined],
])("%j stays", (text, value) => expect(formatCsv(dataOf("size", [value]))).toBe(`size\r\n${text}\r\n`));
