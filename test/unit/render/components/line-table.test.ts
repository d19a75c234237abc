import { describe, expect, test } from "vitest";
import { tabulateLines } from "../../../../src/analysis/lines/line-table.ts";
import type { LineTable } from "../../../../src/model/line-views.ts";
import { createHighlighter } from "../../../../src/render/html/highlight.ts";
import { readLineTables, renderLineTables, toMarkdownTable } from "../../../../src/render/components/line-table.ts";
import { formatTable } from "../../../../src/render/markdown/item.ts";
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

describe("as HTML", () => {
  test("each line has its text, highlighted and escaped, its numbers and their bars", async () => {
    const html = await renderLineTables([table], highlighter);
    expect(html).toContain('<span class="t-k">if</span> (a &lt; b || c)');
    expect(html).toContain('<code title="if (a &lt; b || c) push(a);">');
    expect([...html.matchAll(/<rect width="([\d.]+)%"/g)].map(([, width]) => width)).toEqual(["100.0", "50.0"]);
    expect(html).not.toMatch(/ style=|undefined|NaN|null/);
    expect(textOf(html)).toContain("walks.ts:2 if (a &lt; b || c) push (a); 120 0 5 24 ");
  });

  test("the last rows say what is not among the lines, and what is known of functions only", async () => {
    const text = textOf(await renderLineTables([table], highlighter));
    expect(text).toContain(
      "1 other line 30 1,234,567 Elsewhere Node itself, and what it calls 8 7 Total 218 1,234,574",
    );
    expect(text).toContain("Not line-level, ƒ part of the total, known only of functions 60 — ");
    expect(await renderLineTables([table], highlighter)).toContain(
      '<abbr title="60\u00a0B of what was allocated are known only of the function that begins on this line">ƒ</abbr>',
    );
  });

  test("places that no marker holds are counted, the first three told with their reason", async () => {
    const unlifted = [5, 8, 9, 11].map((line) => ({ file: "walks.ts", line, kind: "yield*", why: "it stays" }));
    const told = tabulateLines({ name: "", profile: { ...profile, unlifted } }, { by: "allocated", top: 2 });
    expect(textOf(await renderLineTables([told], highlighter))).toContain(
      "functions; 4 places: walks.ts:5 (yield*: it stays); walks.ts:8 (yield*: it stays); walks.ts:9 (yield*: it stays); and 1 more",
    );
  });

  test("differences have their sign, and bars of another colour where the other run has more", async () => {
    const html = await renderLineTables([difference], highlighter);
    expect(textOf(html)).toContain("Difference in bytes allocated, saved less dropped; exact, of unoptimised code.");
    expect(textOf(html)).toMatch(/walks\.ts:2 .* \+120 120 \+5 24 /);
    expect(textOf(html)).toMatch(/walks\.ts:1 .* −60 30 −5 8 /);
    expect(html.match(/class="bar less"/g)).toHaveLength(1);
    // How much of a difference is of functions is not known.
    expect(html).not.toContain("ƒ");
  });

  test("many tables are folded away, each under its variant", async () => {
    const many = ["1", "2", "3", "4"].map((name) => ({ ...table, name }));
    expect((await renderLineTables(many, highlighter)).match(/<details/g)).toHaveLength(4);
    expect(await renderLineTables(many.slice(1), highlighter)).not.toContain("<details");
  });
});

test("as Markdown it is a plain table, in which bars and backticks of the code are kept", () => {
  const lines = formatTable(toMarkdownTable(table)).split("\n");
  expect(lines).toEqual([
    "saved: the 2 lines with most bytes allocated; exact, of unoptimised code.",
    "",
    "| Line | Allocated, B | Live, B | Allocations | Average, B | Source |",
    "| --- | ---: | ---: | ---: | ---: | --- |",
    "| walks.ts:2 | 120 | 0 | 5 | 24 | `if (a < b \\|\\| c) push(a);` |",
    "| walks.ts:3 (ƒ) | 60 | 0 | 1 | 60 | `function f() {}` |",
    "| 1 other line | 30 | 1,234,567 |  |  |  |",
    "| Elsewhere | 8 | 7 |  |  | Node itself, and what it calls |",
    "| Total | 218 | 1,234,574 |  |  |  |",
    "| Not line-level, ƒ | 60 | — |  |  | part of the total, known only of functions |",
  ]);
  const ticked = formatTable(toMarkdownTable({ ...table, rows: difference.rows.slice(-1) }));
  expect(ticked).toContain("| `` const a = `x\\|y`; `` |");
});

test("samples are told to be samples", () => {
  const sampled: LineTable = { ...table, name: "", mode: { samplingIntervalBytes: 524_288 } };
  expect(toMarkdownTable(sampled).caption).toBe(
    "The 2 lines with most bytes allocated; estimated from samples, one for every 524,288\u00a0B on average, of unoptimised code.",
  );
});

test("half of the 95 % interval of estimates stands beside them", () => {
  const profile = makeProfile(
    [
      makeLine(2, { allocatedBytes: 1000, standardError: { allocatedBytes: 50, liveBytes: 0 } }),
      makeLine(3, { allocatedBytes: 10 }),
    ],
    { mode: { samplingIntervalBytes: 512 } },
  );
  const sampled = tabulateLines({ name: "a", profile }, { by: "allocated", top: 5 });
  const { columns, rows } = toMarkdownTable(sampled);
  expect(columns[2]?.title).toBe("95 %, ± %");
  expect(rows.slice(0, 2).map((row) => row[2]?.text)).toEqual(["9.8", ""]);
  const compared = tabulateLines(
    { name: "a", profile },
    { by: "allocated", top: 5, compareWith: { name: "b", profile } },
  );
  const differences = toMarkdownTable(compared);
  expect(differences.columns[2]?.title).toBe("95 %, ± B");
  expect(differences.rows[0]?.[2]?.text).toBe("139"); // 1.96 × 50 × √2
});

test("something else under the name of such a table is none", () => {
  for (const payload of [undefined, null, [], {}, [null], [{ rows: [] }], "x"]) {
    expect(readLineTables(payload)).toBeUndefined();
  }
  expect(readLineTables([table])).toEqual([table]);
});
