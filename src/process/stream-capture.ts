/** How much of one stream of one process is kept. What a reader can take in is far less. */
const KEPT_BYTES = 256 * 1024;
/** V8 says why it gave up at the very end of stderr. */
const TAIL_BYTES = 16 * 1024;

/** Collects one stream of a process: its beginning for the report, its end for the diagnosis, the count of the rest. */
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

  /** Text of the kept bytes from `start` to `end`; an unfinished UTF-8 character at the end is left out. */
  text(start: number, end: number): string {
    const bytes = Buffer.concat(this.#kept).subarray(start, end);
    return new TextDecoder("utf-8").decode(bytes, { stream: end >= KEPT_BYTES });
  }

  tail(): string {
    return this.#tail.toString("utf8");
  }
}
