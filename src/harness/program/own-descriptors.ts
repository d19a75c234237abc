import type { NoParamCallback } from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { PROGRAM_DESCRIPTORS } from "../../model/program-records.ts";
import { disguise } from "./function-texts.ts";

const own: ReadonlySet<unknown> = new Set(Object.values(PROGRAM_DESCRIPTORS));
/** A descriptor that no process has. */
const NONE = 2 ** 31 - 1;

/** Keeps a program that closes all descriptors from closing those of Heapbook: it finds them closed, as under plain Node. */
export function keepDescriptors(): void {
  // The program's module: the build gives Heapbook copies of built-in modules, which no program changes.
  const fs = createRequire(join(process.cwd(), "_"))("node:fs") as typeof import("node:fs");
  const { closeSync, close } = fs;
  const closesNow = function heapbookCalls(descriptor: number): void {
    closeSync(own.has(descriptor) ? NONE : descriptor);
  };
  const closes = function heapbookCalls(descriptor: number, ...rest: [callback?: NoParamCallback]): void {
    close(own.has(descriptor) ? NONE : descriptor, ...rest);
  };
  disguise(closesNow, closeSync);
  disguise(closes, close);
  Object.assign(fs, { closeSync: closesNow, close: closes });
  syncBuiltinESMExports();
}
