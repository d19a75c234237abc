/**
 * Instruments modules that a `require()`d ES module imports, on Node 20, whose loader reads them without calling any
 * hook.
 */
import Module, { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isWanted, requestModule } from "./files.ts";

type Read = typeof import("node:fs").readFileSync;

const SCRIPT = /\.m?js$/;

/**
 * Gives Node's loader of required ES modules a `readFileSync` that returns instrumented code. The loader copies the
 * function from `node:fs` as it loads. This function makes it load now, and then restores Node's own for the program.
 */
export function hookRequiredImports(packages: ReadonlySet<string>): void {
  // The program's `node:fs`. The build gives Heapbook copies of built-in modules.
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
    // A path in `node_modules`, for which Node prints no warning about an experimental feature. Node reads no file,
    // because the code is given.
    const file = join(process.cwd(), "node_modules", "heapbook-none.mjs");
    const module = new Module(file) as unknown as { _compile(code: string, file: string, format: string): void };
    module._compile('import "node:fs";', file, "module");
  } finally {
    fs.readFileSync = readFileSync;
  }
}
