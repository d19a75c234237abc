import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMarkdown } from "../../../../src/document/markdown.ts";
import { fence } from "../../../../src/render/markdown/fence.ts";
import { renderMarkdown } from "../../../../src/render/markdown/report.ts";
import { display, everyComponent, makeCell, makeInput, parseFixture, showing, stdout } from "../../../helpers/page.ts";

async function render(source: string, changes: Parameters<typeof makeInput>[1] = {}): Promise<string> {
  const files = await renderMarkdown(makeInput(parseFixture(source), changes));
  const text = String(files.find((file) => file.path === "report.md")?.contents);
  return text.slice(text.indexOf("\n\n") + 2, text.indexOf("\n---\n\n| How this"));
}

describe("prose", () => {
  test.each([
    ["Kept *byte*  for __byte__ <kbd>K</kbd>\nand   so on."],
    ["- a\n\n  b\n- c\n\n> quote\n\n***\n\n    code {{not an expression}}"],
    ["`{{in code}}` and ``{{`}}``."],
  ])("keeps %j byte for byte", async (source) => {
    expect((await render(source)).trim()).toBe(source);
  });

  test("replaces an expression after the same text in a code span", async () => {
    expect((await render('`{{metric "a" "count"}}` is {{metric "a" "count"}}.')).trim()).toBe(
      '`{{metric "a" "count"}}` is 10,000.',
    );
  });

  test("replaces expressions in tables, lists and footnotes", async () => {
    const source =
      '| a |\n|---|\n| {{metric "a" "count"}} |\n\n- x\n  {{metric "a" "count"}}[^1]\n\n[^1]: note {{metric "a" "count"}}\n\nend';
    expect((await render(source)).trim()).toBe(source.replaceAll('{{metric "a" "count"}}', "10,000"));
  });

  test("removes heading attributes and inserts section numbers", async () => {
    const source = "## Heap {#sec-heap .unnumbered}\n\n### Sets {a} {#other}\n\nSee @sec-heap.".replace(
      " .unnumbered",
      "",
    );
    expect((await render(source)).trim()).toBe("## 1 Heap\n\n### 1.1 Sets {a}\n\nSee Section\u00a01.");
  });
});

describe("a code block without a closing line", () => {
  test.each([
    ["Text\n\n~~~\ncode", "Text\n\n~~~\ncode\n~~~"],
    ["````text\ncode\n```\n\n", "````text\ncode\n```\n\n````"],
    ["- a\n\n  ~~~\n  code\n\nText", "- a\n\n  ~~~\n  code\n\n  ~~~\nText"],
    ["> ~~~\n> code\n\nText", "> ~~~\n> code\n> ~~~\n\nText"],
    ["::: {.callout-note}\n~~~\ncode\n:::\n\nText", "> [!NOTE]\n> ~~~\n> code\n> :::\n>\n> Text\n> ~~~"],
    ["::: {.other}\n~~~\ncode\n:::\n\nText", "~~~\ncode\n:::\n\nText\n~~~"],
  ])("is closed, so that it does not take what follows: %j", async (source, expected) => {
    expect((await render(source)).trim()).toBe(expected);
  });

  test("the declaration and the provenance follow it", async () => {
    const input = makeInput(parseFixture("---\ntitle: T\ndeclaration: Mine.\n---\n\n~~~\ncode\n"));
    const text = String((await renderMarkdown(input))[0]?.contents);
    const blocks = createMarkdown().parse(text, {});
    expect(blocks.filter(({ type }) => type === "fence").map(({ content }) => content)).toEqual(["code\n"]);
    expect(text).toMatch(/code\n~~~\n+## Declaration\n/);
  });
});

describe("cells", () => {
  const cells = [makeCell("a", [showing([stdout("printed\n")])])];
  const code = "{ts}\n//| label: a\nrun();\n";

  test.each([
    [
      "in a list",
      `1. x\n\n   \`\`\`${code.replaceAll("\n", "\n   ")}\`\`\``,
      "1. x\n\n   ```ts\n   run();\n   ```\n\n   ```text\n   printed\n   ```",
    ],
    [
      "on the line of the list mark",
      `- \`\`\`${code.replaceAll("\n", "\n  ")}\`\`\``,
      "- ```ts\n  run();\n  ```\n\n  ```text\n  printed\n  ```",
    ],
    [
      "in a quotation",
      `> ~~~${code.replaceAll("\n", "\n> ")}~~~`,
      "> ```ts\n> run();\n> ```\n>\n> ```text\n> printed\n> ```",
    ],
  ])("%s keep their indentation", async (_name, source, expected) => {
    expect((await render(source, { cells })).trim()).toBe(expected);
  });

  test("HTML that a cell displays is sanitized", async () => {
    const shown = [makeCell("a", [showing([display({ "text/html": "<b onclick='x'>b</b>\n\n<script>y</script>" })])])];
    const text = await render(`\`\`\`${code}\`\`\``, { cells: shown });
    expect(text).toContain("<b>b</b>");
    expect(text).not.toMatch(/script|onclick/);
  });

  test("a fence is longer than every run of backticks in the output", () => {
    const markdown = createMarkdown();
    fc.assert(
      fc.property(fc.array(fc.constantFrom("`", "```", "~~~", "a", "\n", " ", ">"), { maxLength: 30 }), (pieces) => {
        const text = pieces.join("");
        const [token, ...rest] = markdown.parse(fence(text, "text"), {});
        expect(rest).toEqual([]);
        expect(token?.content.replace(/\n$/, "")).toBe(text.replace(/\n$/, ""));
      }),
    );
  });
});

test("writes every picture that the text links", async () => {
  const files = await renderMarkdown(everyComponent());
  const text = String(files[0]?.contents);
  const named = [...text.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map((match) => match[1] ?? "");
  expect(new Set(named)).toEqual(new Set(files.slice(1).map((file) => file.path)));
  expect(text).not.toContain("{{");
  expect(text).not.toContain("//|");
});
