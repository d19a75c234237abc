/** Number of bytes of one stream that are kept for the page. */
const KEPT_BYTES = 256 * 1024;
/** Number of bytes of a shown stream that are kept for the file of the complete output beside the page. */
const WHOLE_BYTES = 64 * 1024 * 1024;
/** Number of bytes kept from the end of a stream: V8 writes the reason of a crash at the end of stderr. */
const TAIL_BYTES = 16 * 1024;

/** Collects one stream of a process: the beginning for the page, the end for the diagnosis, and the number of bytes between. */
export class StreamCapture {
  readonly #kept: Buffer[] = [];
  readonly #rest: Buffer[] = [];
  readonly #keepsWhole: boolean;
  #keptBytes = 0;
  #totalBytes = 0;
  #tail: Buffer = Buffer.alloc(0);

  /** @param keepsWhole whether more bytes are kept, so that `whole()` can return the complete text */
  constructor(keepsWhole = false) {
    this.#keepsWhole = keepsWhole;
  }

  push(chunk: Buffer): void {
    this.#totalBytes += chunk.length;
    const beyond = chunk.subarray(Math.max(0, KEPT_BYTES - this.#keptBytes));
    const wholeRoom = WHOLE_BYTES - (this.#totalBytes - beyond.length);
    if (this.#keepsWhole && beyond.length > 0 && wholeRoom > 0) this.#rest.push(beyond.subarray(0, wholeRoom));
    const room = KEPT_BYTES - this.#keptBytes;
    if (room > 0) {
      const part = chunk.subarray(0, room);
      this.#kept.push(part);
      this.#keptBytes += part.length;
    }
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
  }

  get keptBytes(): number {
    return this.#keptBytes;
  }

  get cutBytes(): number {
    return this.#totalBytes - this.#keptBytes;
  }

  /** Text of the kept bytes from `start` to `end`, without an incomplete UTF-8 character at the cut. */
  text(start: number, end: number): string {
    const bytes = Buffer.concat(this.#kept).subarray(start, end);
    return new TextDecoder("utf-8").decode(bytes, { stream: end >= KEPT_BYTES });
  }

  /**
   * The complete text, up to 64 MiB; a last line says how much is missing. Undefined if nothing was cut from the page,
   * or if `keepsWhole` is false.
   */
  whole(): string | undefined {
    if (this.#rest.length === 0) return undefined;
    const text = new TextDecoder("utf-8").decode(Buffer.concat([...this.#kept, ...this.#rest]), { stream: true });
    const missing = this.#totalBytes - WHOLE_BYTES;
    return missing > 0 ? `${text}\n… (${missing} B more)\n` : text;
  }

  tail(): string {
    return this.#tail.toString("utf8");
  }
}
