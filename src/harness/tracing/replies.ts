import { readSync } from "node:fs";
import { sleep } from "../channel.ts";

let channel = 4;
const NEWLINE = 0x0a;
const scratch = Buffer.alloc(64 * 1024);
/** Received bytes that follow the last line returned. */
let pending = Buffer.alloc(0);

/** Sets the file descriptor from which replies are read. Default: 4. A traced program uses another one. */
export function setReplyChannel(descriptor: number): void {
  channel = descriptor;
}

/** Waits for more bytes from the parent. Exits with code 1 if the parent has ended. */
function readMore(): void {
  for (;;) {
    try {
      const bytes = readSync(channel, scratch, 0, scratch.length, null);
      if (bytes === 0) process.exit(1);
      pending = Buffer.concat([pending, scratch.subarray(0, bytes)]);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") process.exit(1);
      sleep(1);
    }
  }
}

/**
 * Waits for the parent's answer to the last record (one line of JSON) and returns it parsed. The event loop does not
 * run meanwhile.
 */
export function receiveReply(): unknown {
  while (!pending.includes(NEWLINE)) readMore();
  const end = pending.indexOf(NEWLINE);
  const line = pending.toString("utf8", 0, end);
  pending = pending.subarray(end + 1);
  return JSON.parse(line);
}
