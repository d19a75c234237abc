import chromium from "@sparticuz/chromium";
import { type Browser, type Page, chromium as playwright } from "playwright-core";

/** Starts the Chromium that comes with the development dependencies; nothing is looked for on the machine. */
export async function launchBrowser(): Promise<Browser> {
  // In a single process, as in a lambda, closing one page may take the browser with it.
  const args = chromium.args.filter((arg) => arg !== "--single-process" && arg !== "--no-zygote");
  return playwright.launch({ executablePath: await chromium.executablePath(), args, headless: true });
}

export type Scheme = "light" | "dark";

export interface View {
  readonly width: number;
  readonly scheme: Scheme;
  readonly javaScript?: boolean;
}

/** A page, and everything that it should not have done. */
export interface WatchedPage {
  readonly page: Page;
  /** Console messages of any level, errors, refusals of the Content-Security-Policy. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Opens an address as a reader would, and listens. */
export async function openPage(browser: Browser, address: string, view: View): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: view.width, height: 900 },
    colorScheme: view.scheme,
    javaScriptEnabled: view.javaScript ?? true,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
  page.on("request", (request) => requests.push(request.url()));
  if (view.javaScript !== false) {
    // A text, since the type check of this program knows no browser.
    await page.addInitScript(`document.addEventListener("securitypolicyviolation", (event) =>
      console.error("policy: " + event.violatedDirective + " " + event.blockedURI + " " + event.sample));`);
  }
  await page.goto(address, { waitUntil: "load" });
  return { page, complaints, requests, close: () => context.close() };
}
