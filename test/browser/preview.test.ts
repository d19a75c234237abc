import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startServer } from "../../src/preview/server.ts";
import { launchBrowser, openPage } from "../helpers/browser.ts";
import { type StartedCli, startCli } from "../helpers/cli.ts";
import { cellOf, makeWorkspace, reportOf, waitUntil } from "../helpers/workspace.ts";

// The swap of a page can be seen in a browser only: scroll position, open folds, overlay, and no complaint of the policy.

const REPORT = reportOf(
  `${cellOf("//| label: a", "//| code-fold: true", 'console.log("first");')}${"A paragraph.\n\n".repeat(80)}The end.\n`,
);
const workspace = makeWorkspace({ "reports/demo/report.md": REPORT });
let preview: StartedCli;
let url = "";
let browser: Browser;

beforeAll(async () => {
  preview = startCli(["preview", "--port", "0"], { cwd: workspace.folder });
  preview.child.stdout?.on("data", (text: string) => {
    url += text;
  });
  browser = await launchBrowser();
  await waitUntil(() => url.includes("\n") && workspace.list("_site").includes("_site/demo/results.json"), "the page");
}, 60_000);

afterAll(async () => {
  await browser?.close();
  preview.child.kill("SIGINT");
  await preview.ended;
});

/** The page's policy forbids `waitForFunction()`, which evaluates a string inside of the page. */
async function until(page: Page, expression: string): Promise<void> {
  for (let turn = 0; turn < 400; turn += 1) {
    if ((await page.evaluate(expression)) === true) return;
    await page.waitForTimeout(50);
  }
  throw new Error(`Waited in vain: ${expression}`);
}

it("swaps the page in place, keeps scroll position and open folds, and shows mistakes", async () => {
  const { page, complaints, close } = await openPage(browser, `${url.trim()}demo/`, { width: 1000, scheme: "light" });
  await page.evaluate("window.untouched = true");
  await page.evaluate("document.querySelector('.cell details').open = true");
  await page.evaluate("scrollTo(0, 700)");

  workspace.write("reports/demo/report.md", REPORT.replace("The end.", "Another end.").replace("first", "second"));
  await until(page, "document.body.textContent.includes('Another end.')");
  expect(await page.evaluate("[window.untouched, scrollY, document.querySelector('.cell details').open]")).toEqual([
    true,
    700,
    true,
  ]);
  expect(await page.evaluate("document.querySelector('.stdout, samp').textContent")).toContain("second");
  // The theme switch of the new page works.
  expect(await page.evaluate("document.querySelector('.theme-toggle').hidden")).toBe(false);

  workspace.write("reports/demo/report.md", `${REPORT}{{nonsense}}\n`);
  await page.waitForSelector("[data-state=failed]");
  expect(await page.textContent("[data-state=failed]")).toContain("nonsense");
  workspace.write("reports/demo/report.md", REPORT);
  await until(page, "document.querySelector('[data-state]') === null");
  expect(await page.evaluate("window.untouched")).toBe(true);
  expect(complaints).toEqual([]);
  await close();
}, 60_000);

it("shows the page of each of 20 edits: prose, code, a module, data, a mistake and its mend", async () => {
  const { page, complaints, close } = await openPage(browser, `${url.trim()}demo/`, { width: 1000, scheme: "light" });
  await page.evaluate("window.untouched = true");
  const write = (name: string, text: string): void => workspace.write(`reports/demo/${name}`, text);
  const shows = (text: string): Promise<void> =>
    until(page, `document.body.textContent.includes(${JSON.stringify(text)})`);
  const report = (edit: number, mistake = ""): string =>
    reportOf(
      `Prose ${edit}.\n\n${cellOf(
        "//| label: a",
        'import { readFileSync } from "node:fs";',
        'import { word } from "./word.ts";',
        `console.log("code-${edit}", word, readFileSync("data.txt", "utf8"));`,
      )}${mistake}\n`,
    );
  write("word.ts", 'export const word = "word-0";\n');
  write("data.txt", "data-0");
  let edit = 0;
  for (let round = 1; round <= 4; round += 1) {
    write("report.md", report(++edit));
    await shows(`Prose ${edit}.`);
    await shows(`code-${edit} word-`);
    write("word.ts", `export const word = "word-${++edit}";\n`);
    await shows(`word-${edit} data-`);
    write("data.txt", `data-${++edit}`);
    await until(page, `document.querySelector("samp").textContent.includes("data-${edit}")`);
    write("report.md", report(++edit, "{{nonsense}}"));
    await page.waitForSelector("[data-state=failed]");
    write("report.md", report(++edit));
    await shows(`Prose ${edit}.`);
    await until(page, "document.querySelector('[data-state]') === null");
    expect(await page.evaluate("document.querySelector('samp').textContent")).toBe(
      `code-${edit} word-${edit - 3} data-${edit - 2}`,
    );
  }
  expect(edit).toBe(20);
  expect(await page.evaluate("window.untouched")).toBe(true);
  expect(complaints).toEqual([]);
  await close();
}, 60_000);

it.each(["told while it waits", "written before it listens"])(
  "replaces a waiting page by the report, %s",
  async (when) => {
    const folder = makeWorkspace({}).folder;
    let version = 0;
    const stateOf = () => ({ version, failure: "" });
    const server = await startServer({ folder, slugs: () => ["late"], port: 0, stateOf });
    const { page, close } = await openPage(browser, "about:blank", { width: 1000, scheme: "light" });
    const write = (): void => {
      mkdirSync(join(folder, "late"));
      writeFileSync(
        join(folder, "late/index.html"),
        "<!DOCTYPE html><html><head></head><body><p>Written.</p></body></html>",
      );
      version = 1;
    };
    if (when === "written before it listens")
      await page.route("**/__heapbook/events", (route) => {
        if (version === 0) write();
        return route.continue();
      });
    await page.goto(`${server.url}late/`);
    if (when === "told while it waits") {
      await until(page, "document.body.textContent.includes('Rendering late')");
      write();
      server.send({ type: "page", slug: "late", version, text: "" });
    }
    await page.waitForSelector("text=Written.");
    await close();
    await server.close();
  },
  60_000,
);
