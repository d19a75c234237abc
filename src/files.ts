import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  type Stats,
  statSync,
} from "node:fs";
import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { nearest } from "./errors.ts";

/** Longest string of V8, in UTF-16 code units (2^29 − 24). Files with more bytes are read in parts or refused. */
export const LONGEST_TEXT = 0x1fffffe8;

/**
 * The path whose name is nearest to one that does not exist, in the same folder; undefined where none is near.
 * @param path as the author wrote it, with `/`
 * @param folder to which the path is relative
 */
export function nearestPath(path: string, folder: string): string | undefined {
  const absolute = resolve(folder, path);
  const beside = dirname(absolute);
  const names = existsSync(beside) && statSync(beside).isDirectory() ? readdirSync(beside) : [];
  const near = nearest(basename(absolute), names);
  return near === undefined ? undefined : [...path.split("/").slice(0, -1), near].join("/");
}

/** Decodes a percent-encoded path or address. One with an invalid escape, such as `a%zz.png`, is returned unchanged. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Makes an error with a code, in the form of the errors of Node's file system. */
function readError(path: string | Buffer, code: string, reason: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${path} ${reason}`), { code });
}

/**
 * Reads a regular file, or a link to one. A device or named pipe, which may have no end, is refused at once.
 * @param mostBytes size in bytes above which a file is refused
 * @throws Error of the file system; Error with the code `NOT_A_FILE` or `TOO_LONG`
 */
export function readRegularFile(path: string | Buffer, mostBytes = Number.POSITIVE_INFINITY): Buffer {
  // Without O_NONBLOCK, opening a named pipe waits for a writer.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw readError(path, "NOT_A_FILE", "is a folder, a device or a pipe, not a file");
    if (stats.size > mostBytes) throw readError(path, "TOO_LONG", `has more than ${mostBytes} bytes`);
    // Files of /proc have the size 0 and contents without end.
    return stats.size === 0 ? Buffer.alloc(0) : readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** Reads a regular file as text (UTF-8). @throws as `readRegularFile`; `TOO_LONG` for more than a string can hold */
export function readRegularText(path: string | Buffer): string {
  return readRegularFile(path, LONGEST_TEXT).toString("utf8");
}

/**
 * The state of the file or folder to which a path leads. Undefined if nothing exists, links go in a circle, or a folder
 * on the way cannot be entered. Node's `throwIfNoEntry: false` covers only the first case.
 */
export function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Makes a folder with its missing parents; an existing folder is fine. `mkdirSync` with `recursive` is not used,
 * because below `/proc` it never ends: there the system denies that the parent of a new folder exists (Node 20).
 * @throws Error of the file system
 */
export function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}

/**
 * Absolute path of a built file of Heapbook that another process or thread runs. It must be built, because Node 20
 * cannot run TypeScript. In tests, where the asking module is a source, the file in dist/ is returned.
 *
 * @param name path relative to src/ or dist/: `harness/main.js`
 * @param module URL of the asking module, which is one folder below src/ or dist/
 */
export function builtFile(name: string, module: string): string {
  const beside = fileURLToPath(new URL(`../${name}`, module));
  return existsSync(beside) ? beside : fileURLToPath(new URL(`../../dist/${name}`, module));
}

/** Whether an absolute path is a folder or lies in it, by name: links are not followed. */
export function isWithin(path: string, folder: string): boolean {
  const between = relative(folder, path);
  return between !== ".." && !between.startsWith(`..${sep}`) && !isAbsolute(between);
}

/** Whether the process with this id (text, as in a file name) has ended; false for undefined. */
export function isOfDeadProcess(pid: string | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH"; // EPERM: it runs, as another user's
  }
}
