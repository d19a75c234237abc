/**
 * Receives the numbers of one section of a heap snapshot. The trace tree is nested arrays, so starts and ends of arrays
 * are reported, too.
 */
export interface NumberSink {
  number(value: number): void;
  /** An array within the section begins. */
  open?(): void;
  close?(): void;
}

/** Receives the wanted parts of a heap snapshot while the scanner reads it. */
export interface SnapshotVisitor {
  /** The parsed object `snapshot` at the start of the file, which names the fields of the sections. */
  header(header: unknown): void;
  /** Returns the receiver of a section's numbers; undefined to skip the section. */
  numbers(section: string): NumberSink | undefined;
  /** Whether `string()` should receive a string. The scanner skips all others. */
  wantsString(index: number): boolean;
  string(index: number, text: string): void;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const ZERO = 0x30;
const NINE = 0x39;

/** What the scanner reads next: the start of a section's name, the name, the start of its value, or the value. */
type State = "between" | "key" | "value" | "header" | "numbers" | "skipped" | "strings" | "string" | "skipped-string";

/**
 * Reads V8's heap snapshot (`.heapsnapshot`, JSON) in chunks, in constant memory. `JSON.parse` cannot read a snapshot
 * of gigabytes, because it does not fit into one string.
 *
 * The scanner accepts only the form that V8 writes (`HeapSnapshotJSONSerializer` in
 * v8/src/profiler/heap-snapshot-generator.cc): one object with a header, arrays of whole numbers, and `strings` at the
 * end.
 */
export class SnapshotScanner {
  readonly #visitor: SnapshotVisitor;
  #state: State = "between";
  /** Bytes of a name, header or wanted string that continues in the next chunk. */
  #kept: Buffer[] = [];
  #section = "";
  #sink: NumberSink | undefined;
  /** Number of open brackets in a section of numbers, or of open braces in the header. */
  #depth = 0;
  #value = 0;
  #inNumber = false;
  #inText = false;
  #escaped = false;
  #stringIndex = 0;

  constructor(visitor: SnapshotVisitor) {
    this.#visitor = visitor;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.#step(chunk, at);
  }

  /** @throws Error if the file ends before the snapshot does */
  end(): void {
    if (this.#state !== "between" || this.#section !== "strings") throw new Error("a heap snapshot ends in the middle");
  }

  /** Reads from byte `from` on in the present state. Returns the index of the byte at which the next state begins. */
  #step(chunk: Buffer, from: number): number {
    switch (this.#state) {
      case "between":
        return this.#findKey(chunk, from);
      case "key":
        return this.#readKey(chunk, from);
      case "value":
        return this.#enterValue(chunk, from);
      case "header":
        return this.#readHeader(chunk, from);
      case "numbers":
        return this.#readNumbers(chunk, from);
      case "skipped":
        return this.#skipNumbers(chunk, from);
      case "strings":
        return this.#findString(chunk, from);
      case "string":
      case "skipped-string":
        return this.#readString(chunk, from);
    }
  }

  #findKey(chunk: Buffer, from: number): number {
    const quote = chunk.indexOf(QUOTE, from);
    if (quote < 0) return chunk.length;
    this.#state = "key";
    return quote + 1;
  }

  #readKey(chunk: Buffer, from: number): number {
    const quote = chunk.indexOf(QUOTE, from);
    if (quote < 0) {
      this.#keep(chunk, from, chunk.length);
      return chunk.length;
    }
    this.#section = this.#take(chunk, from, quote);
    this.#state = "value";
    return quote + 1;
  }

  #enterValue(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length && chunk[at] !== OPEN_BRACE && chunk[at] !== OPEN_BRACKET) at++;
    if (at === chunk.length) return at;
    this.#depth = 1;
    if (chunk[at] === OPEN_BRACE) {
      this.#state = "header";
      return at; // the brace is part of the text
    }
    this.#stringIndex = 0;
    if (this.#section === "strings") this.#state = "strings";
    else {
      this.#sink = this.#visitor.numbers(this.#section);
      this.#state = this.#sink === undefined ? "skipped" : "numbers";
    }
    return at + 1;
  }

  #readHeader(chunk: Buffer, from: number): number {
    let at = from;
    if (this.#kept.length === 0 && this.#depth === 1) at++; // its own brace
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = this.#inText;
      else if (byte === QUOTE) this.#inText = !this.#inText;
      else if (this.#inText) continue;
      else if (byte === OPEN_BRACE) this.#depth++;
      else if (byte === CLOSE_BRACE && --this.#depth === 0) {
        this.#visitor.header(JSON.parse(this.#take(chunk, from, at + 1)));
        this.#state = "between";
        return at + 1;
      }
    }
    this.#keep(chunk, from, chunk.length);
    return chunk.length;
  }

  #readNumbers(chunk: Buffer, from: number): number {
    const sink = this.#sink;
    if (sink === undefined) throw new Error("a section of numbers has no sink");
    let value = this.#value;
    let inNumber = this.#inNumber;
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte >= ZERO && byte <= NINE) {
        value = value * 10 + (byte - ZERO);
        inNumber = true;
        continue;
      }
      if (inNumber) {
        sink.number(value);
        value = 0;
        inNumber = false;
      }
      if (byte === OPEN_BRACKET) {
        this.#depth++;
        sink.open?.();
      } else if (byte === CLOSE_BRACKET) {
        if (--this.#depth === 0) {
          this.#value = 0;
          this.#inNumber = false;
          this.#state = "between";
          return at + 1;
        }
        sink.close?.();
      }
    }
    this.#value = value;
    this.#inNumber = inNumber;
    return chunk.length;
  }

  #skipNumbers(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === OPEN_BRACKET) this.#depth++;
      else if (byte === CLOSE_BRACKET && --this.#depth === 0) {
        this.#state = "between";
        return at + 1;
      }
    }
    return chunk.length;
  }

  #findString(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === QUOTE) {
        this.#state = this.#visitor.wantsString(this.#stringIndex) ? "string" : "skipped-string";
        return at + 1;
      }
      if (byte === CLOSE_BRACKET) {
        this.#state = "between";
        return at + 1;
      }
    }
    return chunk.length;
  }

  #readString(chunk: Buffer, from: number): number {
    const isWanted = this.#state === "string";
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) {
        if (isWanted) this.#visitor.string(this.#stringIndex, JSON.parse(`"${this.#take(chunk, from, at)}"`) as string);
        this.#stringIndex++;
        this.#state = "strings";
        return at + 1;
      }
    }
    if (isWanted) this.#keep(chunk, from, chunk.length);
    return chunk.length;
  }

  /** Keeps a copy of bytes until the next chunk, because the file's reader may reuse its buffer. */
  #keep(chunk: Buffer, from: number, to: number): void {
    this.#kept.push(Buffer.from(chunk.subarray(from, to)));
  }

  #take(chunk: Buffer, from: number, to: number): string {
    const text = Buffer.concat([...this.#kept, chunk.subarray(from, to)]).toString("utf8");
    this.#kept = [];
    return text;
  }
}
