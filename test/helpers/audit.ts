import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

const AUDIT = readFileSync(new URL("../browser/audit.js", import.meta.url), "utf8");

/** Charts are drawn for 360 px; on a screen narrower than that they are scaled down with it. */
export const leastChartTextPx = (width: number): number => (width < 360 ? 9.5 : 10.5);

/** Asks the audit (test/browser/audit.js), which runs inside the page. */
export async function ask<T>(page: Page, question: string): Promise<T> {
  await page.evaluate(AUDIT);
  return page.evaluate(`audit.${question}`) as Promise<T>;
}
