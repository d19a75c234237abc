import { Worker } from "node:worker_threads";

/** Node gives V8's parser of modules, without running them, only where this flag is set; a thread can have flags of its own. */
const FLAGS = ["--experimental-vm-modules", "--no-warnings"];
const CODE = `const { parentPort } = require("node:worker_threads");
const { SourceTextModule } = require("node:vm");
parentPort.on("message", (source) => {
  let isModule = true;
  try { new SourceTextModule(source); } catch (error) { isModule = false; }
  parentPort.postMessage(isModule);
});`;

/** Answers by a thread, in the order of the questions. The thread keeps no process alive, except while it has a question. */
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
 * Whether V8 reads a text as an ES module. It refuses some code that the parser of instrumentation takes, such as an export twice, and its
 * error quotes the author's code only where the code has no markers.
 */
export function isModuleOfV8(source: string): Promise<boolean> {
  checker ??= new Checker();
  return checker.check(source);
}
