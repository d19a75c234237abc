import { fstatSync, writeSync } from "node:fs";
import type { TrialMessage } from "../model/records.ts";

const CHANNEL = 3;

// Taken before the code of the cell runs, which may replace them.
const { stringify } = JSON;
const { exit } = process;
/** Inode of the channel: where the cell closes it, the next file that the cell opens gets the same descriptor. */
const channelInode = inodeOf(CHANNEL);

function inodeOf(descriptor: number): number | undefined {
  try {
    return fstatSync(descriptor).ino;
  } catch {
    return undefined; // closed
  }
}

/**
 * Buffer for outgoing records. Node's pool of small buffers would allocate a new ArrayBuffer from time to time, in the middle
 * of a region whose ArrayBuffers are measured.
 */
const scratch = Buffer.alloc(64 * 1024);

function encode(text: string): Buffer {
  // A UTF-16 unit takes at most three bytes.
  if (text.length * 3 > scratch.length) return Buffer.from(text, "utf8");
  return scratch.subarray(0, scratch.write(text, "utf8"));
}

/** Blocks the thread for a time. The event loop does not turn, so that the order of the cell's callbacks stays as it is. */
export function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Writes one record to the parent, synchronously: a record sent before a crash arrives. */
export function send(message: TrialMessage): void {
  const bytes = encode(`${stringify(message)}\n`);
  if (channelInode === undefined || inodeOf(CHANNEL) !== channelInode) {
    writeFully(2, encode("heapbook: the cell closed file descriptor 3, which Heapbook reserves for its records.\n"));
    exit(1);
  }
  writeFully(CHANNEL, bytes);
}

/**
 * Writes all bytes to a file descriptor, synchronously. Waits while the pipe is full. Any other error means that the parent is
 * gone: the process exits with code 1.
 */
export function writeFully(descriptor: number, bytes: Uint8Array): void {
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(descriptor, bytes, offset);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") exit(1);
      sleep(1);
    }
  }
}
