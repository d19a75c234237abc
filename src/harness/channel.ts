import { fstatSync, type Stats, writeSync } from "node:fs";
import type { TrialMessage } from "../model/records.ts";

// Copies of the originals, because the cell may replace them, `node:fs` included (`syncBuiltinESMExports()`).
const [write, stat] = [writeSync, fstatSync];
const { stringify } = JSON;
const { exit } = process;
const { deleteProperty, defineProperty, getOwnPropertyDescriptor } = Reflect;
/** The two prototypes to which a cell may add a `toJSON` that would change every record, or every list in a record. */
const [objects, lists] = [Object.prototype, Array.prototype];

let channel = 3;
let opened = statChannel();

/**
 * Sets the file descriptor to which records are written. Default: 3. A traced program uses another one, because it may
 * use 3 itself.
 */
export function setRecordChannel(descriptor: number): void {
  channel = descriptor;
  opened = statChannel();
}

function statChannel(): Stats | undefined {
  try {
    return stat(channel);
  } catch {
    return undefined; // closed
  }
}

/**
 * Whether the descriptor of the records is still the pipe to the parent. If the cell or the program closed the pipe,
 * the next file that it opens gets the same descriptor.
 */
export function isChannelOpen(): boolean {
  const now = statChannel();
  return now !== undefined && now.ino === opened?.ino && now.dev === opened.dev;
}

/**
 * Buffer for outgoing records. Node's pool of small buffers would now and then allocate an ArrayBuffer, in the middle
 * of a region whose ArrayBuffers are measured.
 */
const scratch = Buffer.alloc(64 * 1024);

function encode(text: string): Buffer {
  // A UTF-16 unit takes at most three bytes.
  if (text.length * 3 > scratch.length) return Buffer.from(text, "utf8");
  return scratch.subarray(0, scratch.write(text, "utf8"));
}

/**
 * Blocks the thread for a number of milliseconds. The event loop does not turn meanwhile, so the order of the cell's
 * callbacks is unchanged.
 */
export function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

let muted = false;

/**
 * Sets whether records are encoded but not written. Rehearsals before the first region run this code muted, so that
 * V8's first-run allocations fall into no region.
 */
export function muteRecords(isMuted: boolean): void {
  muted = isMuted;
}

/** Returns the record as JSON. A `toJSON` that the cell added to the prototype of objects or lists has no effect. */
function serialize(message: TrialMessage): string {
  if (!("toJSON" in lists)) return stringify(message);
  // No list methods and no iteration below: the cell may have replaced them, too.
  const ofObjects = getOwnPropertyDescriptor(objects, "toJSON");
  const ofLists = getOwnPropertyDescriptor(lists, "toJSON");
  deleteProperty(objects, "toJSON");
  deleteProperty(lists, "toJSON");
  try {
    return stringify(message);
  } finally {
    if (ofObjects !== undefined) defineProperty(objects, "toJSON", ofObjects);
    if (ofLists !== undefined) defineProperty(lists, "toJSON", ofLists);
  }
}

/** Writes one record to the parent, synchronously: a record sent before a crash arrives. */
export function send(message: TrialMessage): void {
  const text = encode(`${serialize(message)}\n`);
  const bytes = muted ? text.subarray(0, 0) : text;
  if (!isChannelOpen()) {
    const text = `heapbook: file descriptor ${channel} was closed, which Heapbook reserves for its records\n`;
    writeFully(2, encode(text));
    exit(1);
  }
  writeFully(channel, bytes);
}

/**
 * Writes all bytes to a file descriptor, synchronously. Waits while the pipe is full. On any other error the parent is
 * gone, and the process exits with code 1.
 */
export function writeFully(descriptor: number, bytes: Uint8Array): void {
  let offset = 0;
  do {
    try {
      offset += write(descriptor, bytes, offset);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") exit(1);
      sleep(1);
    }
  } while (offset < bytes.length);
}
