/**
 * `npm run dev`: builds dist/, then builds again after each change in src/, scripts/ or templates/, until Ctrl-C. One line after
 * each build says whether dist/ is current; tsc prints its errors above that line.
 *
 * Each build is a whole one: bundle.mjs overwrites files that tsc wrote, which `tsc --watch` would not write again.
 */
import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Editors write several files at once, or one file several times. */
const SETTLE_MS = 200;

function build() {
  return new Promise((resolve) => {
    const child = spawn("npm", ["run", "--silent", "build"], {
      cwd: root,
      stdio: "inherit",
      shell: process.platform === "win32",
    });
    child.on("error", () => resolve(false));
    child.on("exit", (code) => resolve(code === 0));
  });
}

let isBuilding = false;
let isStale = true;

async function buildWhileStale() {
  if (isBuilding) return;
  isBuilding = true;
  while (isStale) {
    isStale = false;
    const startMs = performance.now();
    const isBuilt = await build();
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    const time = new Date().toLocaleTimeString();
    process.stdout.write(`${time} ${isBuilt ? `built in ${seconds} s` : "build failed"}, waiting for changes\n`);
  }
  isBuilding = false;
}

let timer;
for (const folder of ["src", "scripts", "templates"]) {
  watch(`${root}${folder}`, { recursive: true }, () => {
    isStale = true;
    clearTimeout(timer);
    timer = setTimeout(buildWhileStale, SETTLE_MS);
  });
}
await buildWhileStale();
