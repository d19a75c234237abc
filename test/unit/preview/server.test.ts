import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startServer } from "../../../src/preview/server.ts";
import { waitUntil } from "../../helpers/workspace.ts";

const open = async (slugs: readonly string[]) => {
  const folder = mkdtempSync(join(tmpdir(), "heapbook-server-"));
  const server = await startServer({
    folder,
    slugs: () => slugs,
    port: 0,
    stateOf: () => ({ version: 0, failure: "" }),
  });
  onTestFinished(() => server.close());
  return {
    folder,
    server,
    ask: (path: string, init: RequestInit = {}) => fetch(new URL(path, server.url), init),
  };
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

it("answers for what is no file, and goes on serving: a folder that is named as a page, a pipe, a path that is too long", async () => {
  const { folder, ask } = await open(["demo"]);
  mkdirSync(join(folder, "x.html"));
  mkdirSync(join(folder, "a?b#c"));
  writeFileSync(join(folder, "a?b#c/index.html"), "<body>odd</body>");
  if (process.platform !== "win32") {
    spawnSync("mkfifo", [join(folder, "pipe"), join(folder, "pipe.html")]);
    for (const name of ["pipe", "pipe.html"]) expect((await ask(name)).status, name).toBe(404);
  }
  for (const name of ["x.html", "x.html/", `${"long".repeat(100)}.html`]) {
    expect((await ask(name)).status, name).toBe(404);
  }
  expect(await (await ask("a%3Fb%23c")).text()).toContain("odd");
  expect((await ask("__heapbook/events", { method: "HEAD" })).status).toBe(404);
});

it.each([
  ["bytes=2-4", 206, "cde", "bytes 2-4/10"],
  ["bytes=8-", 206, "ij", "bytes 8-9/10"],
  ["bytes=-3", 206, "hij", "bytes 7-9/10"],
  ["bytes=0-99", 206, "abcdefghij", "bytes 0-9/10"],
  ["bytes=5-2", 200, "abcdefghij", null],
  ["bytes=99-", 200, "abcdefghij", null],
  ["bytes=1-2,4-5", 200, "abcdefghij", null],
  ["bytes=x", 200, "abcdefghij", null],
])("answers the range %s with %i", async (range, status, text, shown) => {
  const { folder, ask } = await open(["demo"]);
  writeFileSync(join(folder, "data.csv"), "abcdefghij");
  const response = await ask("data.csv", { headers: { range } });
  expect([response.status, await response.text(), response.headers.get("content-range")]).toEqual([
    status,
    text,
    shown,
  ]);
  expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
});

it("gives an empty file, and of HEAD the length alone", async () => {
  const { folder, ask } = await open(["demo"]);
  writeFileSync(join(folder, "empty.csv"), "");
  writeFileSync(join(folder, "odd.unknown"), "12");
  expect(await (await ask("empty.csv")).text()).toBe("");
  const head = await ask("odd.unknown", { method: "HEAD" });
  expect([head.headers.get("content-length"), head.headers.get("content-type")]).toEqual([
    "2",
    "application/octet-stream",
  ]);
});

it("disconnects a page that reads none of its events; pages that read get them all", async () => {
  const { server } = await open(["demo"]);
  const text = "GET /__heapbook/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const slow = connect(server.port, "127.0.0.1").on("error", () => {});
  slow.write(text);
  slow.pause();
  let read = 0;
  const quick = connect(server.port, "127.0.0.1").on("data", (part) => {
    read += part.length;
  });
  quick.write(text);
  onTestFinished(() => void [slow, quick].map((socket) => socket.destroy()));
  await waitUntil(() => read > 0, "the first event");
  const event = { type: "progress", slug: "demo", text: "x".repeat(500_000) } as const;
  for (let sent = 1; sent <= 40; sent += 1) {
    server.send(event);
    await waitUntil(() => read > sent * 500_000, `event ${sent}`);
  }
  let gone = false;
  slow.on("close", () => {
    gone = true;
  });
  slow.resume();
  await waitUntil(() => gone, "the end of the connection");
  expect(slow.bytesRead).toBeLessThan(20_000_000);
});
