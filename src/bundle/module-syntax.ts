import { Worker } from "node:worker_threads";

/** Flags of the thread. Node exposes V8's module parser, which parses without running, only under the first one. */
const FLAGS = ["--experimental-vm-modules", "--no-warnings"];
const CODE = `const { parentPort } = require("node:worker_threads");
const { SourceTextModule } = require("node:vm");
parentPort.on("message", (source) => {
  let isModule = true;
  try { new SourceTextModule(source); } catch (error) { isModule = false; }
  parentPort.postMessage(isModule);
});`;

/**
 * Sends texts to a thread that parses them, and returns the answers in order. The thread keeps the process alive only
 * while a question is open.
 */
class Checker {
  readonly #waiting: { readonly resolve: (isModule: boolean) => void; readonly reject: (error: Error) => void }[] = [];
  readonly #worker = new Worker(CODE, { eval: true, execArgv: FLAGS, env: {} });

  constructor() {
    this.#worker.on("message", (isModule: boolean) => {
      this.#waiting.shift()?.resolve(isModule);
      if (this.#waiting.length === 0) this.#worker.unref();
    });
    this.#worker.on("error", (error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
  }

  check(source: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(source);
    });
  }
}

let checker: Checker | undefined;

/**
 * Whether V8 accepts a text as an ES module. V8 refuses some code that the instrumentation's parser accepts, such as a
 * duplicate export. Such code must stay without markers, because V8's error quotes it.
 */
export function isModuleOfV8(source: string): Promise<boolean> {
  checker ??= new Checker();
  return checker.check(source);
}
