/** Bytes of one stream of one process that are kept for the page. */
const KEPT_BYTES = 256 * 1024;
/** V8 writes the reason of a crash at the end of stderr. */
const TAIL_BYTES = 16 * 1024;

/** Collects one stream of a process: the beginning for the page, the end for the diagnosis, and the number of bytes between. */
export class StreamCapture {
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  #totalBytes = 0;
  #tail: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): void {
    this.#totalBytes += chunk.length;
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

  tail(): string {
    return this.#tail.toString("utf8");
  }
}
