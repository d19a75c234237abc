import { LABEL_PATTERN } from "./label.ts";

/** Attributes in braces, in Pandoc's form (https://pandoc.org/MANUAL.html#extension-fenced_code_attributes): `{#id .class key="value"}`. */
export interface Attributes {
  readonly id: string | undefined;
  readonly classes: readonly string[];
  readonly values: ReadonlyMap<string, string>;
}

/** Attributes at the end of a text, and the text before them. */
export interface TrailingAttributes {
  /** The text before the braces, without blanks at its end. */
  readonly before: string;
  /** The braces and what is in them. */
  readonly source: string;
  /** Undefined where the braces cannot be read. */
  readonly attributes: Attributes | undefined;
}

const WORD =
  /\s*(?:#([^\s#.={}"']+)|\.([^\s#.={}"']+)|([A-Za-z][\w-]*)=(?:"([^"]*)"|'([^']*)'|([^\s"'{}]+))|(-))(?=\s|$)/y;

/**
 * Reads the text between the braces. Undefined where it has anything but one id, classes and `key=value`, or where the id is not
 * a label. `-` is short for the class `unnumbered`.
 */
export function parseAttributes(inside: string): Attributes | undefined {
  let id: string | undefined;
  const classes: string[] = [];
  const values = new Map<string, string>();
  const text = inside.trimEnd();
  WORD.lastIndex = 0;
  while (WORD.lastIndex < text.length) {
    const match = WORD.exec(text);
    if (match === null) return undefined;
    const [, name, className, key, double, single, bare] = match;
    if (name !== undefined) {
      if (id !== undefined || !LABEL_PATTERN.test(name)) return undefined;
      id = name;
    } else if (className !== undefined) {
      if (!LABEL_PATTERN.test(className)) return undefined;
      classes.push(className);
    } else if (key !== undefined) values.set(key, double ?? single ?? bare ?? "");
    else classes.push("unnumbered");
  }
  return { id, classes, values };
}

/** Braces at the end of a text that are meant as attributes: they begin with `#`, `.`, `-` or `key=`. */
const TRAILING = /(?<![{\\])\{[ \t]*((?:[#.]|[A-Za-z][\w-]*=)(?:[^{}"]|"[^"]*")*|-[ \t]*)\}[ \t]*$/;

/** Longest attributes, in characters. The pattern would be slow over a megabyte. */
const LONGEST_ATTRIBUTES = 600;

/** Finds attributes at the end of a text; undefined for a text without them. */
export function findTrailingAttributes(text: string): TrailingAttributes | undefined {
  const tail = text.slice(-LONGEST_ATTRIBUTES);
  const match = TRAILING.exec(tail);
  if (match === null) return undefined;
  const start = text.length - tail.length + match.index;
  return {
    before: text.slice(0, start).trimEnd(),
    source: text.slice(start).trimEnd(),
    attributes: parseAttributes(match[1] ?? ""),
  };
}
