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
  /** Date that the file gives as its own, in place of now: ISO 8601, UTC. */
  readonly date: string;
  /** JavaScript that prepares the page, after it has loaded and the medium is print. */
  readonly prepare: string;
  /** Is called with the characters for which no installed font has a glyph, where there are some: the PDF has boxes in their places. */
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
 * Prints a page of Heapbook as PDF, tagged and with an outline. Where its contents ask for page numbers, it is printed twice, because
 * Chromium has no `target-counter()`. Equal pages give equal bytes in the same browser on the same machine.
 *
 * @param html a page that needs no other file
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

/** Writes page numbers into the elements that ask for the page of an id, `data-page-of`; returns how many there are. */
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
