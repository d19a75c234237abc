import { expect, it } from "vitest";
import { renderHtml } from "../../src/render/html/report.ts";
import { launchBrowser } from "../helpers/browser.ts";
import { display, makeCell, makeInput, parseFixture, showing } from "../helpers/page.ts";

it.each([
  ["zh", "单元格"],
  ["ja", "オブジェクト数"],
])("the heads of a narrow table in %s have no sign of their own line", async (lang, head) => {
  const source = `---\ntitle: T\nlang: ${lang}\n---\n\n\`\`\`{ts}\n//| label: tbl-a\na();\n\`\`\`\n`;
  const text = "a column of many words which leaves no room for others on a phone ".repeat(3);
  const row = { [head]: "1", text, [`${head}2`]: "2" };
  const table = display({ "application/vnd.heapbook.table+json": { columns: Object.keys(row), rows: [row] } });
  const [file] = await renderHtml(makeInput(parseFixture(source), { cells: [makeCell("tbl-a", [showing([table])])] }));
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.setContent(String(file?.contents));
    const lines = await page.evaluate(`[...document.querySelectorAll("th")].map((each) => {
      const range = document.createRange();
      range.selectNodeContents(each);
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
    })`);
    expect(lines).toEqual([1, 1, 1]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
  } finally {
    await browser.close();
  }
});
