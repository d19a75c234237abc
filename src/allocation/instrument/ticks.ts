import MagicString from "magic-string";
import { parseSync } from "oxc-parser";
import { UserError } from "../../errors.ts";
import { TICK, TICK_NOW, TICK_OF } from "../../model/ticks.ts";
import { isDirective } from "./directives.ts";
import { lineColumnsOf } from "./line-column.ts";
import { childrenOf, type Node } from "./nodes.ts";

/**
 * Arguments of a tick after a statement with calls. V8's interpreter keeps temporary values of a statement in registers
 * until a later statement overwrites them, which would keep released arrays alive. The arguments overwrite these
 * registers.
 */
const CLEARING = "0,0,0,0,0,0,0,0";

/** Types of statements that a tick follows: all that can allocate and continue with the next statement. */
const FOLLOWED: ReadonlySet<string> = new Set([
  "BlockStatement",
  "DoWhileStatement",
  "ExpressionStatement",
  "ForInStatement",
  "ForOfStatement",
  "ForStatement",
  "IfStatement",
  "LabeledStatement",
  "SwitchStatement",
  "TryStatement",
  "VariableDeclaration",
  "WhileStatement",
]);

/**
 * Matches names of functions that free or move memory without a collection. Ticks around a statement with such a name
 * always read, because the bytes in use may rise and fall between two readings.
 */
const FREES_AT_ONCE = /\b(?:transfer|transferToFixedLength|postMessage|structuredClone|resize|grow)\b/;

/**
 * Inserts ticks into a module: calls of `$hbmTick()` at the start of every function and loop body and after every
 * statement. Also wraps every call and `new` in `$hbmTickOf(value)`, because the result may be alive only within the
 * statement. At some ticks the harness reads the bytes in use (harness/peak/). The code is otherwise unchanged: no
 * expression moves, and line n of the result is line n of the source.
 *
 * @param fileName its extension selects the language; errors contain it
 * @throws UserError `syntax-error` at its line
 */
export function addTicks(source: string, fileName: string, sourceType: "module" | "commonjs"): string {
  const { program, errors } = parseSync(fileName, source, { sourceType });
  const error = errors.find((each) => each.severity === "Error");
  if (error !== undefined) {
    const position = { file: fileName, ...lineColumnsOf(source)(error.labels[0]?.start ?? 0) };
    throw new UserError(error.message, { code: "syntax-error", position, exitCode: 1 });
  }
  const edits = new MagicString(source);
  // A list instead of recursion: the tree of a chain of a thousand calls is a thousand levels deep.
  const open: Node[] = [program];
  const chained = new Set<Node>();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === "ChainExpression") for (const link of linksOf(node.expression)) chained.add(link);
    addTicksOf(node, source, edits);
    if (makesValue(node) && !chained.has(node)) {
      edits.appendRight(node.start, `${TICK_OF}(`);
      // Left of text that an outer statement inserts at the same place.
      edits.prependLeft(node.end, ")");
    }
    open.push(...childrenOf(node));
  }
  return edits.toString();
}

function addTicksOf(node: Node, source: string, edits: MagicString): void {
  switch (node.type) {
    case "Program":
    case "BlockStatement":
    case "StaticBlock":
      followStatements(node.body, source, edits);
      break;
    case "SwitchCase":
      followStatements(node.consequent, source, edits);
      break;
    case "FunctionDeclaration":
    case "FunctionExpression":
      if (node.body !== null) edits.appendLeft(startOf(node.body), `;${TICK}();`);
      break;
    case "ArrowFunctionExpression":
      if (node.body.type === "BlockStatement") {
        edits.appendLeft(startOf(node.body), `;${TICK}();`);
      } else {
        edits.appendRight(node.body.start, `(${TICK}(),`);
        edits.appendLeft(node.body.end, ")");
      }
      break;
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      tickInLoop(node, source, edits);
      break;
    default:
  }
}

/** Returns the calls and members of an optional chain. A tick around one of them would end the chain there. */
function linksOf(expression: Node): Node[] {
  const links: Node[] = [];
  for (let node: Node | undefined = expression; node !== undefined; node = innerOf(node)) links.push(node);
  return links;
}

function innerOf(node: Node): Node | undefined {
  if (node.type === "CallExpression") return node.callee;
  if (node.type === "MemberExpression") return node.object;
  return node.type === "TSNonNullExpression" ? node.expression : undefined;
}

/** Whether a node may allocate something large at once: a call, `new`, or a copy by spread. */
function makesValue(node: Node): boolean {
  switch (node.type) {
    case "CallExpression":
      return node.callee.type !== "Super";
    case "NewExpression":
      return true;
    case "ArrayExpression":
      return node.elements.some((each) => each?.type === "SpreadElement");
    case "ObjectExpression":
      return node.properties.some((each) => each.type === "SpreadElement");
    default:
      return false;
  }
}

/** Returns the offset at which the first statement of a body may stand: after the brace and the directives. */
function startOf(body: Extract<Node, { type: "BlockStatement" }>): number {
  let at = body.start + 1;
  for (const statement of body.body) {
    if (!isDirective(statement)) break;
    at = statement.end;
  }
  return at;
}

function followStatements(statements: readonly Node[], source: string, edits: MagicString): void {
  for (const statement of statements) {
    if (!FOLLOWED.has(statement.type) || isDirective(statement)) continue;
    if (statement.type === "VariableDeclaration" && statement.declare === true) continue;
    const now = FREES_AT_ONCE.test(source.slice(statement.start, statement.end));
    if (now) edits.appendRight(statement.start, `${TICK_NOW}();`);
    edits.appendLeft(statement.end, `;${now ? TICK_NOW : TICK}(${leavesValues(statement, source) ? CLEARING : ""});`);
  }
}

/** Whether a node contains a call, `new` or a spread. */
function makes({ start, end }: Node, source: string): boolean {
  return /\(|\bnew\b|\.\.\./.test(source.slice(start, end));
}

/** Whether a statement may leave temporary values in registers. Statements in its blocks have ticks of their own. */
function leavesValues(statement: Node, source: string): boolean {
  if (statement.type === "BlockStatement" || statement.type === "TryStatement") return false;
  if (statement.type === "ExpressionStatement" || statement.type === "VariableDeclaration") {
    return makes(statement, source);
  }
  // Checks the statement's head, and branches or bodies without braces: no tick stands at their end.
  return childrenOf(statement).some((part) =>
    FOLLOWED.has(part.type) ? leavesValues(part, source) : part.type !== "SwitchCase" && makes(part, source),
  );
}

type Loop = Extract<Node, { readonly body: Node; readonly type: `${string}Statement` }>;

/** Inserts a tick at the start of a loop's body, which also clears the temporary values of the loop's head. */
function tickInLoop(loop: Loop, source: string, edits: MagicString): void {
  const { body } = loop;
  const hasValues = childrenOf(loop).some((part) => part !== body && makes(part, source));
  const tick = `${TICK}(${hasValues ? CLEARING : ""});`;
  if (body.type === "BlockStatement") {
    edits.appendLeft(body.start + 1, tick);
    return;
  }
  edits.appendRight(body.start, `{${tick}`);
  edits.appendLeft(body.end, "}");
}
