import type { MimeBundle } from "../model/values.ts";

/**
 * Largest kept size of a text in a display, in UTF-8 bytes. Four times the limit of a stream, because a table is one
 * text.
 */
const TEXT_BYTES = 1024 * 1024;
/**
 * Largest kept size of one value that is not a text, such as JSON or a Base64 image, in bytes. Larger values are
 * dropped whole: a part would be useless.
 */
const VALUE_BYTES = 16 * 1024 * 1024;
/** Largest kept size of all displays of one trial, in bytes. */
const TRIAL_BYTES = 32 * 1024 * 1024;
/** Largest kept size of an error's message, in UTF-8 bytes. */
const MESSAGE_BYTES = 16 * 1024;

/** A MIME bundle after `DisplayLimits.limit()`: cut texts, without values that are too large. */
export interface LimitedDisplay {
  readonly data: MimeBundle;
  /** Number of bytes that were dropped; undefined if none were. */
  readonly cutBytes: number | undefined;
  /** The complete text of the first text that was cut; undefined if none was. */
  readonly whole: string | undefined;
}

/**
 * Limits the size of a trial's displays, in the order in which they arrive. Bytes that would make the page unreadable
 * are dropped and counted.
 */
export class DisplayLimits {
  #usedBytes = 0;

  limit(data: MimeBundle): LimitedDisplay {
    const kept: Record<string, unknown> = {};
    let cutBytes = 0;
    let whole: string | undefined;
    for (const [type, value] of Object.entries(data)) {
      const isText = typeof value === "string" && type.startsWith("text/");
      const text = isText ? cutText(value, TEXT_BYTES) : { text: "", cutBytes: 0 };
      const bytes = sizeOf(isText ? text.text : value);
      if (bytes > VALUE_BYTES || this.#usedBytes + bytes > TRIAL_BYTES) {
        cutBytes += bytes + text.cutBytes;
        continue;
      }
      if (text.cutBytes > 0) whole ??= String(value);
      this.#usedBytes += bytes;
      cutBytes += text.cutBytes;
      kept[type] = isText ? text.text : value;
    }
    return { data: kept, cutBytes: cutBytes === 0 ? undefined : cutBytes, whole };
  }
}

/** Size of a value as JSON, in bytes. */
function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? "");
}

/**
 * Cuts a text to `mostBytes` UTF-8 bytes, at a whole character. Returns the kept text and the number of dropped bytes.
 */
function cutText(text: string, mostBytes: number): { readonly text: string; readonly cutBytes: number } {
  const bytes = text.length * 3 <= mostBytes ? 0 : Buffer.byteLength(text);
  if (bytes <= mostBytes) return { text, cutBytes: 0 };
  const kept = new TextDecoder("utf-8").decode(Buffer.from(text.slice(0, mostBytes)).subarray(0, mostBytes), {
    stream: true,
  });
  return { text: kept, cutBytes: bytes - Buffer.byteLength(kept) };
}

/** Cuts a very long message of an error; states the number of dropped bytes at its end. */
export function limitMessage(message: string): string {
  const { text, cutBytes } = cutText(message, MESSAGE_BYTES);
  return cutBytes === 0 ? message : `${text} … (${cutBytes} B of the message truncated)`;
}

/** Number of UTF-8 bytes that `limitMessage` drops from a message. */
export function countCut(message: string): number {
  return cutText(message, MESSAGE_BYTES).cutBytes;
}
