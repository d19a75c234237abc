import { describe, expect, it } from "vitest";
import { parseSettings } from "../../../src/document/settings.ts";
import { formatPosition, type UserErrors } from "../../../src/errors.ts";
import { hrefBetween, orderPages, placeOf } from "../../../src/site/places.ts";
import { readSections } from "../../../src/site/search-text.ts";
import { renderSparkline } from "../../../src/site/sparkline.ts";

function mistakes(source: string): string[] {
  try {
    parseSettings(source, "heapbook.yml");
    return [];
  } catch (error) {
    return (error as UserErrors).errors.map(
      ({ position, message, hint, code }) =>
        `${position === undefined ? "" : formatPosition(position)} ${message} ${hint ?? ""} [${code}]`,
    );
  }
}

describe("heapbook.yml", () => {
  it("is read with the lines of its files", () => {
    const settings = parseSettings(
      "title: Course\nurl: https://x.org/a/\norder: [b]\ntemplates:\n  css: a.css\n",
      "heapbook.yml",
    );
    expect(settings).toMatchObject({ title: "Course", url: "https://x.org/a", theme: "auto", output: undefined });
    expect(settings.templates.css).toEqual([{ path: "a.css", position: { file: "heapbook.yml", line: 5 } }]);
  });

  it("may be empty", () => {
    expect(mistakes("")).toEqual([]);
    expect(mistakes("# nothing\n")).toEqual([]);
  });

  it.each([
    ["titel: A", "heapbook.yml:1 Unknown key `titel` in heapbook.yml. Did you mean `title`? [unknown-setting]"],
    [
      "title: A\ntemplates:\n  partial: x",
      "heapbook.yml:3 Unknown key `partial` in `templates` of heapbook.yml. Did you mean `partials`? [unknown-setting]",
    ],
    [
      "logo: a.png",
      "heapbook.yml:1 Unknown key `logo` in heapbook.yml. Write it below `templates:`, as `templates: { logo: … }`. [unknown-setting]",
    ],
    [
      "site: { url: x }",
      "heapbook.yml:1 Unknown key `site` in heapbook.yml. Keys of the site stand at the top: title, order, url. [unknown-setting]",
    ],
    ["\ntheme: blue", 'heapbook.yml:2 `theme` must be auto, light or dark, but is the text "blue".  [invalid-setting]'],
    [
      "url: example.org",
      '`url` must be an address such as https://example.org/reports, but is the text "example.org".  [invalid-setting]',
    ],
    ["- a", "heapbook.yml:1 heapbook.yml has no `key: value` lines.  [invalid-setting]"],
  ])("refuses %j", (source, message) => {
    expect(mistakes(source)).toEqual([expect.stringContaining(message)]);
  });
});

describe("places of pages", () => {
  const pages = ["week10", "week9", "intro", "2026/week1"].map((slug) => ({ slug, title: slug.toUpperCase() }));

  it("are those of `order`, then by path, numbers by value", () => {
    expect(orderPages(pages, ["intro"]).map(({ slug }) => slug)).toEqual(["intro", "2026/week1", "week9", "week10"]);
  });

  it("link relative to the page, at any depth", () => {
    expect(hrefBetween("a", "index.html")).toBe("../index.html");
    expect(hrefBetween("2026/week1", "a b/index.html")).toBe("../../a%20b/index.html");
  });

  it("have neighbours", () => {
    const ordered = orderPages(pages, ["intro"]);
    expect(placeOf("2026/week1", ordered, "Course")).toEqual({
      title: "Course",
      href: "../../index.html",
      neighbours: [
        { rel: "prev", title: "INTRO", href: "../../intro/index.html" },
        { rel: "next", title: "WEEK9", href: "../../week9/index.html" },
      ],
    });
    expect(placeOf("week10", ordered, "Course").neighbours.map(({ rel }) => rel)).toEqual(["prev"]);
  });
});

it("reads the sections of a page, without drawings, contents and tags", () => {
  const page = `<body><nav>Contents</nav><main id="main"><h1>Title</h1><p>Before &amp; after</p>
<h2 id="sec-a"><span class="secno">1</span> First<a class="anchor" href="#sec-a">#</a></h2>
<p>One <b>two</b>.</p><p>Three &#x3c;b&#62;</p><svg><text>axis</text></svg></main></body>`;
  expect(readSections(page, 3)).toEqual([
    { report: 3, id: "", title: "", text: "Title Before & after" },
    { report: 3, id: "sec-a", title: "1 First", text: "One two. Three <b>" },
  ]);
});

it("draws sparklines from zero, also of zeros", () => {
  expect(renderSparkline(null)).toBeNull();
  expect(renderSparkline({ kind: "bars", values: [0, 10] })).toContain('<rect x="60" y="1" width="24" height="27"/>');
  expect(renderSparkline({ kind: "line", values: [0, 0] })).toContain('d="M0,27L120,27"');
});
