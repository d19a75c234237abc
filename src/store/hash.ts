import { createHash } from "node:crypto";
import { type BigIntStats, closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** SHA-256 of a text (as UTF-8) or of bytes, in lower-case hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * One text for one value, whatever the order in which its keys were written: keys sorted by code unit, no blanks,
 * properties that are undefined left out. Valid JSON, but for numbers that JSON lacks (`NaN`, `Infinity`), which are
 * written as JavaScript writes them, so that they stay apart from `null`.
 *
 * @throws TypeError for a function, a symbol or a bigint, which no two processes would write alike.
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

/** Trees of the kernel: what is read there is never the same twice, and some of it has no end. */
const KERNEL_FOLDERS = ["/proc/", "/sys/", "/dev/"];

const CHUNK_BYTES = 1 << 20;

/**
 * SHA-256 of a file's bytes; of the sorted names for a folder, which is what a program that lists it depends on.
 * Null for whatever has no content to depend on: a missing or unreadable file, a device, a pipe, `/proc`. An error of
 * the disk gives null too, and harms nothing: null differs from the hash that was there, and the result is measured anew.
 */
export function hashFile(path: string): string | null {
  if (KERNEL_FOLDERS.some((folder) => path.startsWith(folder))) return null;
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return sha256(canonicalJson(["folder", readdirSync(path).sort()]));
    return stats.isFile() ? hashContents(path) : null;
  } catch {
    return null;
  }
}

/** In chunks, since an input may be larger than a string or a buffer can be. */
function hashContents(path: string): string {
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

/** Hashes the same files for many results, reading each once as long as it does not change. */
export function createFileHasher(): (path: string) => string | null {
  const known = new Map<string, { readonly stamp: string; readonly sha256: string | null }>();
  return (path) => {
    const stamp = stampOf(path);
    const found = known.get(path);
    if (found !== undefined && found.stamp === stamp) return found.sha256;
    const hashed = hashFile(path);
    if (stamp !== undefined) known.set(path, { stamp, sha256: hashed });
    return hashed;
  };
}

/** What changes when a file does; undefined where that cannot be relied on. */
function stampOf(path: string): string | undefined {
  let stats: BigIntStats;
  try {
    stats = statSync(path, { bigint: true });
  } catch {
    return undefined; // hashFile says what it is.
  }
  // A file changed within the clock's last tick may change again without a new time (git's "racily clean").
  if (!stats.isFile() || Date.now() - Number(stats.ctimeMs) < 1000) return undefined;
  return `${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
}

/** SHA-256 over the names and contents of all files below a folder for which `includes` holds. */
export function hashFolder(folder: string, includes: (name: string) => boolean = () => true): string {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && includes(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .map((name) => name.split(sep).join("/"))
    .sort();
  return sha256(canonicalJson(names.map((name) => [name, sha256(readFileSync(join(folder, name)))])));
}
