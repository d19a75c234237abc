import { HeadlessBrowser } from "./devtools.ts";
import { findBrowser } from "./find-browser.ts";
import { fixDates } from "./pdf-dates.ts";

/** Width of the text of a printed page, CSS pixels: A4 without the margins of `@page` in `templates/css/report.css`. */
const PAGE_WIDTH_PX = 665;

export interface PrintOptions {
  /** Path of the browser. */
  readonly browser: string;
  /** Date that the file gives as its own, in place of now: ISO 8601, UTC. */
  readonly date: string;
  /** JavaScript that prepares the page, after it has loaded and the medium is print. */
  readonly prepare: string;
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
 * Prints a page of Heapbook as PDF, tagged and with an outline. Equal pages give equal bytes in the same browser on the same machine.
 *
 * @param html a page that needs no other file
 * @throws UserError `browser-failed`
 */
export async function printPdf(html: string, { browser, date, prepare }: PrintOptions): Promise<Uint8Array> {
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
    const { data } = await running.send<{ data: string }>("Page.printToPDF", {
      printBackground: true,
      preferCSSPageSize: true,
      generateTaggedPDF: true,
      generateDocumentOutline: true,
    });
    return fixDates(Buffer.from(data, "base64"), date);
  } finally {
    await running.close();
  }
}
