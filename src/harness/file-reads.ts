/** Observes which files a cell reads through `node:fs`. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { send } from "./channel.ts";

const seen = new Set<string>();

function note(file: unknown): void {
  let path: string;
  if (typeof file === "string") path = resolve(file);
  else if (file instanceof URL && file.protocol === "file:") path = fileURLToPath(file);
  else if (Buffer.isBuffer(file)) path = resolve(file.toString());
  else return; // a file descriptor: its path was noted when the file was opened
  if (seen.has(path)) return;
  seen.add(path);
  send({ type: "read", path });
}

type Reader = (...args: never[]) => unknown;

function watch<T extends object>(
  owner: T,
  name: keyof T & string,
  isRead: (args: readonly unknown[]) => boolean,
): void {
  const original = owner[name] as unknown as Reader;
  const wrapped = function (this: unknown, ...args: never[]): unknown {
    if (isRead(args)) note(args[0]);
    return Reflect.apply(original, this, args);
  };
  Object.assign(wrapped, original); // properties of the function, such as util.promisify's symbol
  owner[name] = wrapped as unknown as T[typeof name];
}

const always = (): boolean => true;
/** Whether the arguments of `open` ask for reading: the default, unless the flags are write-only. */
const opensToRead = (args: readonly unknown[]): boolean => {
  const flags = args[1];
  return typeof flags === "string"
    ? flags.startsWith("r")
    : typeof flags === "number"
      ? (flags & fs.constants.O_WRONLY) === 0
      : true;
};

/**
 * Reports to the parent every file that the cell reads through `node:fs`, so that a changed data file makes a stored result
 * stale without `inputs`. Called under `output` and `min-heap` only: measured processes keep the original functions.
 */
export function observeReads(): void {
  watch(fs, "readFileSync", always);
  watch(fs, "readFile", always);
  watch(fs, "createReadStream", always);
  watch(fs, "readdirSync", always);
  watch(fs, "readdir", always);
  watch(fs, "openSync", opensToRead);
  watch(fs, "open", opensToRead);
  watch(fs.promises, "readFile", always);
  watch(fs.promises, "readdir", always);
  watch(fs.promises, "open", opensToRead);
  syncBuiltinESMExports();
}
