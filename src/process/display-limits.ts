import type { MimeBundle } from "../model/values.ts";

/** Most UTF-8 bytes of a text in a display that are kept: four times as much as of a stream, since a table is one text. */
const TEXT_BYTES = 1024 * 1024;
/** Most bytes of one other value: an image in base64, JSON. Half of it would be no image, so that larger ones are not kept. */
const VALUE_BYTES = 16 * 1024 * 1024;
/** Most bytes of all displays of one trial. */
const TRIAL_BYTES = 32 * 1024 * 1024;
/** Most UTF-8 bytes of the message of an error that are kept. */
const MESSAGE_BYTES = 16 * 1024;

/** A MIME bundle within the limits. */
export interface LimitedDisplay {
  readonly data: MimeBundle;
  /** Bytes that are not kept; undefined where all are. */
  readonly cutBytes: number | undefined;
  /** The first text that was cut, whole. */
  readonly whole: string | undefined;
}

/** Cuts displays, in the order in which a trial sends them, as streams are cut: what would make the page unreadable is counted instead. */
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

/** Bytes of a value as JSON. */
function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? "");
}

/** The beginning of a text, without half a character at its end, and the number of UTF-8 bytes after it. */
function cutText(text: string, mostBytes: number): { readonly text: string; readonly cutBytes: number } {
  const bytes = text.length * 3 <= mostBytes ? 0 : Buffer.byteLength(text);
  if (bytes <= mostBytes) return { text, cutBytes: 0 };
  const kept = new TextDecoder("utf-8").decode(Buffer.from(text.slice(0, mostBytes)).subarray(0, mostBytes), {
    stream: true,
  });
  return { text: kept, cutBytes: bytes - Buffer.byteLength(kept) };
}

/** The message of an error; the end of a very long one is replaced by the number of its bytes. */
export function limitMessage(message: string): string {
  const { text, cutBytes } = cutText(message, MESSAGE_BYTES);
  return cutBytes === 0 ? message : `${text} … (${cutBytes} B of the message truncated)`;
}

/** UTF-8 bytes at the end of a message that `limitMessage` leaves out. */
export function countCut(message: string): number {
  return cutText(message, MESSAGE_BYTES).cutBytes;
}
