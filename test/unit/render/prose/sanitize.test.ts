import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPlainHtml, sanitizeHtml } from "../../../../src/render/prose/sanitize.ts";

const options = { inlineImage: (address: string): string => `data:image/png;base64,${address.length}` };

describe("plain HTML", () => {
  test.each([
    "<kbd>K</kbd>",
    "a<br>b<br/>",
    "<details open><summary>x</summary></details>",
    '<span class="key key-1">s</span>',
    "<!-- note -->",
    "no markup",
  ])("%s is", (source) => expect(isPlainHtml(source)).toBe(true));

  test.each([
    "<b onclick=x>",
    '<p style="x">',
    "<script>",
    "<b>open",
    "</b>",
    "<b><i></b></i>",
    "<a href='x'>y</a>",
    "1 < 2",
    "<!--><script>x</script>-->",
    "<svg></svg>",
    '<b class="x" onload="y"></b>',
  ])("%s is not", (source) => expect(isPlainHtml(source)).toBe(false));
});

describe("sanitizing", () => {
  test("removes what the policy refuses and keeps other HTML", async () => {
    const source =
      '<p style="a" onclick="b" class="c">t</p><iframe src="x">in</iframe><style>p{}</style><a href="https://a.b/">l</a><img src="x.png" alt="i" width="3">';
    expect(await sanitizeHtml(source, options)).toBe(
      '<p class="c">t</p><a href="https://a.b/">l</a><img src="data:image/png;base64,5" alt="i" width="3" />',
    );
  });

  test("makes an id of the name of an anchor", async () => {
    expect(await sanitizeHtml('<a name="x"></a><a id="y" name="z">t</a>', options)).toBe(
      '<a id="x"></a><a id="y">t</a>',
    );
  });

  test("removes handlers, styles, scripts and other addresses from any HTML", async () => {
    const piece = fc.constantFrom(
      "<b",
      "<img",
      "<svg",
      "<script",
      "</script>",
      "<style>",
      "<!--",
      "-->",
      "<!-->",
      ">",
      "/>",
      " ",
      '"',
      "'",
      "=",
      "text",
      " onclick=x",
      ' onerror="x"',
      " style=x",
      ' class="c"',
      " href=javascript:x",
      " src=http://x/",
      "<a",
      "<details>",
      "</b>",
      "<kbd>",
      "</kbd>",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 14 }), async (pieces) => {
        const clean = await sanitizeHtml(pieces.join(""), options);
        for (const tag of clean.match(/<[a-z][^>]*>/gi) ?? []) {
          expect(tag).not.toMatch(/\s(on\w+|style)\s*=|javascript:|^<(script|style|svg|iframe)/i);
          expect(tag).not.toMatch(/\ssrc="(?!data:)/);
        }
      }),
      { numRuns: 300 },
    );
  });
});

test.each([
  ["ftp://host/f", ""],
  ["ssh://me@host", ""],
  // What is printed after the link.
  ["tel:+49", ' data-to="+49"'],
  ["mailto:a@b", ' data-to="a@b"'],
  ["doi:10.1/x", ""],
  ["https://a", ""],
  ["x-app:open", ""],
])("a link to %s stays one", async (href, printed) => {
  const source = `<p style="x"><a href="${href}">x</a></p>`;
  expect(await sanitizeHtml(source, { inlineImage: () => undefined })).toBe(`<p><a href="${href}"${printed}>x</a></p>`);
});

test.each([
  "javascript:alert(1)",
  "JavaScript:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,a",
  "file:///a",
  "vbscript:a",
  "blob:a",
])("a link to %j is none", async (href) => {
  const source = `<p style="x">javascript: data: file: <a href="${href}">x</a></p>`;
  expect(await sanitizeHtml(source, { inlineImage: () => undefined })).not.toContain("href");
});
