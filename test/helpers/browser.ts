import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import chromium from "@sparticuz/chromium";
import { type Browser, type Page, chromium as playwright } from "playwright-core";

/**
 * Fonts of the pages in tests: those with the widths of Arial, Courier New and Times New Roman, from npm. The widths of texts, and so
 * what overflows, would otherwise depend on the fonts of the machine.
 */
function fontEnvironment(): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), "heapbook-fonts-"));
  const fonts = fileURLToPath(new URL("../../node_modules/@expo-google-fonts", import.meta.url));
  const alias = (family: string, font: string): string =>
    `<alias binding="same"><family>${family}</family><prefer><family>${font}</family></prefer></alias>`;
  const families = [
    ...["sans-serif", "Arial", "Liberation Sans"].map((family) => alias(family, "Arimo")),
    ...["monospace", "Liberation Mono"].map((family) => alias(family, "Cousine")),
    ...["serif", "Georgia"].map((family) => alias(family, "Tinos")),
  ];
  const file = join(folder, "fonts.conf");
  writeFileSync(
    file,
    `<?xml version="1.0"?><fontconfig><dir>${fonts}</dir><cachedir>${folder}</cachedir>${families.join("")}</fontconfig>`,
  );
  return { FONTCONFIG_FILE: file };
}

/** Starts the Chromium that comes with the development dependencies; nothing of the machine is used, fonts included. */
export async function launchBrowser(): Promise<Browser> {
  // In a single process, as in a lambda, closing one page may take the browser with it.
  const args = chromium.args.filter((arg) => arg !== "--single-process" && arg !== "--no-zygote");
  const executablePath = await chromium.executablePath();
  return playwright.launch({ executablePath, args, env: { ...process.env, ...fontEnvironment() }, headless: true });
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
