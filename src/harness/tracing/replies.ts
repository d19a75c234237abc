import { readSync } from "node:fs";
import { sleep } from "../channel.ts";

let channel = 4;
const NEWLINE = 0x0a;
const scratch = Buffer.alloc(64 * 1024);
/** Bytes received after the last line that was read. */
let pending = Buffer.alloc(0);

/** Sets the file descriptor of the replies, for a traced program. */
export function setReplyChannel(descriptor: number): void {
  channel = descriptor;
}

/** Waits for more bytes from the parent. Ends the process where the parent has ended. */
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

/** Waits for the parent's answer to the last record, one line of JSON, without running the event loop. */
export function receiveReply(): unknown {
  while (!pending.includes(NEWLINE)) readMore();
  const end = pending.indexOf(NEWLINE);
  const line = pending.toString("utf8", 0, end);
  pending = pending.subarray(end + 1);
  return JSON.parse(line);
}
