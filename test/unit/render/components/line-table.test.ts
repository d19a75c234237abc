import { describe, expect, test } from "vitest";
import { tabulateLines } from "../../../../src/analysis/lines/line-table.ts";
import type { LineTable } from "../../../../src/model/line-views.ts";
import {
  captionOfLineTable,
  columnsOf,
  formatColumn,
  readLineTables,
} from "../../../../src/render/components/line-table.ts";
import { createHighlighter } from "../../../../src/render/html/highlight.ts";
import { renderLineTablesHtml } from "../../../../src/render/html/line-table.ts";
import { renderLineTableMarkdown } from "../../../../src/render/markdown/line-table.ts";
import { memoryCache } from "../../../helpers/page.ts";
import { makeLine, makeProfile } from "../../../helpers/profiles.ts";

const highlighter = createHighlighter(memoryCache());
const sources = { "walks.ts": ["const a = `x|y`;", "  if (a < b || c) push(a);", "function f() {}"] };
const profile = makeProfile(
  [
    makeLine(1, { allocatedBytes: 30, allocations: 4, liveBytes: 1_234_567, liveObjects: 3 }),
    makeLine(2, { allocatedBytes: 120, allocations: 5 }),
    makeLine(3, { allocatedBytes: 60, allocations: 1, functionLevelBytes: 60 }),
  ],
  { sources, elsewhere: { liveBytes: 7, allocatedBytes: 8 } },
);
const base = makeProfile([makeLine(1, { allocatedBytes: 90, allocations: 9 })], { sources });
const table = tabulateLines({ name: "saved", profile }, { by: "allocated", top: 2 });
const difference = tabulateLines(
  { name: "saved", profile },
  { by: "allocated", top: 3, compareWith: { name: "dropped", profile: base } },
);

const textOf = (html: string): string => html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");

describe("a line table in HTML", () => {
  test("shows the highlighted source, the numbers and the bars of each line", async () => {
    const html = await renderLineTablesHtml([table], highlighter);
    expect(html).toContain('<span class="t-k">if</span> (a &lt; b || c)');
    expect(html).toContain('<code title="if (a &lt; b || c) push(a);">');
    expect([...html.matchAll(/<rect width="([\d.]+)%"/g)].map(([, width]) => width)).toEqual(["100.0", "50.0"]);
    expect(html).not.toMatch(/ style=|undefined|NaN|null/);
    expect(textOf(html)).toContain("walks.ts:2 if (a &lt; b || c) push (a); 120 0 5 24 ");
  });

  test("ends with the bytes of other lines, of code elsewhere, and of functions", async () => {
    const text = textOf(await renderLineTablesHtml([table], highlighter));
    expect(text).toContain(
      "1 other line 30 1,234,567 Elsewhere Node.js and the code that it calls 8 7 Total 218 1,234,574",
    );
    expect(text).toContain("Known by function only, ƒ part of the total; known by function, not by line 60 — ");
    expect(await renderLineTablesHtml([table], highlighter)).toContain(
      '<abbr title="60\u00a0B of the allocated bytes belong to the function that starts on this line; which of its lines allocated them is unknown">ƒ</abbr>',
    );
  });

  test("counts the places that are not instrumented, and names the first three with their reason", async () => {
    const notInstrumented = [5, 8, 9, 11].map((line) => ({ file: "walks.ts", line, kind: "yield*", why: "it stays" }));
    const uninstrumented = tabulateLines(
      { name: "", profile: { ...profile, notInstrumented } },
      { by: "allocated", top: 2 },
    );
    expect(textOf(await renderLineTablesHtml([uninstrumented], highlighter))).toContain(
      "known by function, not by line; not instrumented at 4 places: walks.ts:5 (yield*: it stays); walks.ts:8 (yield*: it stays); walks.ts:9 (yield*: it stays); and 1 more",
    );
  });

  test("shows differences with a sign, and negative differences with bars of another colour", async () => {
    const html = await renderLineTablesHtml([difference], highlighter);
    expect(textOf(html)).toContain("Difference in allocated bytes, saved minus dropped; exact; unoptimised code.");
    expect(textOf(html)).toMatch(/walks\.ts:2 .* \+120 120 \+5 24 /);
    expect(textOf(html)).toMatch(/walks\.ts:1 .* −60 30 −5 8 /);
    expect(html.match(/class="bar less"/g)).toHaveLength(1);
    // The share of functions in a difference is unknown.
    expect(html).not.toContain("ƒ");
  });

  test("is in a closed disclosure when the cell has more than three", async () => {
    const many = ["1", "2", "3", "4"].map((name) => ({ ...table, name }));
    expect((await renderLineTablesHtml(many, highlighter)).match(/<details/g)).toHaveLength(4);
    expect(await renderLineTablesHtml(many.slice(1), highlighter)).not.toContain("<details");
  });
});

test("a line table in Markdown keeps `|` and backticks of the code", () => {
  const lines = renderLineTableMarkdown(table).split("\n");
  expect(lines).toEqual([
    "saved: the 2 lines with the most allocated bytes; exact; unoptimised code.",
    "",
    "| Line | Allocated, B | Live, B | Allocations | Average, B | Source |",
    "| --- | ---: | ---: | ---: | ---: | --- |",
    "| walks.ts:2 | 120 | 0 | 5 | 24 | `if (a < b \\|\\| c) push(a);` |",
    "| walks.ts:3 (ƒ) | 60 | 0 | 1 | 60 | `function f() {}` |",
    "| 1 other line | 30 | 1,234,567 |  |  |  |",
    "| Elsewhere | 8 | 7 |  |  | Node.js and the code that it calls |",
    "| Total | 218 | 1,234,574 |  |  |  |",
    "| Known by function only, ƒ | 60 | — |  |  | part of the total; known by function, not by line |",
  ]);
  const ticked = renderLineTableMarkdown({ ...table, rows: difference.rows.slice(-1) });
  expect(ticked).toContain("| `` const a = `x\\|y`; `` |");
});

test("the caption of sampled bytes names the sampling interval", () => {
  const sampled: LineTable = { ...table, name: "", instrumentation: { engine: "sampler", intervalBytes: 524_288 } };
  expect(captionOfLineTable(sampled)).toBe(
    "The 2 lines with the most allocated bytes; estimated from samples, one every 524,288\u00a0B on average; unoptimised code.",
  );
});

/** Title and numbers of the second column. */
function marginsOf(table: LineTable): readonly string[] {
  const column = columnsOf(table)[1];
  return column === undefined ? [] : [column.title, ...table.rows.map((row) => formatColumn(column, column.row(row)))];
}

test("an estimate has half of its 95 % interval in the column after it", () => {
  const profile = makeProfile(
    [
      makeLine(2, { allocatedBytes: 1000, standardError: { allocatedBytes: 50, liveBytes: 0 } }),
      makeLine(3, { allocatedBytes: 10 }),
    ],
    { instrumentation: { engine: "sampler", intervalBytes: 512 } },
  );
  const sampled = tabulateLines({ name: "a", profile }, { by: "allocated", top: 5 });
  expect(marginsOf(sampled)).toEqual(["95\u00a0%, ±\u00a0%", "9.8", ""]);
  const compared = tabulateLines(
    { name: "a", profile },
    { by: "allocated", top: 5, compareWith: { name: "b", profile } },
  );
  expect(marginsOf(compared)).toEqual(["95\u00a0%, ±\u00a0B", "139", ""]); // 1.96 × 50 × √2
});

test("readLineTables rejects malformed payloads", () => {
  for (const payload of [undefined, null, [], {}, [null], [{ rows: [] }], "x"]) {
    expect(readLineTables(payload)).toBeUndefined();
  }
  expect(readLineTables([table])).toEqual([table]);
});
