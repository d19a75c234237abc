import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const built = join(root, "dist", "cli.js");
const lock = join(root, "node_modules", ".heapbook-build");
/** A build takes seconds; a lock older than this was left by one that was killed. */
const STALE_MS = 120_000;

function newestMs(folder: string): number {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}

function isCurrent(): boolean {
  if (!existsSync(built) || !existsSync(join(root, "dist", "bundled"))) return false;
  return statSync(built).mtimeMs > Math.max(...["src", "scripts", "templates"].map(newestMs));
}

/** Takes the lock, or waits for whoever builds. */
function takeLock(): void {
  for (;;) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const ageMs = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (ageMs > STALE_MS) rmSync(lock, { recursive: true, force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}

/**
 * Builds dist/ before the tests, unless it is newer than its sources: measured processes and the command line run it, since
 * Node 20 cannot run TypeScript. Test runs side by side build once.
 */
export function setup(): void {
  takeLock();
  try {
    if (!isCurrent()) execFileSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: "inherit" });
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
