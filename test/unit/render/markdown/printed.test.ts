import { expect, test } from "vitest";
import { closeMarkdown } from "../../../../src/render/markdown/printed.ts";

test.each([
  ["a fence without an end", "```ts\nlet a;", "```ts\nlet a;\n```"],
  ["a long fence without an end", "````\n```", "````\n```\n````"],
  ["an empty fence", "~~~", "~~~\n~~~"],
])("%s is closed", (_name, source, closed) => expect(closeMarkdown(source)).toBe(closed));

test.each([
  ["a closed fence", "```\na\n```"],
  ["a fence closed by a longer one", "```\na\n`````"],
  ["a fence that its quote ends", "> ```\n> a"],
  ["a fence that its list ends", "- ```\n  a"],
  ["HTML in a fence", "```html\n<script>x()</script>\n```"],
  ["HTML in a code span", "Write `<script>`, or ``a ` <style>``."],
  ["HTML in a code span of two lines", "Write `a\n<script>` here."],
  ["HTML that a page keeps", "<b>bold</b>, 1 < 2"],
])("%s stays", (_name, source) => expect(closeMarkdown(source)).toBe(source));

test.each([
  ["a script", "<script>x()</script>", "&lt;script>x()&lt;/script>"],
  ["a tag in a paragraph", "a <style> b", "a &lt;style> b"],
  ["a tag after a backslash", "\\<script>", "\\&lt;script>"],
  ["a tag after an unpaired backtick", "` <script>", "` &lt;script>"],
  ["a comment without an end", "a\n\n<!-- b", "a\n\n&lt;!-- b"],
  ["an attribute that runs", '<b onclick="x()">c</b>', '&lt;b onclick="x()">c</b>'],
])("%s is text", (_name, source, text) => expect(closeMarkdown(source)).toBe(text));
