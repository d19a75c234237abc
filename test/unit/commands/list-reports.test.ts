import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { listReports } from "../../../src/commands/targets.ts";

it("follows links to folders elsewhere, once; not those to folders that are searched anyway or above", () => {
  const root = mkdtempSync(join(tmpdir(), "heapbook-links-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const folder of ["reports/one", "else/two"]) {
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder, "report.md"), "");
  }
  const link = (to: string, from: string): void => symlinkSync(to, join(root, from));
  link("../else/two", "reports/two");
  link("one", "reports/alias");
  link("../..", "reports/one/up");
  link(".", "else/two/self");
  link("nowhere", "reports/gone");
  const found = listReports(join(root, "reports")).map((path) => relative(root, path));
  expect(found).toEqual(["reports/one/report.md", "reports/two/report.md"]);
});
