import { mkdirSync, symlinkSync } from "node:fs";
import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { runCli, type StartedCli, startCli } from "../../helpers/cli.ts";
import {
  cellOf,
  createWorkspace,
  makeWorkspace,
  reportOf,
  type Workspace,
  waitUntil,
} from "../../helpers/workspace.ts";

const REPORT = reportOf(
  `${cellOf(
    "//| label: a",
    "//| probes: [time]",
    "//| trials: 2",
    'import { measure } from "heapbook";',
    'import { text } from "./text.ts";',
    "measure(() => text.repeat(10));",
    "console.log(text);",
  )}First prose.\n`,
);

const FILES = { "reports/demo/report.md": REPORT, "reports/demo/text.ts": 'export const text = "one";\n' };

interface Preview extends StartedCli {
  readonly url: string;
  readonly port: number;
  readonly stderr: () => string;
}

async function startPreview(workspace: Workspace, ...args: readonly string[]): Promise<Preview> {
  const started = startCli(["preview", ...args], { cwd: workspace.folder });
  let [stdout, stderr] = ["", ""];
  started.child.stdout?.on("data", (text: string) => (stdout += text));
  started.child.stderr?.on("data", (text: string) => (stderr += text));
  await waitUntil(() => stdout.includes("\n"), "the address of the preview");
  const url = stdout.trim();
  return { ...started, url, port: Number(new URL(url).port), stderr: () => stderr };
}

/** Everything that a page would be told, from now on: events before the server has answered are not sent again. */
async function listen(url: string) {
  const events: { readonly type: string; readonly text?: string; readonly version?: number }[] = [];
  const request = get(new URL("/__heapbook/events", url), (response) => {
    response.setEncoding("utf8").on("data", (text: string) => {
      for (const [, data = ""] of text.matchAll(/^data: (.*)$/gm)) events.push(JSON.parse(data));
    });
  });
  request.on("error", () => {});
  onTestFinished(() => void request.destroy());
  await waitUntil(() => events.length > 0, "the state of the reports");
  return events;
}

/** A request with any path and any Host header. */
function ask(port: number, path: string, host = `localhost:${port}`, method = "GET"): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get({ port, path, method, headers: { host }, host: "127.0.0.1" }, (response) => {
      response.resume();
      resolve(response);
    }).on("error", reject);
  });
}

let workspace: Workspace;
let preview: Preview;
const stop = async (): Promise<void> => {
  preview.child.kill("SIGINT");
  await preview.ended;
};

beforeAll(async () => {
  workspace = makeWorkspace(FILES);
  preview = await startPreview(workspace, "--port", "0");
  await waitUntil(() => workspace.list("_site").includes("_site/demo/results.json"), "the first page");
}, 60_000);
afterAll(stop, 30_000);

describe("what is served", () => {
  it("the page with the script that swaps it; the written page has none", async () => {
    const served = await (await fetch(`${preview.url}demo/`)).text();
    expect(served).toContain("data-heapbook-preview");
    expect(served).toMatch(/script-src '[^']+' '[^']+';.*connect-src 'self'/);
    const written = workspace.read("_site/demo/index.html");
    expect(written).not.toContain("EventSource");
    expect(written).not.toContain("connect-src");
    expect((await fetch(preview.url, { redirect: "manual" })).headers.get("location")).toBe("/demo/");
    expect(await (await fetch(`${preview.url}demo/results.json`)).json()).toMatchObject({ report: { slug: "demo" } });
  });

  it("nothing outside of the output folder, also by a symbolic link; no hidden file", async () => {
    mkdirSync(workspace.path("_site/demo/figures"), { recursive: true });
    symlinkSync(workspace.path("reports/demo/report.md"), workspace.path("_site/demo/link.md"));
    workspace.write("_site/.hidden", "secret");
    for (const path of [
      "/../reports/demo/report.md",
      "/%2e%2e/reports/demo/report.md",
      "/demo/..%2f..%2freports/demo/report.md",
      "/demo/link.md",
      "/.hidden",
      "/..%5creports",
      "/%00",
      "/%zz",
      "//etc/passwd",
    ]) {
      expect((await ask(preview.port, path)).statusCode, path).toBeGreaterThanOrEqual(400);
    }
  });

  it("only to this machine: other hosts and methods are refused", async () => {
    for (const host of ["evil.example", `evil.example:${preview.port}`, "localhost.evil.example"]) {
      expect((await ask(preview.port, "/demo/", host)).statusCode, host).toBeGreaterThanOrEqual(400);
    }
    expect((await ask(preview.port, "/demo/", `127.0.0.1:${preview.port}`)).statusCode).toBe(200);
    expect((await ask(preview.port, "/demo/", undefined, "POST")).statusCode).toBe(405);
  });
});

describe("changes", () => {
  it("prose runs nothing, code runs its cell, a mistake is shown and mended", async () => {
    const events = await listen(preview.url);
    const pages = (): number => events.filter(({ type }) => type === "page").length;
    workspace.write("reports/demo/report.md", REPORT.replace("First", "Second"));
    await waitUntil(() => pages() === 1, "the page with new prose");
    expect(workspace.read("_site/demo/index.html")).toContain("Second prose.");
    expect(events.some(({ type }) => type === "progress")).toBe(false);

    workspace.write("reports/demo/text.ts", 'export const text = "two";\n');
    await waitUntil(() => pages() === 2, "the page with new code");
    expect(workspace.read("_site/demo/index.html")).toContain("two");
    expect(events.find(({ type }) => type === "progress")?.text).toMatch(/^Running a: \d of 4 trials done$/);

    workspace.write("reports/demo/report.md", `${REPORT}{{nonsense}}\n`);
    await waitUntil(() => events.some(({ type }) => type === "failed"), "the mistake");
    expect(events.at(-1)?.text).toContain("reports/demo/report.md:");
    expect(preview.stderr()).toContain("nonsense");
    expect(workspace.read("_site/demo/index.html")).toContain("two");

    workspace.write("reports/demo/report.md", REPORT);
    await waitUntil(() => pages() === 3, "the mended page");
    expect(events.at(-1)).toMatchObject({ type: "page", text: "" });
  });

  it("a change in the middle of a run stops it and starts it again", async () => {
    const own = createWorkspace({
      "reports/slow/report.md": reportOf(
        cellOf('import { ms } from "./ms.ts";', "await new Promise((r) => setTimeout(r, ms));", "console.log(ms);"),
      ),
      "reports/slow/ms.ts": "export const ms = 50_000;\n",
    });
    const slow = await startPreview(own, "--port", "0");
    const events = await listen(slow.url);
    await waitUntil(() => events.some(({ type }) => type === "progress"), "the start of the run");
    own.write("reports/slow/ms.ts", "export const ms = 5;\n");
    await waitUntil(() => events.some(({ type }) => type === "page"), "the page");
    expect(own.read("_site/slow/index.html")).toMatch(/<samp>5\b/);
    slow.child.kill("SIGINT");
    expect(await slow.ended).toMatchObject({ exitCode: 130 });
  });
});

describe("the project", () => {
  it("settings, templates and a new report are seen while pages are served, and mistakes in them are shown", async () => {
    const report = (text: string): string => reportOf(`${text}\n`);
    const own = createWorkspace({
      "heapbook.yml": "title: First site\ntemplates: { footer: parts/footer.hbs, css: [parts/own.css] }\n",
      "parts/footer.hbs": "<p>First footer</p>",
      "parts/own.css": "h1 { color: navy }",
      "reports/one/report.md": report("One."),
      "reports/two/report.md": report("Two."),
    });
    const site = await startPreview(own, "--port", "0");
    const read = (path: string): string =>
      own.list("_site").includes(`_site/${path}`) ? own.read(`_site/${path}`) : "";
    const has = (path: string, text: string) => waitUntil(() => read(path).includes(text), `${text} in ${path}`);
    await has("two/index.html", "First footer");
    own.write("parts/footer.hbs", "<p>Second footer</p>");
    await Promise.all(["one/index.html", "two/index.html"].map((path) => has(path, "Second footer")));
    own.write("parts/own.css", "h1 { color: teal }");
    await has("two/index.html", "teal");
    const events = await listen(site.url);
    own.write("heapbook.yml", "titel: Second site\n");
    await waitUntil(() => events.filter(({ type }) => type === "failed").length >= 2, "the mistake");
    expect(events.at(-1)?.text).toContain("heapbook.yml:1");
    own.write("parts/ribbon.hbs", "<p></p>");
    own.write("heapbook.yml", "title: Second site\ntemplates: { partials: parts }\n");
    await has("index.html", "Second site");
    await waitUntil(() => !read("one/index.html").includes("footer</p>"), "the page without the footer");
    own.write("reports/three/report.md", report("Three."));
    await has("three/index.html", "Three.");
    expect((await fetch(`${site.url}three/`)).status).toBe(200);
    own.write("reports/three/report.md", report("Three again."));
    await has("three/index.html", "Three again.");
    site.child.kill("SIGINT");
    const { exitCode, stderr } = await site.ended;
    expect(exitCode).toBe(130);
    expect(stderr).toContain("No template uses parts/ribbon.hbs");
  }, 60_000);
});

describe("mistakes", () => {
  it("mended in files that no render has read yet are seen: a missing template, a missing module, a module with a mistake", async () => {
    const own = createWorkspace({ "heapbook.yml": "title: One\n", "reports/one/report.md": reportOf("One.\n") });
    const site = await startPreview(own, "--port", "0");
    const page = (): string =>
      own.list("_site").includes("_site/one/index.html") ? own.read("_site/one/index.html") : "";
    const has = (text: string) => waitUntil(() => page().includes(text), text);
    await has("One.");
    const events = await listen(site.url);
    const fails = async (file: string, text: string): Promise<void> => {
      const before = events.length;
      own.write(file, text);
      await waitUntil(() => events.slice(before).some(({ type }) => type === "failed"), `a mistake in ${file}`);
    };
    await fails("heapbook.yml", "templates: { footer: parts/footer.hbs }\n");
    own.write("parts/footer.hbs", "<p>The footer</p>");
    await has("The footer");
    await fails(
      "reports/one/report.md",
      reportOf(cellOf('import { text } from "../../lib/deep/text.ts";', "console.log(text);")),
    );
    await fails("lib/deep/text.ts", "export const text = ;\n");
    own.write("lib/deep/text.ts", 'export const text = "mended";\n');
    await has("mended");
    own.write("lib/deep/text.ts", 'export const text = "edited";\n');
    await has("edited");
    site.child.kill("SIGINT");
    await site.ended;
  });
});

describe("the port, and the end", () => {
  it("takes the next port where one is taken, and says so; Ctrl-C ends with 130", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    const other = await startPreview(createWorkspace(FILES), "--port", String(port));
    expect(other.port).toBeGreaterThan(port);
    await waitUntil(() => other.stderr().includes("is taken"), "the remark");
    expect(other.stderr()).toContain(`Port ${port} is taken, so the preview uses ${other.port}`);
    other.child.kill("SIGINT");
    expect(await other.ended).toMatchObject({ exitCode: 130 });
    taken.close();
  });

  it("--fast marks the page as a draft, and stores nothing as a full result", async () => {
    const own = createWorkspace(FILES);
    const draft = await startPreview(own, "--port", "0", "--fast");
    const page = ".heapbook/draft/site/demo/index.html";
    await waitUntil(() => own.list(".heapbook/draft/site").includes(page), "the draft");
    draft.child.kill("SIGINT");
    await draft.ended;
    expect(own.read(page)).toContain("Draft: few trials");
    expect(own.list("_site")).toEqual([]);
    expect(own.list(".heapbook/store")).toEqual([]);
    const full = await runCli(["render"], { cwd: own.folder });
    expect(full.stderr).toContain("4 trials (0 reused)");
    expect(own.read("_site/demo/index.html")).not.toContain("Draft");
  });

  it.each([
    [["nowhere"], "Unknown report nowhere"],
    [["--port", "99999"], "It must be a port: 0 to 65535."],
  ])("%j is an error", async (args, message) => {
    const run = await runCli(["preview", ...args], { cwd: createWorkspace(FILES).folder });
    expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(message) });
  });
});
