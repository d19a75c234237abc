import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, axeFindings, leastChartTextPx } from "../helpers/audit.ts";
import { launchBrowser, openPage } from "../helpers/browser.ts";
import { readFlagship } from "../helpers/flagship.ts";
import { htmlErrors } from "../helpers/html.ts";
import { measureFlagship } from "../helpers/measured-flagship.ts";
import { PYODIDE } from "../helpers/python-runner.ts";

// The flagship's page as a reader's browser shows it. Few walks: its numbers are drawn here, not judged.

const FEWEST_FIGURES = 12;
/** The text of the page, without the buttons that its script adds: without the script they would do nothing. */
const MAIN_TEXT = `(main => { for (const button of main.querySelectorAll(".copy")) button.remove(); return main.textContent; })(document.querySelector("main").cloneNode(true))`;
/** 300 KiB, of a page without the runtime of interactive charts. */
const MOST_BYTES = 300 * 1024;

interface FigureView {
  readonly id: string;
  readonly caption: string;
  readonly alt: string;
  /** Rows of the table in its disclosure, headings apart. */
  readonly rows: number;
  readonly summary: string;
}

const FIGURES = `[...document.querySelectorAll("figure:has(.chart)")].map((figure) => ({
  id: figure.id,
  caption: figure.querySelector("figcaption")?.textContent ?? "",
  alt: figure.querySelector(".chart[role=img]")?.getAttribute("aria-label") ?? "",
  rows: figure.nextElementSibling?.matches("details.fig-data") ? figure.nextElementSibling.querySelectorAll("tbody tr").length : 0,
  summary: figure.nextElementSibling?.querySelector("summary")?.textContent ?? "",
}))`;

// One of its cells asks Pyodide for the thresholds it has.
describe.skipIf(PYODIDE === undefined)("the flagship's page", () => {
  let address: string;
  let browser: Browser;

  beforeAll(async () => {
    const [{ site }, launched] = await Promise.all([measureFlagship(), launchBrowser()]);
    browser = launched;
    address = pathToFileURL(join(site, "memory-usage", "index.html")).href;
  }, 600_000);
  afterAll(() => browser?.close());

  it.each([true, false])(
    "has twelve figures or more, all with caption, name and data (JavaScript: %s)",
    async (javaScript) => {
      const { page, complaints, close } = await openPage(browser, address, {
        width: 1440,
        scheme: "light",
        javaScript,
      });
      const figures = (await page.evaluate(FIGURES)) as FigureView[];
      expect(figures.length).toBeGreaterThanOrEqual(FEWEST_FIGURES);
      for (const figure of figures) {
        expect(figure, figure.id).toMatchObject({
          id: expect.stringMatching(/^fig-/),
          caption: expect.stringMatching(/^Figure \d+\. \S.{20}/),
          alt: expect.stringMatching(/\S.{20}/),
          summary: expect.stringContaining("Data"),
        });
        expect(figure.rows, figure.id).toBeGreaterThan(0);
      }
      // Every figure that the report announces is there.
      const announced = readFlagship()
        .cells.map(({ label }) => label)
        .filter((label) => label.startsWith("fig-"));
      expect(figures.map(({ id }) => id)).toEqual(announced);

      const [first] = figures;
      const details = page.locator(`#${first?.id} + details.fig-data`);
      expect(await details.locator("table").isVisible()).toBe(false);
      await details.locator("summary").click();
      expect(await details.locator("table").isVisible()).toBe(true);
      expect(complaints).toEqual([]);
      await close();
    },
  );

  it.each((["light", "dark"] as const).flatMap((scheme) => [320, 390, 768, 1440].map((width) => ({ scheme, width }))))(
    "$scheme, $width px: nothing overflows, charts can be read, the console is silent",
    async ({ scheme, width }) => {
      const { page, complaints, requests, close } = await openPage(browser, address, { width, scheme });
      // What is folded away has to fit as well.
      await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      expect(await ask(page, "overflowing()")).toEqual([]);
      expect(await ask(page, `smallChartText(${leastChartTextPx(width)})`)).toEqual([]);
      expect(await ask(page, "cutChartText()")).toEqual([]);
      if (width === 390 || width === 1440) expect(await axeFindings(page)).toEqual([]);
      expect(complaints).toEqual([]);
      expect(requests).toEqual([address]);
      await close();
    },
  );

  it("is valid HTML, and light enough for a phone", async () => {
    const html = readFileSync(fileURLToPath(address), "utf8");
    expect(await htmlErrors(html)).toEqual([]);
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(MOST_BYTES);
  });

  it("is whole with JavaScript off: the same text, no button, and every reference leads somewhere", async () => {
    const textOf = async (javaScript: boolean): Promise<string> => {
      const view = { width: 1440, scheme: "light", javaScript } as const;
      const { page, complaints, close } = await openPage(browser, address, view);
      const text = (await page.evaluate(MAIN_TEXT)) as string;
      expect((await page.locator("button:visible").count()) > 0).toBe(javaScript);
      expect(await ask(page, "nameless()")).toEqual([]);
      expect(await ask(page, "brokenIds()")).toEqual([]);
      expect(await ask(page, "strayReferences()")).toEqual([]);
      expect(complaints).toEqual([]);
      await close();
      return text ?? "";
    };
    const without = await textOf(false);
    expect(without).toContain("Keeping only counts takes less than a tenth");
    expect(without).toBe(await textOf(true));
  });
});
