import { existsSync, realpathSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join, sep } from "node:path";
import { readRegularText } from "../files.ts";
import { escapeHtml } from "../render/text/escape-html.ts";
import { sendFile } from "./send-file.ts";
import { toServedPage, waitingPage } from "./served-page.ts";

const LOOPBACK = "127.0.0.1";
/** Allowed values of the Host header. Any other value comes from a page elsewhere that attacks by DNS rebinding. */
const HOSTS = new Set(["127.0.0.1", "localhost", "[::1]"]);
const EVENTS = "/__heapbook/events";
const NO_FILE = "No such file in the output folder.";
/** Number of further ports to try after the requested one. */
const MOST_PORTS = 50;
/** A page that has not read so many bytes of its events is disconnected, and connects again once it reads. */
const MOST_UNREAD_BYTES = 1024 * 1024;

/** An event for open pages: progress, a failure, or a newly written page of the report `slug`. */
export type PreviewEvent =
  | { readonly type: "progress"; readonly slug: string; readonly text: string }
  | { readonly type: "failed"; readonly slug: string; readonly text: string }
  | { readonly type: "page"; readonly slug: string; readonly version: number; readonly text: string };

/** State of a report, sent to each page that connects. `version`: how often the page was written. */
export interface ReportState {
  readonly version: number;
  /** Text of the failure; empty if the last render succeeded. */
  readonly failure: string;
}

export interface PreviewServer {
  readonly port: number;
  readonly url: string;
  send(event: PreviewEvent): void;
  close(): Promise<void>;
}

export interface PreviewServerOptions {
  /** Absolute path of the output folder; the server serves nothing outside it. */
  readonly folder: string;
  /** Slugs of the reports that are previewed now, in order. */
  readonly slugs: () => readonly string[];
  readonly port: number;
  readonly stateOf: (slug: string) => ReportState;
}

/**
 * Serves the output folder on the loopback interface. If the port is taken, tries the following ones.
 * @throws Error if none of the ports is free
 */
export async function startServer(options: PreviewServerOptions): Promise<PreviewServer> {
  const clients = new Set<ServerResponse>();
  const handle = createHandler(options, clients);
  const server = createServer(handle);
  const port = await listen(server, options.port);
  return {
    port,
    url: `http://localhost:${port}/`,
    send: (event) => {
      const text = `data: ${JSON.stringify(event)}\n\n`;
      for (const client of clients) {
        if (client.writableLength > MOST_UNREAD_BYTES) client.destroy();
        else client.write(text);
      }
    },
    close: () => {
      for (const client of clients) client.end();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function listen(server: Server, first: number): Promise<number> {
  for (let port = first; ; port += 1) {
    try {
      return await new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, LOOPBACK, () => {
          server.removeListener("error", reject);
          resolve((server.address() as AddressInfo).port);
        });
      });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if ((code !== "EADDRINUSE" && code !== "EACCES") || port >= first + MOST_PORTS || port >= 65_535) throw error;
    }
  }
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

function createHandler({ folder, slugs, stateOf }: PreviewServerOptions, clients: Set<ServerResponse>): Handler {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const shown = slugs();
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    if (!isOwnHost(request.headers.host)) return end(response, 403, "This preview answers to localhost only.");
    if (request.method !== "GET" && request.method !== "HEAD") return end(response, 405, "Only GET.");
    const path = readPath(request.url ?? "/");
    if (path === undefined) return end(response, 400, "The path cannot be read.");
    if (path === EVENTS && request.method === "GET") return connect(request, response, clients, shown, stateOf);
    if (path === "/" && (shown.length === 1 || !existsSync(join(folder, "index.html"))))
      return showIndex(response, shown);
    const file = locate(folder, path);
    if (file === undefined) {
      const slug = shown.find((each) => path.replace(/^\/|\/(?:index\.html)?$/g, "") === each);
      return slug === undefined ? end(response, 404, NO_FILE) : showWaiting(request, response, slug);
    }
    if (file.endsWith("index.html") && !path.endsWith("/") && !path.endsWith("index.html")) {
      response.writeHead(302, { Location: `${encodePath(path)}/` }).end();
      return;
    }
    if (file.endsWith(".html")) {
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      response.end(request.method === "HEAD" ? undefined : toServedPage(readRegularText(file)));
      return;
    }
    await sendFile(request, response, file);
  };
  return (request, response) => {
    answer(request, response).catch((error: unknown) => fail(response, error));
  };
}

/**
 * Answers for a file that cannot be read: one that is gone by now, a folder in its place, no more descriptors. The
 * browser that stopped reading gets no answer.
 */
function fail(response: ServerResponse, error: unknown): void {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== "string") throw error;
  if (response.headersSent) response.destroy();
  else if (code === "ENOENT" || code === "NOT_A_FILE") end(response, 404, NO_FILE);
  else end(response, 500, `The file cannot be read (${code}).`);
}

function isOwnHost(host: string | undefined): boolean {
  return HOSTS.has((host ?? "").replace(/:\d+$/, "").toLowerCase());
}

/** The decoded path of a URL; undefined for a malformed URL. */
function readPath(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.replace(/[?#].*/s, ""));
    return path.includes("\0") || path.includes("\\") || !path.startsWith("/") ? undefined : path;
  } catch {
    return undefined;
  }
}

/**
 * Absolute path of a file in the output folder, or of `index.html` if the path is a folder. Undefined for hidden or
 * missing files, and for files outside the folder, also through a symbolic link.
 */
function locate(folder: string, path: string): string | undefined {
  if (path.split("/").some((part) => part.startsWith("."))) return undefined;
  for (const candidate of [join(folder, path, "index.html"), join(folder, path)]) {
    if (!existsSync(candidate)) continue;
    const [real, root] = [realpathSync(candidate), realpathSync(folder)];
    if (real.startsWith(root + sep)) return candidate;
  }
  return undefined;
}

function connect(
  request: IncomingMessage,
  response: ServerResponse,
  clients: Set<ServerResponse>,
  slugs: readonly string[],
  stateOf: PreviewServerOptions["stateOf"],
): void {
  response.writeHead(200, { "Content-Type": "text/event-stream", Connection: "keep-alive" });
  response.write("retry: 500\n\n");
  for (const slug of slugs) response.write(`data: ${JSON.stringify({ type: "state", slug, ...stateOf(slug) })}\n\n`);
  clients.add(response);
  request.on("close", () => clients.delete(response));
}

/** Answers `/`: redirects to the page if there is one report, otherwise lists the reports. */
function showIndex(response: ServerResponse, slugs: readonly string[]): void {
  const [only] = slugs;
  if (slugs.length === 1 && only !== undefined) {
    response.writeHead(302, { Location: `/${encodePath(only)}/` }).end();
    return;
  }
  const items = slugs.map((slug) => `<li><a href="/${encodePath(slug)}/">${escapeHtml(slug)}</a></li>`);
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.setHeader("Content-Security-Policy", "default-src 'none'");
  response.end(`<!DOCTYPE html><title>Reports</title><ul>${items.join("")}</ul>\n`);
}

/**
 * Answers for a report without a written page. Status 503, so that programs do not take the placeholder for the report.
 */
function showWaiting(request: IncomingMessage, response: ServerResponse, slug: string): void {
  response.writeHead(503, { "Content-Type": "text/html; charset=utf-8" });
  response.end(request.method === "HEAD" ? undefined : waitingPage(slug));
}

/** Percent-encodes a slug as a path of a URL; keeps the `/` between folders. */
function encodePath(slug: string): string {
  return slug.split("/").map(encodeURIComponent).join("/");
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}
