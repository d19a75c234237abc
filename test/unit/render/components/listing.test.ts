import { describe, expect, test } from "vitest";
import { listFile } from "../../../../src/analysis/lines/line-listing.ts";
import type { Listing } from "../../../../src/model/line-views.ts";
import { captionOfListing, readListing, titlesOfListing } from "../../../../src/render/components/listing.ts";
import { createHighlighter } from "../../../../src/render/html/highlight.ts";
import { renderListingHtml } from "../../../../src/render/html/listing.ts";
import { renderListingMarkdown } from "../../../../src/render/markdown/listing.ts";
import { memoryCache } from "../../../helpers/page.ts";
import { makeLine, makeProfile } from "../../../helpers/profiles.ts";

const highlighter = createHighlighter(memoryCache());

const SOURCE = [
  "/* a",
  "   comment */",
  "function* walk() {",
  "  yield [1];",
  "}",
  ...new Array(10).fill(";"),
  "end();",
];
const profile = makeProfile(
  [
    makeLine(3, { allocatedBytes: 40, functionLevelBytes: 40 }),
    makeLine(4, { allocatedBytes: 9_960, liveBytes: 500 }),
    makeLine(16, { allocatedBytes: 8, liveBytes: 1 }),
  ],
  { sources: { "walks.ts": SOURCE } },
);
const base = makeProfile([makeLine(4, { allocatedBytes: 20_000, liveBytes: 500 })], {
  sources: { "walks.ts": SOURCE },
});

function list(options: { context?: number; compare?: boolean } = {}): Listing {
  const compareWith = options.compare === true ? { name: "dropped", profile: base } : undefined;
  const listing = listFile(
    { name: "saved", profile },
    { file: "walks.ts", context: options.context ?? 400, compareWith },
  );
  if (listing === null) throw new Error("No listing");
  return listing;
}

const rowsOf = (html: string): string[] =>
  [...html.matchAll(/<tr[^>]*>(.*?)<\/tr>/g)].slice(1).map(([, row = ""]) => row);

describe("a listing in HTML", () => {
  test("shows the number of each line and its bytes, tinted by their share", async () => {
    const rows = rowsOf(await renderListingHtml(list(), highlighter));
    expect(rows).toHaveLength(16);
    expect(rows[3]).toBe(
      '<td class="n heat-5">9,960</td><td class="n heat-5">500</td><td class="ln">4</td><td class="src"><code>  <span class="t-k">yield</span> [<span class="t-n">1</span>];</code></td>',
    );
    expect(rows[15]).toContain('<td class="n heat-1">8</td><td class="n heat-2">1</td>');
    expect(rows[4]).toMatch(/^<td class="n"><\/td><td class="n"><\/td>/);
  });

  test("highlights a comment in each of its lines", async () => {
    const rows = rowsOf(await renderListingHtml(list(), highlighter));
    expect(rows[0]).toContain('<span class="t-c">/* a</span>');
    expect(rows[1]).toContain('<span class="t-c">   comment */</span>');
  });

  test("marks bytes that are known by function only", async () => {
    const html = await renderListingHtml(list(), highlighter);
    expect(rowsOf(html)[2]).toMatch(
      /^<td class="n heat-2"><abbr title="40\u00a0B of the allocated bytes [^"]*">ƒ<\/abbr> 40<\/td>/,
    );
    expect(html).toContain("ƒ: some of these bytes are known by function, not by line");
  });

  test("names the lines of a gap", async () => {
    const rows = rowsOf(await renderListingHtml(list({ context: 1 }), highlighter));
    expect(rows.map((row) => /class="ln">([^<]*)/.exec(row)?.[1])).toEqual(["1", "2", "3", "4", "5", "⋮", "15", "16"]);
    expect(rows[5]).toContain("lines 6 to 14");
  });

  test("shows differences with a sign, and tints negative ones in another hue", async () => {
    const html = await renderListingHtml(list({ compare: true }), highlighter);
    expect(rowsOf(html)[3]).toMatch(/^<td class="n cool-5">−10,040<\/td><td class="n"><\/td>/);
    expect(rowsOf(html)[2]).toMatch(/^<td class="n heat-2">\+40<\/td>/);
    expect(html).toContain("saved minus dropped: differences in bytes allocated");
  });

  test("is in a closed disclosure when it is long", async () => {
    const sources = { "walks.ts": Array.from({ length: 200 }, (_, index) => `f(${index});`) };
    const long = listFile({ name: "", profile: { ...profile, sources } }, { file: "walks.ts", context: 400 });
    expect(await renderListingHtml(long ?? list(), highlighter)).toMatch(
      /^<details class="fold"><summary>Listing: walks\.ts, 200 lines<\/summary><div class="scroll">/,
    );
    expect(await renderListingHtml(list(), highlighter)).not.toContain("<details");
  });

  test("escapes markup in names and sources", async () => {
    const sources = { "walks.ts": ["</code><script>alert(1)</script>"] };
    const listing = listFile({ name: "<b>", profile: { ...profile, sources } }, { file: "walks.ts", context: 9 });
    const html = await renderListingHtml(listing ?? list(), highlighter);
    expect(html).not.toMatch(/<script|<b>/);
  });
});

test("a listing in Markdown is columns of text in a fence", () => {
  expect(renderListingMarkdown(list({ context: 0 }))).toBe(
    [
      "walks.ts, saved: bytes allocated by each line, and live at the end; exact; unoptimised code. ƒ: some of these bytes are known by function, not by line; they stand on the function’s first line.",
      "",
      "```text",
      "allocated, B       live, B  line  walks.ts",
      "                               1  /* a",
      "                               2     comment */",
      "        ƒ 40                   3  function* walk() {",
      "       9,960           500     4    yield [1];",
      "                               …",
      "           8             1    16  end();",
      "```",
    ].join("\n"),
  );
  const sources = { "walks.ts": Array.from({ length: 200 }, (_, index) => `f(${index});`) };
  const long = listFile({ name: "", profile: { ...profile, sources } }, { file: "walks.ts", context: 400 });
  expect(renderListingMarkdown(long ?? list())).toMatch(
    /^<details><summary>Listing: walks\.ts, 200 lines<\/summary>\n\nwalks\.ts: [\s\S]*\n```\n\n<\/details>$/,
  );
  expect(captionOfListing({ ...list(), name: "" })).toMatch(/^walks\.ts: bytes allocated by each line/);
});

test("readListing rejects malformed payloads", () => {
  for (const payload of [undefined, null, [], {}, "x", { file: "a" }]) expect(readListing(payload)).toBeUndefined();
  expect(readListing(list())).toEqual(list());
});

test("a listing of the peak says so in its caption and its columns", () => {
  const listing = { ...list(), name: "", by: "peak" } as const;
  expect(captionOfListing(listing)).toMatch(/^walks\.ts: bytes alive at the peak, and allocated until then; /);
  expect(titlesOfListing(listing)).toEqual(["allocated, B", "at the peak, B"]);
});
