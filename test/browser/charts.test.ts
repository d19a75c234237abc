import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, openPage } from "../helpers/browser.ts";
import { runCli } from "../helpers/cli.ts";

const REPORT = `---
title: Points
---

\`\`\`{vega-lite}
#| label: fig-points
data: { values: [{ x: 1, y: 2, s: a, note: "<b>1</b>" }, { x: 2, y: 3, s: b, note: two }, { x: 3, y: 9, s: a, note: three }] }
params:
  - { name: pick, select: { type: point, fields: [s] }, bind: legend }
  - { name: zoom, select: interval, bind: scales }
mark: { type: point, filled: true, size: 200 }
encoding:
  x: { field: x, type: quantitative, scale: { domain: [0, 4] } }
  y: { field: y, type: quantitative }
  color: { field: s, type: nominal }
  tooltip: { field: note }
  opacity: { condition: { param: pick, value: 1 }, value: 0.1 }
\`\`\`
`;

const folder = realpathSync(mkdtempSync(join(tmpdir(), "heapbook-charts-")));
const address = pathToFileURL(join(folder, "_site/points/index.html")).href;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(join(folder, "points"));
  writeFileSync(join(folder, "points/report.md"), REPORT);
  const [run, launched] = await Promise.all([runCli(["render", "points"], { cwd: folder }), launchBrowser()]);
  browser = launched;
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  expect(run.stderr).not.toContain("warning");
}, 120_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const CHART = "#fig-points .chart";
const POINTS = `${CHART} .chart-live .role-mark.mark-symbol path`;

it("a chart answers to the pointer: tooltip, legend and zoom, without a report of the policy", async () => {
  const { page, complaints, requests, close } = await openPage(browser, address, { width: 1280, scheme: "dark" });
  expect(await page.locator(`${CHART} .chart-live`).count()).toBe(0);
  await page.locator(CHART).hover();
  await page.locator(`${CHART}.is-live`).waitFor();

  await page.locator(POINTS).first().hover();
  const tip = page.locator(".chart-tip");
  await tip.waitFor({ state: "visible" });
  // Text of data is text.
  expect(await tip.textContent()).toBe("<b>1</b>");

  const opacities = (): Promise<(string | null)[]> =>
    page.locator(POINTS).evaluateAll((marks) => marks.map((mark) => mark.getAttribute("opacity")));
  await page.locator(`${CHART} .chart-live .role-legend .mark-symbol path`).first().click();
  await expect.poll(opacities).toEqual(["1", "0.1", "1"]);

  const axis = (): Promise<string> => page.locator(`${CHART} .chart-live .role-axis-label`).first().innerHTML();
  const before = await axis();
  await page.locator(POINTS).first().hover();
  await page.mouse.wheel(0, -400);
  await expect.poll(axis).not.toBe(before);

  expect(complaints).toEqual([]);
  expect(requests).toEqual([address]);
  await close();
}, 60_000);

it("on paper and without JavaScript the chart is its drawing", async () => {
  const withScript = await openPage(browser, address, { width: 1280, scheme: "light" });
  await withScript.page.locator(CHART).hover();
  await withScript.page.locator(`${CHART}.is-live`).waitFor();
  await withScript.page.emulateMedia({ media: "print" });
  expect(await withScript.page.locator(`${CHART} .chart-wide`).isVisible()).toBe(true);
  expect(await withScript.page.locator(`${CHART} .chart-live`).isVisible()).toBe(false);
  await withScript.close();
  const without = await openPage(browser, address, { width: 1280, scheme: "light", javaScript: false });
  await without.page.locator(CHART).hover();
  expect(await without.page.locator(`${CHART} .chart-wide`).isVisible()).toBe(true);
  await without.close();
}, 60_000);
