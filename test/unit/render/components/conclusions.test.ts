import { describe, expect, it } from "vitest";
import type { Conclusion } from "../../../../src/model/report-results.ts";
import { renderConclusionsHtml } from "../../../../src/render/html/conclusions.ts";
import { renderHtml } from "../../../../src/render/html/report.ts";
import { renderConclusionsMarkdown } from "../../../../src/render/markdown/conclusions.ts";
import { renderMarkdown } from "../../../../src/render/markdown/report.ts";
import { makeCell, makeInput, parseFixture, showing, stdout } from "../../../helpers/page.ts";

const WARNING: Conclusion = {
  id: "samples-differ",
  severity: "warning",
  label: "a",
  message: "Trials <differ>: a_b_c. Use `random()`.",
};
const NOTE: Conclusion = { ...WARNING, id: "few-trials", severity: "note", message: "5 trials." };

const source = (options = "") => `${"```"}{ts}\n//| label: a\n${options}run();\n${"```"}\n\nAfter.`;
const cells = [makeCell("a", [showing([stdout("printed\n")])], { conclusions: [WARNING, NOTE] })];

async function pages(options = ""): Promise<{ readonly html: string; readonly markdown: string }> {
  const input = makeInput(parseFixture(source(options)), { cells });
  const [page] = await renderHtml(input);
  const [text] = await renderMarkdown(input);
  return { html: String(page?.contents), markdown: String(text?.contents) };
}

describe("renderConclusionsHtml", () => {
  it("makes one callout of the warnings and one of the notes, with escaped text and marked code", () => {
    expect(renderConclusionsHtml([WARNING, NOTE])).toBe(
      [
        '<div class="callout conclusions" data-kind="warning" role="note"><p class="callout-title">Warning</p><p>Trials &lt;differ&gt;: a_b_c. Use <code>random()</code>.</p></div>\n',
        '<div class="callout conclusions" data-kind="note" role="note"><p class="callout-title">Note</p><p>5 trials.</p></div>\n',
      ].join("\n"),
    );
    expect(renderConclusionsHtml([])).toBe("");
  });

  it("makes a list of several messages in one callout", () => {
    expect(renderConclusionsHtml([NOTE, { ...NOTE, message: "Few." }])).toBe(
      '<div class="callout conclusions" data-kind="note" role="note"><p class="callout-title">Note</p><ul><li>5 trials.</li><li>Few.</li></ul></div>\n',
    );
  });
});

describe("renderConclusionsMarkdown", () => {
  it("makes one GitHub alert of the warnings and one of the notes", () => {
    expect(renderConclusionsMarkdown([WARNING, NOTE])).toEqual([
      "> [!WARNING]\n> Trials \\<differ\\>: a\\_b\\_c. Use `random()`.",
      "> [!NOTE]\n> 5 trials.",
    ]);
    expect(renderConclusionsMarkdown([NOTE, NOTE])).toEqual(["> [!NOTE]\n> - 5 trials.\n> - 5 trials."]);
  });
});

describe("a cell", () => {
  it("shows its conclusions below its output", async () => {
    const { html, markdown } = await pages();
    expect(html.indexOf('conclusions" data-kind="warning"')).toBeGreaterThan(html.indexOf("printed"));
    expect(markdown).toMatch(/printed\n```\n\n> \[!WARNING\]\n.*\n\n> \[!NOTE\]\n> 5 trials\.\n\nAfter\./);
  });

  it.each(["//| include: false\n", "//| output: false\n"])("shows no conclusions under %j", async (options) => {
    const { html, markdown } = await pages(options);
    expect(html).not.toContain('class="callout conclusions"');
    expect(markdown).not.toContain("[!WARNING]");
  });
});
