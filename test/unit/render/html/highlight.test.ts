import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createHighlighter } from "../../../../src/render/html/highlight.ts";
import { memoryCache } from "../../../helpers/page.ts";

const textOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

describe("highlighting", () => {
  const highlighter = createHighlighter(memoryCache());

  test("gives keywords, strings, numbers, functions and comments classes", async () => {
    const html = await highlighter.highlight('const a = f("s", 42); // why', "ts");
    for (const piece of ['t-k">const', 't-s">&quot;s&quot;', 't-n">42', 't-f">f', 't-c">// why'])
      expect(html).toContain(piece);
    expect(html).not.toContain("style");
  });

  test.each(["ts", "js", "json", "yaml", "python", "sh", "md", "vega-lite"])("highlights %s", async (language) => {
    const code =
      language === "json"
        ? '{ "a": "b" }'
        : language === "md"
          ? "A `span`, a [link](url), **b**."
          : '# "a": "b"\nif: "x" # y\n';
    expect(await highlighter.highlight(code, language)).toContain("<span class=");
  });

  test("a docstring ends where it ends", async () => {
    const html = await highlighter.highlight('def f(x):\n    """Two."""\n    return x\n', "python");
    expect(html).toContain('<span class="t-k">return</span> x');
  });

  test("a here-document ends at its word", async () => {
    const html = await highlighter.highlight("cat <<END\nthe 'text\nEND\nif true; then echo 'a'; fi\n", "sh");
    expect(html).toContain('<span class="t-k">if </span>');
  });

  test("an unknown language is escaped only", async () => {
    expect(await highlighter.highlight("<a & b>", "brainfuck")).toBe("&lt;a &amp; b&gt;");
    expect(await highlighter.highlight("<a>", "constructor")).toBe("&lt;a&gt;");
  });

  test("code seen before comes from the cache alone", async () => {
    const cache = memoryCache();
    const first = await createHighlighter(cache).highlight("let a = 1;", "ts");
    const onlyReads = { get: cache.get, set: () => expect.unreachable("highlighted again") };
    expect(await createHighlighter(onlyReads).highlight("let a = 1;", "ts")).toBe(first);
  });

  test("no character of the code is lost or added", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom(..."ab1 \n\t\"'`$<>{}&/*=;()".split("")), maxLength: 60 }),
        async (code) => {
          expect(textOf(await highlighter.highlight(code, "ts"))).toBe(code);
        },
      ),
      { numRuns: 60 },
    );
  });
});
