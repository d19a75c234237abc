import { expect, test } from "vitest";
import type { ReportCard } from "../../../src/model/report-card.ts";
import { renderFeed } from "../../../src/site/feeds.ts";

const card = (title: string): ReportCard => ({
  ...{ slug: "a", lang: "en", title, subtitle: null, authors: [`A</name>${title}`], date: "2026-11-01", keywords: [] },
  ...{ abstract: title, keyFigure: null, sparkline: null },
});

test("a feed is XML whatever the texts: characters that XML lacks, and direction controls, are left out", () => {
  const feed = renderFeed("https://example.org", "S\u0000\ufffe", [
    card("a\u0000\u0007\u202eb\ud800 </title>]]>\u{1f600}"),
  ]);
  expect(feed).toContain("<title>ab &lt;/title&gt;]]&gt;\u{1f600}</title>");
  expect(feed).toContain("<title>S</title>");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters
  expect(feed).not.toMatch(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff\u202e\p{Surrogate}]/u);
});
