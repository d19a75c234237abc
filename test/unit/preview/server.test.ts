import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startServer } from "../../../src/preview/server.ts";

const open = async (slugs: readonly string[]) => {
  const folder = mkdtempSync(join(tmpdir(), "heapbook-server-"));
  const server = await startServer({
    folder,
    slugs: () => slugs,
    port: 0,
    stateOf: () => ({ version: 0, failure: "" }),
  });
  onTestFinished(() => server.close());
  return { folder, ask: (path: string) => fetch(new URL(path, server.url)) };
};

it("answers with a page that waits, under a strict policy, until the report is written", async () => {
  const { folder, ask } = await open(["demo", "a/größe"]);
  for (const path of ["demo/", "demo", "demo/index.html", "a/gr%C3%B6%C3%9Fe/"]) {
    const response = await ask(path);
    expect(response.status, path).toBe(503);
    expect(response.headers.get("content-type"), path).toContain("text/html");
    const page = await response.text();
    const script = /<script data-heapbook-preview>(.*?)<\/script>/s.exec(page)?.[1] ?? "";
    const hash = createHash("sha256").update(script).digest("base64");
    expect(page).toContain(`content="default-src 'none'; script-src 'sha256-${hash}'; connect-src 'self'"`);
    expect(page).toContain('<html lang="en" data-preview-waiting>');
  }
  expect((await ask("other/")).status).toBe(404);
  expect((await ask("demo/figures/a.svg")).status).toBe(404);
  mkdirSync(join(folder, "demo"));
  writeFileSync(join(folder, "demo/index.html"), "<!DOCTYPE html><body>written</body>");
  const written = await ask("demo/");
  expect(written.status).toBe(200);
  expect(await written.text()).toContain("written");
});
