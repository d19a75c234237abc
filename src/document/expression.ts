import Handlebars from "handlebars";
import { type Position, UserError } from "../errors.ts";

/** A text, number or Boolean written in an expression. */
export interface ExpressionLiteral {
  readonly kind: "literal";
  readonly value: string | number | boolean | null | undefined;
}

/**
 * A name without arguments: a parameter such as `params.blocks`, or a helper. The evaluator decides which of the two it
 * is.
 */
export interface ExpressionPath {
  readonly kind: "path";
  readonly parts: readonly string[];
  /** The name as written. */
  readonly source: string;
}

/** A helper with arguments: `metric "walks" "peakLive" walks="saved"`. */
export interface ExpressionCall {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly ExpressionNode[];
  readonly hash: ReadonlyMap<string, ExpressionNode>;
}

export type ExpressionNode = ExpressionLiteral | ExpressionPath | ExpressionCall;

const WHAT_IS_POSSIBLE =
  'Write a parameter, {{params.name}}, or a helper with its arguments, {{metric "label" "metric"}}.';

/** Deepest nesting of expressions: enough for any sum of ratios, and too shallow to exhaust the stack. */
const DEEPEST_NESTING = 32;

/**
 * Handlebars syntax that reports do not support: pattern at its start or end, subject of the message with its verb, and
 * hint.
 */
const NOT_SUPPORTED: readonly (readonly [begins: RegExp, what: string, instead: string])[] = [
  [/^\{/, "Three braces are", "Write two braces: {{…}}. The value of an expression is text, never HTML."],
  [/^!/, "Comments in braces are", "Write an HTML comment: <!-- … -->."],
  [/^[#^/]|^else(?:\s|$)/, "Blocks such as {{#if}} are", "Compute in a cell, and write its value here."],
  [/^>/, "Partials are", WHAT_IS_POSSIBLE],
  [/^&/, "Unescaped expressions are", "Write {{…}} without the &."],
  [/^\*/, "Decorators are", WHAT_IS_POSSIBLE],
  [/^~|~$/, "Whitespace marks (~) are", "Write {{…}} without the ~."],
];

/** Matches a filter of Liquid or of Jinja, ` | name`, after a value; the quotes skip a `|` in a text. */
const LIQUID_FILTER = /^(?:"[^"]*"|'[^']*'|[^"'|])*\|\s*[a-z]\w*/;

/**
 * Parses the text between `{{` and `}}` with Handlebars' own grammar.
 * @throws {UserError} `expression-syntax` for text that does not parse, and for syntax that reports do not support: blocks,
 *   partials, comments, three braces, a literal alone, `../`, `this` and `@data`
 */
export function parseExpression(source: string, position: Position): ExpressionPath | ExpressionCall {
  const trimmed = source.trim();
  const fail = (message: string, hint: string = WHAT_IS_POSSIBLE): UserError =>
    new UserError(message, { code: "expression-syntax", position, hint });
  if (trimmed === "") throw fail("The expression is empty.");
  for (const [begins, what, instead] of NOT_SUPPORTED) {
    if (begins.test(trimmed)) throw fail(`${what} not supported in reports: ${quote(trimmed)}.`, instead);
  }

  let program: hbs.AST.Program;
  try {
    program = Handlebars.parse(`{{${trimmed}}}`);
  } catch (cause) {
    if (LIQUID_FILTER.test(trimmed)) {
      const what = `${quote(trimmed)} is Liquid, the template language of Jekyll`;
      throw fail(
        `${what}: expressions have no filters (\`|\`).`,
        `${WHAT_IS_POSSIBLE} A link needs no \`relative_url\`.`,
      );
    }
    const message = `${quote(trimmed)} is not an expression: ${explainParseError(cause)}.`;
    throw new UserError(message, { code: "expression-syntax", position, hint: WHAT_IS_POSSIBLE, cause });
  }
  const [statement, ...rest] = program.body;
  if (statement === undefined || rest.length > 0 || !isMustache(statement)) {
    throw fail(`${quote(trimmed)} is not one expression.`);
  }
  const node = viewCall(statement, 0, (problem) => fail(`${quote(trimmed)}: ${problem}.`));
  if (node.kind === "literal") throw fail(`${quote(trimmed)} names neither a helper nor a parameter.`);
  return node;
}

type Fail = (problem: string) => UserError;

function viewCall(
  call: Pick<hbs.AST.MustacheStatement, "path" | "params"> & { hash?: hbs.AST.Hash },
  depth: number,
  fail: Fail,
): ExpressionNode {
  if (depth > DEEPEST_NESTING) throw fail("it is nested too deeply");
  const callee = viewNode(call.path, depth, fail);
  const pairs = call.hash?.pairs ?? [];
  if (call.params.length === 0 && pairs.length === 0) return callee;
  if (callee.kind !== "path") throw fail("only a helper takes arguments");
  const hash = new Map<string, ExpressionNode>();
  for (const pair of pairs) {
    if (hash.has(pair.key)) throw fail(`\`${pair.key}=\` is given twice`);
    hash.set(pair.key, viewNode(pair.value, depth + 1, fail));
  }
  const args = call.params.map((argument) => viewNode(argument, depth + 1, fail));
  return { kind: "call", name: callee.source, args, hash };
}

function viewNode(node: hbs.AST.Node, depth: number, fail: Fail): ExpressionNode {
  if (isSubExpression(node)) {
    const inner = viewCall(node, depth + 1, fail);
    // `(peak)` is a call of a helper even without arguments, whereas `{{peak}}` may be a parameter.
    return inner.kind === "path" ? { kind: "call", name: inner.source, args: [], hash: new Map() } : inner;
  }
  if (isPath(node)) {
    if (node.data || node.depth > 0 || node.parts.length === 0) {
      throw fail(`\`${node.original}\` is not supported in reports`);
    }
    return { kind: "path", parts: node.parts, source: node.original };
  }
  if (isLiteral(node)) return { kind: "literal", value: node.value };
  if (node.type === "NullLiteral") return { kind: "literal", value: null };
  if (node.type === "UndefinedLiteral") return { kind: "literal", value: undefined };
  throw fail(`${node.type} is not supported here`);
}

function isMustache(node: hbs.AST.Node): node is hbs.AST.MustacheStatement {
  return node.type === "MustacheStatement";
}

function isSubExpression(node: hbs.AST.Node): node is hbs.AST.SubExpression {
  return node.type === "SubExpression";
}

function isPath(node: hbs.AST.Node): node is hbs.AST.PathExpression {
  return node.type === "PathExpression";
}

function isLiteral(node: hbs.AST.Node): node is hbs.AST.StringLiteral | hbs.AST.NumberLiteral | hbs.AST.BooleanLiteral {
  return node.type === "StringLiteral" || node.type === "NumberLiteral" || node.type === "BooleanLiteral";
}

/** Words for the terms of Handlebars' grammar (`handlebars.yy`), for messages. */
const TERMS: Readonly<Record<string, string>> = {
  EOF: "it ends too early",
  CLOSE: "it ends too early",
  INVALID: "a character is not allowed where it stands, or a quote is not closed",
  EQUALS: "a `=` has no name before it",
  OPEN_SEXPR: "a `(` is not allowed where it stands",
  CLOSE_SEXPR: "a `)` has no `(` before it",
  SEP: "a `.` or `/` has no name after it",
  OPEN_BLOCK_PARAMS: "`as |` is not allowed where it stands",
  CLOSE_BLOCK_PARAMS: "a `|` is not allowed where it stands",
  DATA: "a `@` is not allowed where it stands",
  ID: "a name is not allowed where it stands",
  STRING: "a text is not allowed where it stands",
  NUMBER: "a number is not allowed where it stands",
};

/** Converts Handlebars' message, four lines with a drawing cut to twenty characters, to one phrase. */
function explainParseError(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const got = /got '(\w+)'/.exec(message)?.[1];
  if (got !== undefined) return TERMS[got] ?? `${got.toLowerCase()} is not allowed where it stands`;
  return message.replace(/ - \d+:\d+$/, "").split("\n")[0] ?? message;
}

function quote(source: string): string {
  const line = source.replace(/\s+/g, " ");
  return `{{${line.length > 60 ? `${line.slice(0, 59)}…` : line}}}`;
}
