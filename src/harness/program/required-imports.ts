/** Modules that a required ES module imports, under Node 20: its own loader reads them, without any hook of modules. */
import Module, { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isWanted, requestModule } from "./files.ts";

type Read = typeof import("node:fs").readFileSync;

const SCRIPT = /\.m?js$/;

/**
 * Gives Node's loader of required modules a `readFileSync` that reads instrumented code. The loader takes the function from `node:fs` as
 * it loads, which is now: the program finds Node's own.
 */
export function hookRequiredImports(packages: ReadonlySet<string>): void {
  // The program's module: the build gives Heapbook copies of built-in modules.
  const fs = createRequire(join(process.cwd(), "_"))("node:fs") as { readFileSync: Read };
  const { readFileSync } = fs;
  const reads = function heapbookCalls(file: Parameters<Read>[0], options?: Parameters<Read>[1]): string | Buffer {
    const text = readFileSync(file, options);
    if (!(file instanceof URL) || !SCRIPT.test(file.pathname)) return text;
    const path = fileURLToPath(file);
    if (!isWanted(path, packages)) return text;
    const { code } = requestModule({ path, script: file.href, kind: "imported", source: text.toString() });
    if (code === null) return text;
    return typeof text === "string" ? code : Buffer.from(code);
  };
  fs.readFileSync = reads as unknown as Read;
  try {
    // In a package, for which Node does not warn that this is experimental. Nothing is read: the code is here.
    const file = join(process.cwd(), "node_modules", "heapbook-none.mjs");
    const module = new Module(file) as unknown as { _compile(code: string, file: string, format: string): void };
    module._compile('import "node:fs";', file, "module");
  } finally {
    fs.readFileSync = readFileSync;
  }
}
