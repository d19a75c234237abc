import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HeadlessBrowser } from "../../../src/browser/devtools.ts";
import { fixDates } from "../../../src/browser/pdf-dates.ts";

test("a browser that ends is an error with what it printed", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "heapbook-test-")), "chromium");
  writeFileSync(path, "#!/bin/sh\necho 'no display' >&2\nexit 3\n");
  chmodSync(path, 0o755);
  await expect(HeadlessBrowser.start(path)).rejects.toMatchObject({
    code: "browser-failed",
    message: `The browser ${path} did not print the page: it ended with code 3.`,
    exitCode: 1,
  });
});

test("dates of a PDF become the given one, at equal length", () => {
  const pdf = Buffer.from("/CreationDate (D:20261129181355+00'00')\n/ModDate (D:20261129181355+00'00')", "latin1");
  const fixed = Buffer.from(fixDates(pdf, "2026-01-02T03:04:05.678Z")).toString("latin1");
  expect(fixed).toBe("/CreationDate (D:20260102030405+00'00')\n/ModDate (D:20260102030405+00'00')");
});
