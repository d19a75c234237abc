/**
 * `npm run audit [-- programs [seed [node]]]`: the truth test of peaks with many generated programs, 5,000 by default, in the Node that
 * runs it or another. A program takes some seconds. Prints those whose bounds do not contain the computed peak, and exits 1 if any.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const [programs = "5000", seed = String(Date.now() % 2 ** 31), node = process.execPath] = process.argv.slice(2);
for (const [name, value] of Object.entries({ programs, seed })) {
  if (!/^[1-9]\d*$/.test(value)) {
    process.stderr.write(`error: ${name} must be a whole number from 1, not \`${value}\`\n`);
    process.exit(2);
  }
}
process.stdout.write(`${programs} programs, seed ${seed}, ${node}\n`);
const { status } = spawnSync(
  process.execPath,
  [
    fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url)),
    ...["run", "--project", "truth", "test/truth/peak.test.ts", "-t", "generated program"],
  ],
  {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: {
      ...process.env,
      HEAPBOOK_AUDIT_PROGRAMS: programs,
      HEAPBOOK_AUDIT_SEED: seed,
      HEAPBOOK_AUDIT_NODE: node,
    },
    stdio: "inherit",
  },
);
process.exit(status ?? 1);
