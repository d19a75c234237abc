import type { NoParamCallback } from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { PROGRAM_DESCRIPTORS } from "../../model/program-records.ts";
import { disguise } from "./function-texts.ts";

const own: ReadonlySet<unknown> = new Set(Object.values(PROGRAM_DESCRIPTORS));
/** A file descriptor that is never open. */
const NONE = 2 ** 31 - 1;

/**
 * Protects Heapbook's file descriptors from a program that closes all descriptors. The program gets the error for a
 * closed descriptor, as under plain Node.
 */
export function keepDescriptors(): void {
  // The program's `node:fs`. Heapbook's own imports are copies, made by the build, which no program changes.
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
