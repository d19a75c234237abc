import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, leastChartTextPx } from "../helpers/audit.ts";
import { launchBrowser, openPage } from "../helpers/browser.ts";
import { runCli } from "../helpers/cli.ts";
import { copyFlagship, readFlagship } from "../helpers/flagship.ts";
import { PYODIDE } from "../helpers/python-runner.ts";
import { openWorkspace } from "../helpers/workspace.ts";

// The flagship's page as a reader's browser shows it. Few walks and single trials: its numbers are drawn here, not judged.

const FEWEST_FIGURES = 12;

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
  rows: figure.querySelectorAll("details.fig-data tbody tr").length,
  summary: figure.querySelector("details.fig-data summary")?.textContent ?? "",
}))`;

// One of its cells asks Pyodide for the thresholds it has.
describe.skipIf(PYODIDE === undefined)("the flagship's page", () => {
  const workspace = openWorkspace(realpathSync(mkdtempSync(join(tmpdir(), "heapbook-browser-"))));
  const address = pathToFileURL(workspace.path("_site/memory-usage/index.html")).href;
  let browser: Browser;

  beforeAll(async () => {
    copyFlagship(workspace);
    const args = ["render", "--trials", "1", "-P", "repetitions:200"];
    const [run, launched] = await Promise.all([runCli(args, { cwd: workspace.folder }), launchBrowser()]);
    browser = launched;
    // Whether cells complete is asked by test/e2e/flagship; of single trials on a busy machine some have nothing to tell.
    expect(run, run.stderr).toMatchObject({ stdout: "_site/memory-usage/index.html\n" });
  }, 600_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(workspace.folder, { recursive: true, force: true });
  });

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
      const details = page.locator(`#${first?.id} details.fig-data`);
      expect(await details.locator("table").isVisible()).toBe(false);
      await details.locator("summary").click();
      expect(await details.locator("table").isVisible()).toBe(true);
      expect(complaints).toEqual([]);
      await close();
    },
  );

  it.each((["light", "dark"] as const).flatMap((scheme) => [320, 768, 1440].map((width) => ({ scheme, width }))))(
    "$scheme, $width px: nothing overflows, charts can be read, the console is silent",
    async ({ scheme, width }) => {
      const { page, complaints, requests, close } = await openPage(browser, address, { width, scheme });
      // What is folded away has to fit as well.
      await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      expect(await ask(page, "overflowing()")).toEqual([]);
      expect(await ask(page, `smallChartText(${leastChartTextPx(width)})`)).toEqual([]);
      expect(await ask(page, "cutChartText()")).toEqual([]);
      expect(complaints).toEqual([]);
      expect(requests).toEqual([address]);
      await close();
    },
  );

  it("is whole with JavaScript off: the same text, no button, and every reference leads somewhere", async () => {
    const textOf = async (javaScript: boolean): Promise<string> => {
      const view = { width: 1440, scheme: "light", javaScript } as const;
      const { page, complaints, close } = await openPage(browser, address, view);
      const text = await page.locator("main").textContent();
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
