import { HeadlessBrowser } from "./devtools.ts";
import { findBrowser } from "./find-browser.ts";
import { FIND_MISSING_GLYPHS } from "./missing-glyphs.ts";
import { fixDates } from "./pdf-dates.ts";
import { pagesOfIds } from "./pdf-pages.ts";

/** Width of the text of a printed page, CSS pixels: A4 without the margins of `@page` in `templates/css/report.css`. */
const PAGE_WIDTH_PX = 665;

export interface PrintOptions {
  /** Path of the browser. */
  readonly browser: string;
  /** Creation and modification date written into the PDF, instead of the current time: ISO 8601, UTC. */
  readonly date: string;
  /** JavaScript that prepares the page; it runs after the page has loaded and the medium is print. */
  readonly prepare: string;
  /**
   * Called if characters have no glyph in any installed font, with these characters. The PDF shows a box for each of
   * them.
   */
  readonly onMissing?: ((characters: readonly string[]) => void) | undefined;
}

/**
 * Finds a browser, and returns a function that prints pages with it.
 *
 * @throws UserError `browser-not-found`
 */
export function openPrinter(): (html: string, options: Omit<PrintOptions, "browser">) => Promise<Uint8Array> {
  const browser = findBrowser();
  return (html, options) => printPdf(html, { ...options, browser });
}

/**
 * Prints a page of Heapbook as PDF, tagged and with an outline. A page with page numbers in its table of contents is
 * printed twice, because Chromium has no `target-counter()`. Equal pages give equal bytes in the same browser on the
 * same machine.
 *
 * @param html page without references to other files
 * @throws UserError `browser-failed`
 */
export async function printPdf(html: string, { browser, date, prepare, onMissing }: PrintOptions): Promise<Uint8Array> {
  const running = await HeadlessBrowser.start(browser);
  try {
    await running.send("Emulation.setDeviceMetricsOverride", {
      width: PAGE_WIDTH_PX,
      height: 940,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await running.send("Emulation.setEmulatedMedia", { media: "print" });
    const { frameTree } = await running.send<{ frameTree: { frame: { id: string } } }>("Page.getFrameTree");
    await running.send("Page.setDocumentContent", { frameId: frameTree.frame.id, html });
    await running.send("Runtime.evaluate", { expression: prepare, awaitPromise: true });
    if (onMissing !== undefined) {
      const found = { expression: FIND_MISSING_GLYPHS, returnByValue: true };
      const { result } = await running.send<{ result: { value?: readonly string[] } }>("Runtime.evaluate", found);
      if (result.value === undefined) throw new Error("the browser could not look for missing glyphs");
      if (result.value.length > 0) onMissing(result.value);
    }
    const printed = await printOnce(running);
    const numbers = `(${FILL_PAGE_NUMBERS})(${JSON.stringify([...pagesOfIds(printed)])})`;
    const filled = await running.send<{ result: { value?: number } }>("Runtime.evaluate", { expression: numbers });
    return fixDates(filled.result.value === 0 ? printed : await printOnce(running), date);
  } finally {
    await running.close();
  }
}

/**
 * JavaScript function: writes page numbers into the elements with `data-page-of="id"`, and returns the number of these
 * elements.
 */
const FILL_PAGE_NUMBERS = `(pages) => {
  const numbers = new Map(pages);
  const places = document.querySelectorAll("[data-page-of]");
  for (const place of places) place.textContent = numbers.get(place.dataset.pageOf) ?? "";
  return places.length;
}`;

async function printOnce(browser: HeadlessBrowser): Promise<Uint8Array> {
  const { data } = await browser.send<{ data: string }>("Page.printToPDF", {
    printBackground: true,
    preferCSSPageSize: true,
    generateTaggedPDF: true,
    generateDocumentOutline: true,
  });
  return Buffer.from(data, "base64");
}
