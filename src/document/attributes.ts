import { LABEL_PATTERN } from "./label.ts";

/**
 * Attributes in braces, in Pandoc's syntax (https://pandoc.org/MANUAL.html#extension-fenced_code_attributes): `{#id
 * .class key="value"}`.
 */
export interface Attributes {
  readonly id: string | undefined;
  readonly classes: readonly string[];
  readonly values: ReadonlyMap<string, string>;
}

/** Attributes at the end of a text, and the text before them. */
export interface TrailingAttributes {
  /** The text before the braces, without trailing blanks. */
  readonly before: string;
  /** The braces with their content, as written. */
  readonly source: string;
  /** The parsed attributes; undefined if their syntax is wrong. */
  readonly attributes: Attributes | undefined;
}

const WORD =
  /\s*(?:#([^\s#.={}"']+)|\.([^\s#.={}"']+)|([A-Za-z][\w-]*)=(?:"([^"]*)"|'([^']*)'|([^\s"'{}]+))|(-))(?=\s|$)/y;

/**
 * Parses the text between the braces. Undefined if it contains anything but one id, classes and `key=value`, or if the
 * id or a class is not a valid label. `-` is short for the class `unnumbered`.
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

/**
 * Matches attributes in braces at the end of a text. Braces are meant as attributes if they begin with `#`, `.`, `-` or
 * `key=`.
 */
const TRAILING = /(?<![{\\])\{[ \t]*((?:[#.]|[A-Za-z][\w-]*=)(?:[^{}"]|"[^"]*")*|-[ \t]*)\}[ \t]*$/;

/** Longest attributes, in characters. Without a limit the pattern would be slow on a megabyte of text. */
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
