/**
 * Part of CI: known vulnerabilities of the packages (`npm audit`), from severity high. Where the registry does not answer, or has no such
 * service, says so and goes on: CI works without network.
 */
import { spawnSync } from "node:child_process";

const { stdout } = spawnSync(
  "npm",
  ["audit", "--json", "--audit-level=high", "--fetch-timeout=15000", "--fetch-retries=0"],
  {
    encoding: "utf8",
    maxBuffer: 1e9,
  },
);
const counts = readCounts(stdout);
if (counts === undefined) {
  process.stdout.write("npm audit: skipped, because the registry did not answer\n");
} else {
  process.stdout.write(
    `npm audit: ${Object.entries(counts)
      .map(([level, count]) => `${level} ${count}`)
      .join(", ")}\n`,
  );
  if (counts.high + counts.critical > 0) process.exitCode = 1;
}

/** Vulnerabilities by severity; undefined for an answer that is no report. */
function readCounts(text) {
  try {
    return JSON.parse(text).metadata?.vulnerabilities;
  } catch {
    return undefined;
  }
}
