import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, axeFindings, leastChartTextPx } from "../helpers/audit.ts";
import { launchBrowser, openPage, type Scheme } from "../helpers/browser.ts";
import { runCli } from "../helpers/cli.ts";
import { htmlErrors } from "../helpers/html.ts";

// Pages as a reader's browser shows them: opened from the disk, in both themes, on wide and narrow screens.

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const REPORTS = ["everything", "ready-charts", "lines", "map-and-object"] as const;
const WIDTHS = [1440, 768, 600, 360, 320] as const;
const SCHEMES: readonly Scheme[] = ["light", "dark"];
const LEAST_CONTRAST = 4.5;
/** The text of the page, without the buttons that its script adds: without the script they would do nothing. */
const MAIN_TEXT = `(main => { for (const button of main.querySelectorAll(".copy")) button.remove(); return main.textContent; })(document.querySelector("main").cloneNode(true))`;

const folder = realpathSync(mkdtempSync(join(tmpdir(), "heapbook-browser-")));
let browser: Browser;

beforeAll(async () => {
  cpSync(`${ROOT}test/fixtures/reports`, join(folder, "reports"), { recursive: true });
  cpSync(`${ROOT}reports/map-and-object`, join(folder, "reports/map-and-object"), { recursive: true });
  // What is looked at does not depend on how much was measured.
  replaceIn("ready-charts", "length: [2000, 8000]", "length: [1000, 3000]");
  replaceIn("map-and-object", "entries: 100000", "entries: 5000");
  // The golden report of the views by line has fixed profiles, whatever the machine.
  cpSync(`${ROOT}test/golden/input/lines`, join(folder, "reports/lines"), { recursive: true });
  cpSync(`${ROOT}test/golden/input/lines.md`, join(folder, "reports/lines/report.md"));
  const [run, launched] = await Promise.all([
    runCli(["render", ...REPORTS, "--trials", "1"], { cwd: folder }),
    launchBrowser(),
  ]);
  browser = launched;
  // 1: the report that shows everything shows failures too.
  expect(run, run.stderr).toMatchObject({
    exitCode: 1,
    stdout: REPORTS.map((name) => `_site/${name}/index.html\n`).join(""),
  });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

function replaceIn(report: string, before: string, after: string): void {
  const file = join(folder, "reports", report, "report.md");
  const parts = readFileSync(file, "utf8").split(before);
  if (parts.length !== 2) throw new Error(`${report}: \`${before}\` is there ${parts.length - 1} times`);
  writeFileSync(file, parts.join(after));
}

const addressOf = (name: string): string => pathToFileURL(join(folder, "_site", name, "index.html")).href;

interface ChartView {
  readonly chart: string;
  readonly hasNarrow: boolean;
  readonly shown: readonly string[];
}

describe.each(REPORTS)("the page of %s", (name) => {
  it.each(SCHEMES)("in %s, from 1440 to 320 px: nothing overflows, charts fit, text can be read", async (scheme) => {
    const { page, complaints, requests, close } = await openPage(browser, addressOf(name), { width: 1440, scheme });
    // What is folded away has to fit as well.
    await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      expect(await ask(page, "overflowing()"), `${width} px`).toEqual([]);
      const views = await ask<ChartView[]>(page, "chartViews()");
      expect(views.length).toBeGreaterThan(0);
      for (const view of views)
        expect(view, view.chart).toMatchObject({ shown: [expect.stringMatching(/^chart-(wide|narrow)$/)] });
      if (width <= 360) for (const view of views) if (view.hasNarrow) expect(view.shown).toEqual(["chart-narrow"]);
      if (width >= 768) for (const view of views) expect(view.shown).toEqual(["chart-wide"]);
      expect(await ask(page, `smallChartText(${leastChartTextPx(width)})`), `${width} px`).toEqual([]);
      expect(await ask(page, "cutChartText()"), `${width} px`).toEqual([]);
      const contrast = await ask<{ checked: number; found: string[] }>(page, `lowContrast(${LEAST_CONTRAST})`);
      expect(contrast.checked).toBeGreaterThan(50);
      expect(contrast.found, `${width} px`).toEqual([]);
    }
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await axeFindings(page), `${width} px`).toEqual([]);
    }
    expect(complaints).toEqual([]);
    expect(requests).toEqual([addressOf(name)]);
    await close();
  });

  it("is valid HTML", async () => {
    expect(await htmlErrors(readFileSync(join(folder, "_site", name, "index.html"), "utf8"))).toEqual([]);
  });

  it("has names for its pictures, an outline without holes, and links that lead somewhere", async () => {
    const { page, close } = await openPage(browser, addressOf(name), { width: 1440, scheme: "light" });
    expect(await ask(page, "nameless()")).toEqual([]);
    expect(await ask(page, "brokenIds()")).toEqual([]);
    expect(await ask(page, "strayReferences()")).toEqual([]);
    const headings = await ask<{ level: number; text: string }[]>(page, "headings()");
    expect(headings.filter(({ level }) => level === 1)).toHaveLength(1);
    expect(headings[0]?.level).toBe(1);
    for (const [index, { level, text }] of headings.entries()) {
      expect(level, text).toBeLessThanOrEqual((headings[index - 1]?.level ?? 0) + 1);
    }
    await close();
  });

  it("is whole with JavaScript off", async () => {
    const textOf = async (javaScript: boolean): Promise<string> => {
      const view = { width: 1440, scheme: "light", javaScript } as const;
      const { page, complaints, close } = await openPage(browser, addressOf(name), view);
      const text = (await page.evaluate(MAIN_TEXT)) as string;
      // A button that does nothing would be in the way.
      expect((await page.locator("button:visible").count()) > 0).toBe(javaScript);
      expect(complaints).toEqual([]);
      await close();
      return text ?? "";
    };
    const without = await textOf(false);
    expect(without.length).toBeGreaterThan(500);
    expect(without).toBe(await textOf(true));
  });

  it("fits its tables on paper, which does not scroll", async () => {
    // The data of a chart may have any number of columns; all of them are in its CSV file.
    // A4 less the margins of `@page`, at 96 px to the inch.
    const { page, close } = await openPage(browser, addressOf(name), { width: 665, scheme: "light" });
    await page.emulateMedia({ media: "print" });
    const tooWide = `[...document.querySelectorAll(".scroll:not(.fig-data .scroll)")]
      .filter((box) => box.scrollWidth > box.clientWidth + 1)
      .map((box) => box.scrollWidth - box.clientWidth + " px: " + box.textContent.slice(0, 80))`;
    expect(await page.evaluate(tooWide)).toEqual([]);
    await close();
  });

  it("opens its disclosures for print, and closes them after", async () => {
    const { page, complaints, close } = await openPage(browser, addressOf(name), { width: 1440, scheme: "dark" });
    const closed = "document.querySelectorAll('details:not([open])').length";
    const before = (await page.evaluate(closed)) as number;
    expect(before).toBeGreaterThan(0);
    // As with `print: { folds: open }`; without it, folded blocks are printed folded.
    await page.evaluate("document.body.classList.add('print-folds')");
    await page.evaluate(`globalThis.printed = []; addEventListener("beforeprint", () => printed.push(${closed}))`);
    const pdf = await page.pdf();
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    expect(await page.evaluate("globalThis.printed")).toEqual([0]);
    expect(await page.evaluate(closed)).toBe(before);
    await page.evaluate("document.body.classList.remove('print-folds')");
    await page.pdf();
    expect(await page.evaluate("globalThis.printed")).toEqual([0, before]);
    expect(complaints).toEqual([]);
    await close();
  });

  it("works over HTTP under its own policy sent as a header, and asks for nothing else", async () => {
    const html = readFileSync(join(folder, "_site", name, "index.html"), "utf8");
    const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/.exec(html)?.[1] ?? "";
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; img-src data:; base-uri 'none'; form-action 'none'$/,
    );
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response
        .writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy })
        .end(html);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { page, complaints, close } = await openPage(browser, `http://127.0.0.1:${port}/`, {
      width: 1440,
      scheme: "light",
    });
    expect(await page.locator(".theme-toggle").isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    expect(asked.filter((url) => url !== "/favicon.ico")).toEqual(["/"]);
    await close();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe("what a reader can do", () => {
  it("the theme button goes round: auto, light, dark, auto; the choice is kept", async () => {
    const { page, complaints, close } = await openPage(browser, addressOf("everything"), {
      width: 1440,
      scheme: "dark",
    });
    const background = (): Promise<string> =>
      page.evaluate("getComputedStyle(document.documentElement).backgroundColor") as Promise<string>;
    const button = page.locator(".theme-toggle");
    const auto = await background();
    expect(await button.textContent()).toBe("Theme: auto");
    await button.click();
    expect(await button.textContent()).toBe("Theme: light");
    const light = await background();
    expect(light).not.toBe(auto);
    await page.reload();
    expect(await button.textContent()).toBe("Theme: light");
    expect(await background()).toBe(light);
    await button.click();
    expect(await button.textContent()).toBe("Theme: dark");
    expect(await background()).toBe(auto); // the system's theme is dark here
    await button.click();
    expect(await button.textContent()).toBe("Theme: auto");
    expect(complaints).toEqual([]);
    await close();
  });

  it("charts take the theme's colours, without a drawing of their own", async () => {
    const { page, close } = await openPage(browser, addressOf("ready-charts"), { width: 1440, scheme: "light" });
    const colour = (): Promise<string> =>
      page.evaluate("getComputedStyle(document.querySelector('.chart-wide svg text')).fill") as Promise<string>;
    const light = await colour();
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await colour()).not.toBe(light);
    await close();
  });

  it("the copy button copies the code, and says so", async () => {
    const { page, complaints, close } = await openPage(browser, addressOf("everything"), {
      width: 1440,
      scheme: "light",
    });
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const button = page.locator("#cell-numbers .copy");
    await button.click();
    await expect.poll(() => button.textContent()).toMatch(/^(Copied|Selected)$/);
    const copied = (await page.evaluate(
      "navigator.clipboard.readText().catch(() => getSelection().toString())",
    )) as string;
    expect(copied.trim()).toBe(
      'import { metric, params } from "heapbook";\nmetric("size", params.kind === "one" ? 1024 : 4096, { unit: "B" });',
    );
    await expect.poll(() => button.textContent(), { timeout: 4000 }).toBe("Copy");
    expect(complaints).toEqual([]);
    await close();
  });

  it.each([1440, 360])("at %i px the links of the contents lead to their sections", async (width) => {
    const { page, complaints, close } = await openPage(browser, addressOf("everything"), { width, scheme: "light" });
    if (width < 768) await page.locator(".toc-inline summary").click();
    const links = page.locator(width < 768 ? ".toc-inline a" : ".toc-side a");
    // Six headings, the claims and the notes.
    expect(await links.count()).toBe(8);
    for (const link of await links.all()) {
      expect(await link.isVisible()).toBe(true);
      await link.click();
      const hash = decodeURIComponent(new URL(page.url()).hash.slice(1));
      const box = await page.locator(`[id="${hash}"]`).boundingBox();
      expect(box, hash).not.toBeNull();
      // At the top, or as near to it as the end of the page lets it come.
      const isAtEnd = (await page.evaluate(
        "innerHeight + scrollY >= document.documentElement.scrollHeight - 4",
      )) as boolean;
      if (!isAtEnd) expect(Math.abs(box?.y ?? -1)).toBeLessThan(120);
      expect((box?.y ?? -1) >= 0 && (box?.y ?? 9999) < 900).toBe(true);
    }
    expect(complaints).toEqual([]);
    await close();
  });

  it.each([1440, 320])(
    "at %i px a long listing unfolds without a script, and scrolls in its own box",
    async (width) => {
      const view = { width, scheme: "dark", javaScript: false } as const;
      const { page, complaints, close } = await openPage(browser, addressOf("lines"), view);
      const listing = page.locator("#cell-listing-long .listing");
      expect(await listing.isVisible()).toBe(false);
      await page.locator("#cell-listing-long .cell-out summary").click();
      expect(await listing.isVisible()).toBe(true);
      expect(await listing.locator("tbody tr").count()).toBe(150);
      const overflow = "(box => box.scrollWidth - box.clientWidth)(document.querySelector('#tbl-listing .scroll'))";
      expect(await page.evaluate(overflow)).toBeGreaterThan(0);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      expect(complaints).toEqual([]);
      await close();
    },
  );

  it("tables by line give a line of code a third of a phone's width or more, and scroll within the page", async () => {
    const view = { width: 390, scheme: "light", javaScript: false } as const;
    const { page, close } = await openPage(browser, addressOf("lines"), view);
    const widths: number[] = await page.evaluate(
      "[...document.querySelectorAll('.scroll > .lines.data tbody th:first-child:not(.rank)')].map((cell) => cell.getBoundingClientRect().width).filter((width) => width > 0)",
    );
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    await close();
    expect(widths.length).toBeGreaterThan(0);
    expect(Math.min(...widths)).toBeGreaterThan(130);
  });

  it("the keyboard reaches the skip link first, and boxes that scroll", async () => {
    const { page, close } = await openPage(browser, addressOf("everything"), { width: 360, scheme: "light" });
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.className")).toBe("skip");
    expect(await page.locator(".skip").isVisible()).toBe(true);
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('pre, .scroll')].filter((box) => box.checkVisibility() && box.scrollWidth > box.clientWidth + 1 && box.tabIndex < 0).length",
      ),
    ).toBe(0);
    await close();
  });
});
