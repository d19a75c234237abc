import { cpSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, openPage } from "../helpers/browser.ts";
import { runCli } from "../helpers/cli.ts";

// A recorded output beside the one just obtained, where a browser puts the two.

const FIXTURES = fileURLToPath(new URL("../fixtures/reports", import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), "heapbook-browser-")));
const address = pathToFileURL(join(folder, "_site/everything/index.html")).href;
let browser: Browser;

beforeAll(async () => {
  cpSync(join(FIXTURES, "everything"), join(folder, "reports/everything"), { recursive: true });
  const [run, launched] = await Promise.all([
    runCli(["render", "everything", "--trials", "1"], { cwd: folder }),
    launchBrowser(),
  ]);
  browser = launched;
  // 1: the report that shows everything shows failures too.
  expect(run, run.stderr).toMatchObject({ exitCode: 1 });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Row {
  readonly state: string;
  /** Left and top edge of each cell that is shown. */
  readonly boxes: readonly { readonly left: number; readonly top: number }[];
  /** What stands before the text of the first cell, which is not in the text. */
  readonly before: string;
}

const ROWS = `[...document.querySelectorAll(".recorded tbody tr")].map((row) => ({
  state: row.querySelector(".state").textContent,
  boxes: [...row.cells].filter((cell) => cell.checkVisibility()).map((cell) => {
    const { left, top } = cell.getBoundingClientRect();
    return { left: Math.round(left), top: Math.round(top) };
  }),
  before: getComputedStyle(row.cells[0], "::before").content,
}))`;

it.each([
  [1440, true],
  [720, true],
  [719, false],
  [360, false],
])("at %i px the outputs are side by side: %s, with JavaScript off", async (width, isBeside) => {
  const { page, close } = await openPage(browser, address, { width, scheme: "light", javaScript: false });
  const rows = (await page.evaluate(ROWS)) as Row[];
  expect(rows.map(({ state }) => state)).toEqual([
    "same",
    "new",
    "differentup to −90\u00a0%",
    "same−0.0069\u00a0%",
    "different−3.1\u00a0%",
    "same",
    "not printed",
  ]);
  for (const { state, boxes, before } of rows) {
    const [recorded, obtained] = boxes;
    if (isBeside) {
      expect(boxes).toHaveLength(3);
      expect(obtained?.top).toBe(recorded?.top);
      expect(obtained?.left).toBeGreaterThan(recorded?.left ?? Number.POSITIVE_INFINITY);
    } else if (state === "same") {
      // What both say is said once.
      expect(boxes).toHaveLength(1);
      expect(before).toContain("Both");
    } else {
      expect(boxes).toHaveLength(3);
      expect(obtained?.left).toBe(recorded?.left);
      expect(obtained?.top).toBeGreaterThan(recorded?.top ?? Number.POSITIVE_INFINITY);
      expect(before).toContain("the writeup");
    }
  }
  await close();
});
