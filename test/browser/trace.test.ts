import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, openPage } from "../helpers/browser.ts";
import { runCli } from "../helpers/cli.ts";

// The page of `heapbook trace --to html`, of one script and of two.

const LEAK = `const cache: unknown[] = [];
export function leak(): void {
  for (let i = 0; i < 1000; i++) cache.push({ id: i, name: \`item \${i}\`, ${"note: [i, i + 1], ".repeat(12)} });
}
`;
const folder = realpathSync(mkdtempSync(join(tmpdir(), "heapbook-browser-")));
const addressOf = (page: string): string => pathToFileURL(join(folder, page)).href;
let browser: Browser;

beforeAll(async () => {
  writeFileSync(join(folder, "leak.ts"), LEAK);
  writeFileSync(join(folder, "half.ts"), LEAK.replace("1000", "500"));
  const trace = (...more: string[]) =>
    runCli(["trace", "leak.ts", "--export", "leak", "--to", "html", ...more], { cwd: folder });
  browser = await launchBrowser();
  for (const run of [await trace(), await trace("--compare", "half.ts", "-o", "both.html")]) {
    expect(run, run.stderr).toMatchObject({ exitCode: 0, stderr: "" });
  }
}, 120_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  { page: "leak.trace.html", width: 360, scheme: "light", charts: 2 },
  { page: "leak.trace.html", width: 1280, scheme: "dark", charts: 2 },
  { page: "both.html", width: 360, scheme: "dark", charts: 4 },
] as const)(
  "$page at $width px complains of nothing, asks for nothing, and does not scroll sideways",
  async ({ page: file, width, scheme, charts }) => {
    const { page, complaints, requests, close } = await openPage(browser, addressOf(file), { width, scheme });
    expect(complaints).toEqual([]);
    expect(requests).toEqual([addressOf(file)]);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    expect(await page.evaluate("document.querySelectorAll('.chart').length")).toBe(charts);
    expect(
      await page.evaluate("[...document.querySelectorAll('.provenance dt')].map((term) => term.textContent)"),
    ).toEqual(expect.arrayContaining(["Runtime", "Flags", "Measured"]));
    const links = await page.evaluate<string[]>(
      "[...document.querySelectorAll('a[href]')].map((link) => link.getAttribute('href'))",
    );
    expect(links[0]).toBe("#main");
    expect(links.slice(1)).toContainEqual(expect.stringMatching(/^#L1-3$/));
    // Each link of a table leads to the line in the listings.
    for (const link of links) expect(await page.evaluate(`document.querySelectorAll('${link}').length`), link).toBe(1);
    await close();
  },
);
