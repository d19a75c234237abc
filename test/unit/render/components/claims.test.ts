import { describe, expect, it } from "vitest";
import type { Claim } from "../../../../src/model/report-results.ts";
import { renderClaimHtml } from "../../../../src/render/html/claim.ts";
import { renderClaimScale } from "../../../../src/render/html/claim-scale.ts";
import { renderHtml } from "../../../../src/render/html/report.ts";
import { renderMarkdown } from "../../../../src/render/markdown/report.ts";
import type { RenderInput } from "../../../../src/render/renderer.ts";
import { makeCell, makeClaim, makeInput, parseFixture, showing } from "../../../helpers/page.ts";

const FENCE = "```";
const cell = (options = ""): string => `${FENCE}{ts}\n//| label: a\n${options}run();\n${FENCE}\n\n`;
const cells = (...claims: readonly Claim[]) => [
  makeCell("a", [showing(claims.map((claim) => ({ type: "claim", claim }) as const))]),
];

async function pages(source: string, ...claims: readonly Claim[]) {
  return render(makeInput(parseFixture(source), { cells: cells(...claims) }));
}

async function render(input: RenderInput) {
  const [page] = await renderHtml(input);
  const [text] = await renderMarkdown(input);
  return { html: String(page?.contents), markdown: String(text?.contents) };
}

/** Which of these stand in the page, in their order. */
function order(text: string, ...needles: readonly string[]): readonly string[] {
  return needles
    .map((needle) => [text.indexOf(needle), needle] as const)
    .filter(([at]) => at >= 0)
    .sort(([a], [b]) => a - b)
    .map(([, needle]) => needle);
}

describe("the table of claims", () => {
  it("has a section after all others and before the notes, with an entry in the contents", async () => {
    const { html, markdown } = await pages(
      `## One\n\nText[^1].\n\n${cell()}## Two\n\nMore.\n\n[^1]: Note.\n`,
      makeClaim(),
    );
    expect(order(html, 'id="claims"', 'id="two"', 'id="notes"')).toEqual(['id="two"', 'id="claims"', 'id="notes"']);
    expect(html).toContain('<a href="#claims"><span>Claims</span></a>');
    expect(html).toContain('<td class="sentence"><a href="#claim.1">It shrinks</a></td>');
    expect(html).toContain('<a href="#cell-a">a</a>');
    expect(order(markdown, "## Claims", "Two", "| 1 |")).toEqual(["Two", "## Claims", "| 1 |"]);
  });

  it("stands at the end of the author's section `Claims`, before its subsections", async () => {
    const source = `## Claims\n\nAs follows.\n\n### Details\n\nMore.\n\n${cell()}`;
    const { html, markdown } = await pages(source, makeClaim());
    expect(order(html, "As follows.", 'class="data claims"', 'id="details"')).toEqual([
      "As follows.",
      'class="data claims"',
      'id="details"',
    ]);
    expect(html.match(/id="claims"/g)).toHaveLength(1);
    expect(html.match(/href="#claims"><span class="tocno">/g)).toHaveLength(2);
    expect(order(markdown, "As follows.", "| 1 |", "Details")).toEqual(["As follows.", "| 1 |", "Details"]);
    expect(markdown.match(/Claims/g)).toHaveLength(1);
  });

  it("stands at the end of the report when the author's section `Claims` is the last", async () => {
    const { html, markdown } = await pages(`${cell()}## Claims\n\nThe last words.\n`, makeClaim());
    expect(order(html, 'class="data claims"', "The last words.")).toEqual(["The last words.", 'class="data claims"']);
    expect(order(markdown, "| 1 |", "The last words.")).toEqual(["The last words.", "| 1 |"]);
  });

  it.each([
    ["en", "References", "Claims"],
    ["de", "Literatur", "Behauptungen"],
    ["de", "Literaturverzeichnis", "Behauptungen"],
    ["de-AT", "Quellen", "Behauptungen"],
    ["fr", "Références bibliographiques", "Affirmations"],
    ["ja", "引用文献", "主張"],
  ])("%s: follows the list of references that the last section `%s` gets", async (lang, title, made) => {
    const report = parseFixture(`---\ntitle: T\nlang: ${lang}\n---\n\n## One\n\n${cell()}## ${title}\n\nAll:\n`);
    const references = [{ id: "a", html: "The source.", number: undefined }];
    const citations = { texts: new Map(), references };
    const { html, markdown } = await render({ ...makeInput(report, { cells: cells(makeClaim()) }), citations });
    const inPage = ["All:", "The source.", 'id="claims"', 'class="data claims"'];
    expect(order(html, ...[...inPage].reverse())).toEqual(inPage);
    const inText = ["All:", "The source.", `## ${made}`, "| 1 |"];
    expect(order(markdown, ...[...inText].reverse())).toEqual(inText);
    expect(html).not.toContain('<h2 id="references">References<');
  });

  it("and the list of references do not stand in a section whose label alone sounds like them", async () => {
    const report = parseFixture(
      `---\ntitle: T\n---\n\n## Reference counting {#sec-references}\n\n## Claims of others {#sec-claims}\n\n${cell()}## Last words\n\nThe end.\n`,
    );
    const citations = { texts: new Map(), references: [{ id: "a", html: "The source.", number: undefined }] };
    const { html } = await render({ ...makeInput(report, { cells: cells(makeClaim()) }), citations });
    const inPage = ["The end.", 'id="claims"', 'class="data claims"', "The source."];
    expect(order(html, ...[...inPage].reverse())).toEqual(inPage);
  });

  it("is absent without claims", async () => {
    const { html, markdown } = await pages(`## One\n\n${cell()}## Two\n`);
    expect(html).not.toContain('id="claims"');
    expect(markdown).not.toContain("## Claims");
  });

  it("lists a claim of a hidden output without a link", async () => {
    const { html, markdown } = await pages(cell("//| output: false\n"), makeClaim());
    expect(html).not.toContain('id="claim.1"');
    expect(html).toContain('<td class="sentence">It shrinks</td>');
    expect(markdown).toContain("| 1 | It shrinks | holds |");
  });

  it("escapes markup in a sentence, also on a page with raw HTML", async () => {
    const sentence = "a | b <script>x</script> `c | d` [e](f)";
    const { html, markdown } = await pages(`<p onclick="x()">raw</p>\n\n${cell()}`, makeClaim({ sentence }));
    expect(html).toContain("a | b &lt;script&gt;x&lt;/script&gt; <code>c | d</code> [e](f)");
    expect(html).not.toContain("<script>x");
    const row = markdown.split("\n").find((line) => line.startsWith("| 1 |")) ?? "";
    expect(row.split(/(?<!\\)\|/)).toHaveLength(7);
  });
});

describe("a claim's callout", () => {
  it("shows verdict, sentence, evidence and the recorded value", () => {
    const claim = makeClaim({
      verdict: "fails",
      recorded: { value: 3.63, label: "the writeup" },
      test: { kind: "above", bound: 4 },
    });
    const html = renderClaimHtml({
      claim,
      original: claim,
      number: 2,
      label: "a",
      variants: [{}],
      correction: null,
    });
    expect(html).toContain('<aside class="claim" role="note" id="claim.2" data-verdict="fails" aria-label="Claim 2">');
    expect(html).toContain('<span class="verdict">Does not hold</span>');
    expect(html).toContain("<p>Ratio of peak live memory 3, claimed above 4. Exact. The writeup: 3.63.</p>");
  });

  it("has a scale with the accepted range, its bounds, the interval and the estimate", () => {
    const estimate = { label: "", value: 3, low: 2, high: 4, confidence: 0.95, unit: "" };
    const svg = renderClaimScale(makeClaim({ estimate, test: { kind: "above", bound: 1 } }));
    const numbers = (pattern: RegExp): readonly number[] => (pattern.exec(svg)?.slice(1) ?? []).map(Number);
    const [okFrom = 0, okWidth = 0] = numbers(/class="ok" x="([\d.]+)" y="4" width="([\d.]+)"/);
    const [bound = 0] = numbers(/class="bound" x1="([\d.]+)"/);
    const [from = 0, to = 0] = numbers(/class="interval" x1="([\d.]+)" x2="([\d.]+)"/);
    const [at = 0] = numbers(/circle cx="([\d.]+)"/);
    expect(okFrom).toBe(bound);
    expect(okFrom + okWidth).toBeCloseTo(236, 0);
    expect(bound).toBeLessThan(from);
    expect(at - from).toBeCloseTo(to - at, 0);
    expect(svg).toContain('aria-label="estimate 3, 95\u00a0% interval 2 to 4; claimed above 1"');
  });

  it.each<Partial<Claim>>([
    {
      estimate: { label: "", value: 0, low: 0, high: 0, confidence: 1, unit: "" },
      test: { kind: "equal", bound: 0, tolerance: 0 },
    },
    { test: { kind: "between", low: 3, high: 3 } },
    { test: { kind: "below", bound: -1e300 } },
    { estimate: { label: "", value: 1e-12, low: 0, high: 1e12, confidence: null, unit: "B" } },
  ])("has a scale with finite coordinates inside the drawing: %j", (changes) => {
    const svg = renderClaimScale(makeClaim(changes));
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    for (const [, x] of svg.matchAll(/(?:x|x1|x2|cx)="([-\d.]+)"/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(0);
      expect(Number(x)).toBeLessThanOrEqual(240);
    }
  });
});
