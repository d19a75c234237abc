import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseReport } from "../../../src/document/parse.ts";
import { resolveLinks } from "../../../src/pipeline/checks/links.ts";

const root = mkdtempSync(join(tmpdir(), "heapbook-links-"));
beforeAll(() => {
  execFileSync("mkfifo", [join(root, "pipe")]);
  writeFileSync(join(root, "huge.bin"), "");
  truncateSync(join(root, "huge.bin"), 3 * 2 ** 30); // of holes, which take no place
});
afterAll(() => rmSync(root, { recursive: true }));

test.skipIf(process.platform === "win32").each([
  ["pipe", "The link `pipe` leads to a device or a pipe."],
  ["huge.bin", "The link `huge.bin` leads to a file of more than 2 GiB."],
])("a link to %s is an error at its line, and is not read", (href, message) => {
  const source = `---\ntitle: Links\n---\n\nSee [this](${href}).\n`;
  const report = parseReport({ source, file: "report.md", path: join(root, "report.md"), folder: root, slug: "links" });
  const { errors, files } = resolveLinks(report, root);
  expect(files).toEqual([]);
  expect(errors).toMatchObject([{ code: "dead-link", position: { file: "report.md", line: 5 } }]);
  expect(errors[0]?.message).toBe(message);
});
