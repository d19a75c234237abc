import { type CallExpression, type Node, Parser, type Token } from "acorn";

const MEMBER_ACCESS: ReadonlySet<string> = new Set([".", "?.", "[", "]"]);
const MEMBER_NAME: ReadonlySet<string> = new Set(["name", "string", "num"]);

/** Escapes control characters as Node does in a quoted expression, except line feeds and tabs. */
function escapeControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters
  return text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, (control) =>
    control === "\b" ? "\\b" : control === "\f" ? "\\f" : `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Tokens of a line of code. Ends at the first text that is no token, because a template literal may go on in the next
 * line.
 */
function* tokensOf(line: string): Generator<Token> {
  try {
    yield* Parser.tokenizer(line, { ecmaVersion: "latest" });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}

/**
 * The expression that Node's `assert.ok()` quotes from a line, by the method of Node 22 and later
 * (lib/internal/errors/error_source.js, `getFirstExpression`). It runs from the object of the called member to the
 * call's closing parenthesis, within the line. Empty if Node finds no expression, for example because a semicolon comes
 * before that parenthesis.
 *
 * @param column column of the call as V8 reports it, from 0
 */
export function quotedExpression(line: string, column: number): string {
  let last: Token | undefined;
  let first: number | undefined;
  let depth = 0;
  for (const token of tokensOf(line)) {
    const { label } = token.type;
    if (token.start < column) {
      if (label === ";") {
        first = undefined;
        continue;
      }
      if (MEMBER_ACCESS.has(label) && last?.type.label === "name") first ??= last.start;
      else if (!MEMBER_ACCESS.has(label) && !MEMBER_NAME.has(label)) first = undefined;
      last = token;
    } else if (label === "(") depth++;
    else if (label === ";") return "";
    else if (label === ")" && --depth === 0) return escapeControls(line.slice(first ?? column, token.end));
  }
  return escapeControls(line.slice(first ?? column));
}

/** The innermost call in a syntax tree that contains a position; undefined if none does. */
function callAround(node: Node, position: number): CallExpression | undefined {
  if (node.start > position || node.end < position) return undefined;
  for (const value of Object.values(node) as unknown[]) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof child !== "object" || child === null || !("type" in child) || !("start" in child)) continue;
      const found = callAround(child as Node, position);
      if (found !== undefined) return found;
    }
  }
  return node.type === "CallExpression" ? (node as CallExpression) : undefined;
}

/**
 * The call at a position in code. Parsing starts at the first token from which an expression can be parsed that
 * contains a call there.
 */
function findCall(code: string, position: number): CallExpression | undefined {
  for (const { start } of tokensOf(code)) {
    if (start > position) return undefined;
    try {
      const call = callAround(Parser.parseExpressionAt(code, start, { ecmaVersion: "latest" }), position);
      if (call !== undefined) return call;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error; // no expression begins here
    }
  }
  return undefined;
}

/**
 * The call that Node's `assert.ok()` quotes from a file, by the method of Node 20 (lib/internal/assert/utils.js,
 * `parseCode`), with its lines indented as Node does. Undefined if Node finds none.
 *
 * @param code text from the start of the call's line
 * @param column column of the call as V8 reports it, from 0
 */
export function quotedCall(
  code: string,
  column: number,
): { readonly text: string; readonly isEqual: boolean } | undefined {
  const call = findCall(code, column);
  if (call === undefined) return undefined;
  const indent = new RegExp(`^[ \\t]{0,${call.start}}`);
  const [first = "", ...others] = escapeControls(code.slice(call.start, call.end)).split("\n");
  const text = [first, ...others.map((line) => `  ${line.replace(indent, "")}`)].join("\n");
  const isEqual = call.arguments.length > 1 && /(?:^|[.\s])equal$/.test(code.slice(call.callee.start, call.callee.end));
  return { text, isEqual };
}
