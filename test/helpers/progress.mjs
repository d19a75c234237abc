/** The progress line of audits, which may run for hours. */
import { writeSync } from "node:fs";

const EVERY_MS = 10_000;
const STDERR = 2;

/**
 * Writes a line to stderr at most every 10 s: cases done and in all, what the last case was, and seconds since the start.
 *
 * @param total number of cases
 * @param write gets each line; by default descriptor 2, because vitest keeps back what goes through `process.stderr`
 * @returns to be called after each case, with its seed or name
 */
export function startProgress(total, write = (line) => writeSync(STDERR, line), now = () => performance.now()) {
  const startMs = now();
  let lastMs = startMs;
  let done = 0;
  return (last) => {
    done += 1;
    if (now() - lastMs < EVERY_MS) return;
    lastMs = now();
    write(`${done} of ${total} done, last ${last}, ${((lastMs - startMs) / 1000).toFixed(0)} s\n`);
  };
}
