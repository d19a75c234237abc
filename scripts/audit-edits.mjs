/**
 * `npm run audit:edits [-- edits [kills [seed [flagship]]]]`: random edits of a report, each compared with a clean build byte for byte, renders that
 * are killed at random moments, and random edits of the flagship; 200, 30 and 20 by default. An edit takes some seconds, one of the flagship
 * half a minute. Prints the seed, and exits 1 where a page differs.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const [edits = "200", kills = "30", seed = String(Date.now() % 2 ** 31), flagship = "20"] = process.argv.slice(2);
for (const [name, value] of Object.entries({ edits, kills, seed, flagship })) {
  if (!/^[1-9]\d*$/.test(value)) {
    process.stderr.write(`error: ${name} must be a whole number from 1, not \`${value}\`\n`);
    process.exit(2);
  }
}
process.stdout.write(`${edits} edits, ${kills} kills, ${flagship} edits of the flagship, seed ${seed}\n`);
const { status } = spawnSync(
  process.execPath,
  [
    fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url)),
    ...["run", "--project", "e2e", "test/e2e/cli/edits.test.ts", "test/e2e/flagship/edits.test.ts"],
  ],
  {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: {
      ...process.env,
      HEAPBOOK_AUDIT_EDITS: edits,
      HEAPBOOK_AUDIT_FLAGSHIP: flagship,
      HEAPBOOK_AUDIT_KILLS: kills,
      HEAPBOOK_AUDIT_SEED: seed,
    },
    stdio: "inherit",
  },
);
process.exit(status ?? 1);
