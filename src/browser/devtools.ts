import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { UserError } from "../errors.ts";
import { makeTemporaryFolder, removeTemporaryFolder } from "../temporary-folder.ts";

/*
 * Heapbook drives Chromium by the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/) over two
 * pipes: file descriptors 3 and 4 of its process, JSON messages that end in a NUL byte. Reason: the flag
 * `--print-to-pdf` writes neither an outline nor tags into the PDF. A package such as playwright-core would be 8 MB for
 * the six methods that printing needs.
 */

/**
 * Longest wait for the browser to start, and for each answer of the browser. A page of hundreds of charts prints in
 * seconds.
 */
const ANSWER_TIMEOUT_MS = 120_000;
/** Number of characters, from the end of the browser's stderr, that an error message shows. */
const SHOWN_STDERR = 600;

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A running headless browser with one open page. */
export class HeadlessBrowser {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #path: string;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #nextId = 1;
  #stderr = "";
  #session: string | undefined;

  private constructor(path: string) {
    this.#path = path;
    this.#profile = makeTemporaryFolder("browser");
    this.#process = spawn(path, flagsOf(this.#profile), { stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"] });
    this.#process.on("error", (error) => this.#fail(error.message));
    this.#process.on("exit", (code, signal) => this.#fail(`it ended with ${signal ?? `code ${code}`}`));
    this.#process.stderr?.on("data", (text) => {
      this.#stderr = `${this.#stderr}${String(text)}`.slice(-SHOWN_STDERR);
    });
    // A write to a browser that has ended fails; the event `exit` reports the end.
    (this.#process.stdio[3] as Writable).on("error", () => {});
    this.#listen(this.#process.stdio[4] as Readable);
  }

  /**
   * Starts a browser and opens an empty page.
   *
   * @param path executable file of the browser
   * @throws UserError `browser-failed`
   */
  static async start(path: string): Promise<HeadlessBrowser> {
    const browser = new HeadlessBrowser(path);
    try {
      const { targetId } = await browser.send<{ targetId: string }>("Target.createTarget", { url: "about:blank" });
      const attached = await browser.send<{ sessionId: string }>("Target.attachToTarget", { targetId, flatten: true });
      browser.#session = attached.sessionId;
      return browser;
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /**
   * Calls a method of the DevTools protocol: on the open page, or on the browser while no page is open.
   *
   * @throws UserError `browser-failed` where the browser ends, refuses or does not answer
   */
  send<Result = unknown>(method: string, params: object = {}): Promise<Result> {
    const id = this.#nextId++;
    const { promise, resolve, reject } = withResolvers<unknown>();
    const timer = setTimeout(() => reject(this.#error(`it did not answer ${method}`)), ANSWER_TIMEOUT_MS);
    this.#waiting.set(id, { resolve, reject });
    const message = JSON.stringify({ id, method, params, sessionId: this.#session });
    (this.#process.stdio[3] as Writable).write(`${message}\0`);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }) as Promise<Result>;
  }

  /** Ends the browser and removes its profile. */
  async close(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null && this.#process.pid !== undefined) {
      const ended = new Promise((resolve) => this.#process.once("exit", resolve));
      this.#process.kill("SIGKILL");
      await ended;
    }
    removeTemporaryFolder(this.#profile);
  }

  #listen(stream: Readable): void {
    let parts: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => {
      let rest = chunk;
      for (let end = rest.indexOf(0); end !== -1; end = rest.indexOf(0)) {
        this.#receive(Buffer.concat([...parts, rest.subarray(0, end)]).toString("utf8"));
        parts = [];
        rest = rest.subarray(end + 1);
      }
      if (rest.length > 0) parts.push(rest);
    });
  }

  #receive(text: string): void {
    const { id, result, error } = JSON.parse(text) as Answer;
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (error !== undefined) waiting?.reject(this.#error(error.message));
    else waiting?.resolve(result);
  }

  #fail(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(this.#error(reason));
  }

  #error(reason: string): UserError {
    const output = this.#stderr.trim();
    return new UserError(`The browser ${this.#path} did not print the page: ${reason}.`, {
      code: "browser-failed",
      hint: output === "" ? "Try another browser with `HEAPBOOK_CHROMIUM`." : `It printed:\n${output}`,
      exitCode: 1,
    });
  }
}

function flagsOf(profile: string): readonly string[] {
  return [
    "--headless",
    "--remote-debugging-pipe",
    `--user-data-dir=${profile}`,
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--mute-audio",
    // A page of Heapbook loads nothing from the network. This flag also keeps the browser itself from the network.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    // Chromium refuses to run as root inside its sandbox. Running without a sandbox is safe here: the only page is
    // Heapbook's own, and its policy allows no other script.
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  ];
}

/** Stands in for `Promise.withResolvers`, which Node 20 lacks. */
function withResolvers<Value>() {
  let resolve: (value: Value) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
