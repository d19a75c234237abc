import { createHash } from "node:crypto";
import { type BigIntStats, closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** SHA-256 of a text (as UTF-8) or of bytes, in lower-case hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * Canonical JSON: equal values give equal texts. Keys are sorted by code unit; there are no blanks and no undefined properties.
 * Exception to JSON: `NaN`, `Infinity` and `-0` are written as in JavaScript, so that they differ from `null` and `0`.
 *
 * @throws TypeError for a function, a symbol or a bigint
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (typeof value === "object") {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(",")}}`;
  }
  throw new TypeError(`A ${typeof value} has no canonical JSON.`);
}

/** Folders of the kernel's file systems. Their contents differ at each reading, and some files have no end. */
const KERNEL_FOLDERS = ["/proc/", "/sys/", "/dev/"];

const CHUNK_BYTES = 1 << 20;

/**
 * SHA-256 of a file's bytes. For a folder: SHA-256 of its sorted names, because a program that lists the folder depends
 * on them. Null for a path without content: missing, unreadable, a device, a pipe, or in `/proc`. A disk error gives
 * null too; null differs from the stored hash, so the result is measured again.
 */
export function hashFile(path: string | Buffer): string | null {
  const name = path.toString();
  if (KERNEL_FOLDERS.some((folder) => name.startsWith(folder))) return null;
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return sha256(canonicalJson(["folder", readdirSync(path).sort()]));
    return stats.isFile() ? hashContents(path) : null;
  } catch {
    return null;
  }
}

/** Hashes a file in chunks, because a file may be larger than the largest buffer. */
function hashContents(path: string | Buffer): string {
  const hash = createHash("sha256");
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const file = openSync(path, "r");
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) hash.update(chunk.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}

/** Makes a function like `hashFile` with a cache: a file that has not changed is read only once. */
export function createFileHasher(): (path: string | Buffer) => string | null {
  const known = new Map<string, { readonly stamp: string; readonly sha256: string | null }>();
  return (path) => {
    const stamp = stampOf(path);
    const key = typeof path === "string" ? path : path.toString("latin1");
    const found = known.get(key);
    if (found !== undefined && found.stamp === stamp) return found.sha256;
    const hashed = hashFile(path);
    if (stamp !== undefined) known.set(key, { stamp, sha256: hashed });
    return hashed;
  };
}

/**
 * Inode, size and times of a file as one text, which changes with the content. Undefined if the stamp cannot be relied
 * on.
 */
function stampOf(path: string | Buffer): string | undefined {
  let stats: BigIntStats;
  try {
    stats = statSync(path, { bigint: true });
  } catch {
    return undefined; // hashFile handles it
  }
  // Changed in the last second: the file can change again without a new time of change (git calls this "racily clean").
  if (!stats.isFile() || Date.now() - Number(stats.ctimeMs) < 1000) return undefined;
  return `${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
}

/**
 * SHA-256 of the names and contents of all files below a folder.
 * @param includes selects files by name; by default all
 */
export function hashFolder(folder: string, includes: (name: string) => boolean = () => true): string {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && includes(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .map((name) => name.split(sep).join("/"))
    .sort();
  return sha256(canonicalJson(names.map((name) => [name, sha256(readFileSync(join(folder, name)))])));
}
