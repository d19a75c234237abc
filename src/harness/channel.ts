import { writeSync } from "node:fs";
import type { TrialMessage } from "./protocol.ts";

const CHANNEL = 3;

/** Sleeps without turning the event loop, so that the order of the cell's own callbacks is not changed. */
function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/**
 * Writes one record to the parent, synchronously: what was sent before a crash has arrived.
 * A full pipe is waited for; any other error means that the parent is gone, and the process ends, since nobody is left
 * to measure for.
 */
export function send(message: TrialMessage): void {
  const line = Buffer.from(`${JSON.stringify(message)}\n`, "utf8");
  let offset = 0;
  while (offset < line.length) {
    try {
      offset += writeSync(CHANNEL, line, offset);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") process.exit(1);
      sleep(1);
    }
  }
}
