import { writeSync } from "node:fs";
import type { TrialMessage } from "../model/records.ts";

const CHANNEL = 3;

/**
 * Records are written from here, not from Node's pool of small buffers: a piece of that would be a new ArrayBuffer now and
 * then, in the middle of a region that weighs them.
 */
const scratch = Buffer.alloc(64 * 1024);

function encode(text: string): Buffer {
  // A UTF-16 unit takes at most three bytes.
  if (text.length * 3 > scratch.length) return Buffer.from(text, "utf8");
  return scratch.subarray(0, scratch.write(text, "utf8"));
}

/** Sleeps without turning the event loop, so that the order of the cell's own callbacks is not changed. */
export function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Writes one record to the parent, synchronously: what was sent before a crash has arrived. */
export function send(message: TrialMessage): void {
  writeFully(CHANNEL, encode(`${JSON.stringify(message)}\n`));
}

/**
 * Writes all of the bytes, synchronously. A full pipe is waited for; any other error means that the parent is gone, and the
 * process ends, since nobody is left to measure for.
 */
export function writeFully(descriptor: number, bytes: Uint8Array): void {
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(descriptor, bytes, offset);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") process.exit(1);
      sleep(1);
    }
  }
}
