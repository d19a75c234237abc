import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

const AXE = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const AUDIT = readFileSync(new URL("../browser/audit.js", import.meta.url), "utf8");

/** Charts are drawn for 360 px; on a screen narrower than that they are scaled down with it. */
export const leastChartTextPx = (width: number): number => (width < 360 ? 9.5 : 10.5);

/** Asks the audit (test/browser/audit.js), which runs inside the page. */
export async function ask<T>(page: Page, question: string): Promise<T> {
  await page.evaluate(AUDIT);
  return page.evaluate(`audit.${question}`) as Promise<T>;
}

/** What axe-core finds in the page as it is now: the rule and the first elements, one text for each rule. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(
    `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations.map(({ id, nodes }) =>
      id + " (" + nodes.length + "): " + nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")))`,
  );
  return found as readonly string[];
}
