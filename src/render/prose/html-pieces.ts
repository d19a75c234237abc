/** An attribute of a tag; `value` is empty for an attribute without a value. */
export interface HtmlAttribute {
  readonly name: string;
  readonly value: string;
}

/** A piece of HTML. `start` and `end` are offsets in the source. */
export type HtmlPiece = { readonly start: number; readonly end: number } & (
  | { readonly kind: "text" | "comment" }
  /** A `<` that begins no complete tag or comment: a browser would read the following text as part of it. */
  | { readonly kind: "stray" }
  | {
      readonly kind: "open";
      readonly name: string;
      readonly attributes: readonly HtmlAttribute[];
      readonly selfClosing: boolean;
    }
  | { readonly kind: "close"; readonly name: string }
);

// Sticky patterns; each reads one token, so the whole source is read in linear time.
const NAME = /<(\/?)([a-z][^\s/>"'<=]*)/iy;
const BLANK = /[\s/]*/y;
const ATTRIBUTE = /[^\s"'<>/=]+/y;
const VALUE = /"([^"]*)"|'([^']*)'|([^\s"'<>]+)/y;

/**
 * Splits HTML into text, comments and tags, in linear time. Is stricter than a browser: the `<` of a tag without an
 * end, or with a stray quote, is a piece `stray`; so are `<?`, `<!x` and a comment without an end.
 */
export function* readHtmlPieces(source: string): Generator<HtmlPiece> {
  let done = 0;
  let commentless = source.length;
  for (let at = source.indexOf("<"); at !== -1; at = source.indexOf("<", Math.max(at + 1, done))) {
    const next = source[at + 1] ?? "";
    if (!/[a-z/!?]/i.test(next)) continue;
    let piece: HtmlPiece | undefined;
    if (source.startsWith("<!--", at)) {
      const end = at >= commentless ? -1 : source.indexOf("-->", at + 4);
      if (end === -1) commentless = Math.min(commentless, at);
      else piece = { kind: "comment", start: at, end: end + 3 };
    } else piece = readTag(source, at);
    if (at > done) yield { kind: "text", start: done, end: at };
    yield piece ?? { kind: "stray", start: at, end: at + 1 };
    done = piece?.end ?? at + 1;
  }
  if (done < source.length) yield { kind: "text", start: done, end: source.length };
}

function readTag(source: string, start: number): HtmlPiece | undefined {
  const opening = matchAt(NAME, source, start);
  if (opening === null) return undefined;
  const [whole, slash, name = ""] = opening;
  const attributes: HtmlAttribute[] = [];
  let at = start + whole.length;
  for (;;) {
    const blank = matchAt(BLANK, source, at)?.[0] ?? "";
    at += blank.length;
    if (source[at] === ">") {
      const tag = { start, end: at + 1, name: name.toLowerCase() };
      if (slash === "/") return { kind: "close", ...tag };
      return { kind: "open", ...tag, attributes, selfClosing: blank.endsWith("/") };
    }
    const attribute = matchAt(ATTRIBUTE, source, at)?.[0];
    if (attribute === undefined) return undefined;
    at = skipBlank(source, at + attribute.length);
    let value = "";
    if (source[at] === "=") {
      at = skipBlank(source, at + 1);
      const read = matchAt(VALUE, source, at);
      if (read === null) return undefined;
      value = read[1] ?? read[2] ?? read[3] ?? "";
      at += read[0].length;
    }
    attributes.push({ name: attribute.toLowerCase(), value });
  }
}

function skipBlank(source: string, from: number): number {
  let at = from;
  while (/\s/.test(source[at] ?? "")) at += 1;
  return at;
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}
