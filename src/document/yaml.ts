import {
  type Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  type ParsedNode,
  parseDocument,
  visit,
} from "yaml";
import { type Position, UserError } from "../errors.ts";

/** The parsed value of a piece of YAML in a report, with the positions of its keys. */
export interface YamlReading {
  /** The value; undefined if the YAML is broken, null if it is empty. */
  readonly value: unknown;
  readonly errors: readonly UserError[];
  /** Position of the key or list item at the end of a path; if the path does not exist, of its nearest parent. */
  position(path: readonly PropertyKey[]): Position;
  /** Text of the scalar at a path as written, such as `012`; undefined for anything else. */
  written(path: readonly PropertyKey[]): string | undefined;
}

const QUOTE_EXPRESSIONS = 'Put text that contains {{…}} in quotes: "…{{name}}…".';

/** Deepest nesting of collections. Deeper nesting would exhaust the parser's stack. */
const DEEPEST_NESTING = 50;

/**
 * Parses YAML whose first line is line `firstLine` of `file`. Never throws: broken YAML, unknown tags and repeated keys
 * are returned as errors `broken-yaml`.
 */
export function readYaml(source: string, file: string, firstLine: number): YamlReading {
  const start: Position = { file, line: firstLine };
  if (nestsTooDeeply(source)) {
    const error = new UserError("This YAML is nested too deeply.", { code: "broken-yaml", position: start });
    return { value: undefined, errors: [error], position: () => start, written: () => undefined };
  }
  const lineCounter = new LineCounter();
  const document = parseDocument(source, { lineCounter, prettyErrors: false, logLevel: "error" });
  const lineAt = (offset: number): number => firstLine + Math.max(lineCounter.linePos(offset).line, 1) - 1;
  const lines = source.split("\n");
  const broken = [...document.errors, ...document.warnings].map((problem) => {
    const position = { file, line: lineAt(problem.pos[0]) };
    const text = lines[position.line - firstLine] ?? "";
    const { message, hint } = describeProblem(problem.code, problem.message, source.slice(problem.pos[0]), text);
    return new UserError(`Broken YAML: ${message}.`, { code: "broken-yaml", position, hint });
  });
  const position = (path: readonly PropertyKey[]): Position => {
    const offset = offsetOf(document.contents, path);
    return offset === undefined ? start : { file, line: lineAt(offset) };
  };
  broken.push(...impossibleKeys(document, file, lineAt));
  const written = (path: readonly PropertyKey[]): string | undefined => {
    const node = document.getIn(path, true);
    return isScalar(node) && node.type === "PLAIN" ? node.source : undefined;
  };
  if (broken.length > 0) return { value: undefined, errors: broken, position, written };
  try {
    return { value: document.toJS(), errors: [], position, written };
  } catch (cause) {
    // Caught here: an alias (`*name`) without an anchor, and aliases that expand to more than the memory can hold.
    const message = cause instanceof Error ? cause.message : String(cause);
    const error = new UserError(`Broken YAML: ${lowerFirst(message)}.`, {
      code: "broken-yaml",
      position: start,
      cause,
    });
    return { value: undefined, errors: [error], position, written };
  }
}

/**
 * Finds keys that YAML allows but reports cannot use: `{{name}}` without quotes, which is a mapping with a mapping as
 * key, and `__proto__`, which an object cannot store as a key.
 */
function impossibleKeys(document: Document.Parsed, file: string, lineAt: (offset: number) => number): UserError[] {
  const errors: UserError[] = [];
  visit(document, {
    Pair(_, { key }) {
      const isReserved = isScalar(key) && key.value === "__proto__";
      if (!isCollection(key) && !isReserved) return;
      const message = isReserved ? "the key `__proto__` is reserved" : "a key is itself a mapping or a list";
      const position = { file, line: lineAt(startOf(key) ?? 0) };
      const hint = isReserved ? "Choose another name." : QUOTE_EXPRESSIONS;
      errors.push(new UserError(`Broken YAML: ${message}.`, { code: "broken-yaml", position, hint }));
    },
  });
  return errors;
}

function offsetOf(root: ParsedNode | null, path: readonly PropertyKey[]): number | undefined {
  let node: unknown = root;
  let offset: number | undefined;
  for (const segment of path) {
    const item = isMap(node)
      ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(segment))
      : isCollection(node)
        ? node.items[Number(segment)]
        : undefined;
    if (item === undefined) break;
    offset = startOf(isPair(item) ? item.key : item) ?? offset;
    node = isPair(item) ? item.value : item;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isCollection(node) ? node.range?.[0] : undefined;
}

/**
 * Whether YAML nests too deeply, judged by open brackets and indentation. Brackets in quotes count too, because text
 * with fifty of them is not expected.
 */
function nestsTooDeeply(source: string): boolean {
  let depth = 0;
  for (const character of source) {
    if (character === "[" || character === "{") depth += 1;
    else if ((character === "]" || character === "}") && depth > 0) depth -= 1;
    if (depth > DEEPEST_NESTING) return true;
  }
  return source.split("\n").some((line) => /^[ \t]*(?:[-?:][ \t]+){50}/.test(line) || /^[ \t]{500}/.test(line));
}

/**
 * Describes a problem that the parser found, and what to do.
 * @param rest source from the problem on
 * @param line text of its line
 */
function describeProblem(code: string, message: string, rest: string, line: string): { message: string; hint: string } {
  if (code === "DUPLICATE_KEY") {
    const key = /^(?:"[^"\n]*"|'[^'\n]*'|[^:\n]*)/.exec(rest)?.[0].trim() ?? "";
    return {
      message: `the key \`${key}\` stands here a second time`,
      hint: "Remove one of the two, or join their values.",
    };
  }
  const said = lowerFirst(message);
  if (code === "TAG_RESOLVE_FAILED") return { message: said, hint: 'Put text that begins with ! in quotes: "!text".' };
  if (code === "BAD_DQ_ESCAPE")
    return { message: said, hint: "Write a backslash between double quotes twice, or use single quotes." };
  return { message: said, hint: hintFor(line) };
}

function hintFor(line: string): string {
  if (line.includes("{{")) return QUOTE_EXPRESSIONS;
  if (line.includes("\t")) return "Indent YAML with spaces, not with tabs.";
  const [, key, value] = /^\s*([A-Za-z][\w-]*):(?!\/\/)([^\s:].*)$/.exec(line) ?? [];
  if (key !== undefined) return `Write a blank after the colon: ${key}: ${value}`;
  if ((line.match(/: /g)?.length ?? 0) > 1) return 'Put text that contains a colon in quotes: "part one: …".';
  return "Check the indentation, quotes and brackets of this line and of the one before.";
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Describes a value from YAML in error messages: `the text "five"`, `a list`. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value === "string") {
    return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 39)}…` : value)}`;
  }
  return typeof value === "number" ? `the number ${value}` : String(value);
}
