import { childrenOf, isFunction, type Node, takesName, unwrap } from "./nodes.ts";
import { visitChain, visitTarget } from "./patterns.ts";
import type { Transform } from "./transform.ts";
import { noteOutside } from "./visit.ts";

/**
 * Most levels of an expression that is marked. The calls of markers nest as the expression does, and V8 reads a chain of 4,000 calls
 * but not as many nested ones. Half of this is left for where the program loads the module.
 */
export const MOST_LEVELS = 500;

/** Most brackets in each other in a text for the parser, which is native code and ends the process where its stack is full. V8 reads fewer. */
const MOST_BRACKETS = 2000;

/**
 * Whether a text has more brackets in each other than V8 and the parser can read. Brackets in strings and comments count, too: a text that
 * is refused for them is very unusual.
 */
export function isNestedTooDeep(source: string): boolean {
  let depth = 0;
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === 0x28 || code === 0x5b || code === 0x7b) {
      if (++depth > MOST_BRACKETS) return true;
    } else if ((code === 0x29 || code === 0x5d || code === 0x7d) && depth > 0) depth--;
  }
  return false;
}

export const NONE_DEEP: ReadonlySet<Node> = new Set();

/**
 * Finds the nodes with more than `MOST_LEVELS` levels below them. A function counts as one level of the code around it, which neither
 * moves it nor nests markers because of it.
 */
export function findDeep(program: Node): ReadonlySet<Node> {
  const deep = new Set<Node>();
  const open = [{ node: program, children: childrenOf(program), next: 0, height: 0 }];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const child = top.children[top.next++];
    if (child !== undefined) {
      open.push({ node: child, children: childrenOf(child), next: 0, height: 0 });
      continue;
    }
    open.pop();
    if (top.height > MOST_LEVELS) deep.add(top.node);
    const around = open.at(-1);
    if (around !== undefined) around.height = Math.max(around.height, isFunction(top.node) ? 1 : top.height + 1);
  }
  return deep;
}

/** How a node is visited: as an expression or statement, as the target of a call or assignment, or as a part of an optional chain. */
type Role = "visit" | "target" | "chain";

interface Piece {
  readonly node: Node;
  readonly role: Role;
  /** Whether an expression around it was reported. */
  readonly isReported: boolean;
}

const as = (role: Role, nodes: readonly (Node | null)[]): { readonly node: Node; readonly role: Role }[] =>
  nodes.flatMap((node) => (node === null ? [] : [{ node, role }]));

/** The object and computed key of a member. */
function memberPieces(node: Extract<Node, { type: "MemberExpression" }>, role: Role) {
  return [
    ...as(role, node.object.type === "Super" ? [] : [node.object]),
    ...as("visit", node.computed ? [node.property] : []),
  ];
}

/** The parts of a deep node, all of which stay in place; undefined for nodes that are visited as usual. */
function piecesOf(node: Node, role: Role): { readonly node: Node; readonly role: Role }[] | undefined {
  switch (node.type) {
    case "CallExpression":
      return [...as(role === "chain" ? "chain" : "target", [node.callee]), ...as("visit", node.arguments)];
    case "NewExpression":
      return as("visit", [...(node.callee.type === "ParenthesizedExpression" ? [node.callee] : []), ...node.arguments]);
    case "MemberExpression":
      return memberPieces(node, role === "chain" ? "chain" : "visit");
    case "ChainExpression":
      return as("chain", [node.expression]);
    case "TaggedTemplateExpression":
      return [...as("target", [node.tag]), ...as("visit", node.quasi.expressions)];
    case "TemplateLiteral":
      return as("visit", node.expressions);
    case "BinaryExpression":
      return as("visit", node.left.type === "PrivateIdentifier" ? [node.right] : [node.left, node.right]);
    case "UnaryExpression":
      return as(node.operator === "delete" ? "target" : "visit", [node.argument]);
    case "AssignmentExpression": {
      const left = unwrap(node.left as Node);
      const isPlain = left.type === "Identifier" || left.type === "MemberExpression";
      return isPlain && !takesName(node.right) ? [...as("target", [left]), ...as("visit", [node.right])] : undefined;
    }
    case "ArrayExpression":
    case "SpreadElement":
    case "LogicalExpression":
    case "ConditionalExpression":
    case "SequenceExpression":
    case "IfStatement":
      return as("visit", childrenOf(node));
    default:
      return undefined;
  }
}

function visitShallow(transform: Transform, node: Node, role: Role): void {
  if (role === "chain") visitChain(transform, node);
  else if (role === "target") visitTarget(transform, node);
  else transform.visit(node);
}

/**
 * Visits an expression, or a chain of `else if`, that is too deep to be marked: it stays in place, and the parts of it that are not too
 * deep are marked. Returns false for other deep nodes. A loop, since the expression may be deeper than the stack.
 */
export function visitDeep(transform: Transform, deep: Node): boolean {
  const first = unwrap(deep);
  if (transform.isDeep(first) && piecesOf(first, "visit") === undefined) return false;
  const pieces: Piece[] = [{ node: deep, role: "visit", isReported: false }];
  for (let piece = pieces.pop(); piece !== undefined; piece = pieces.pop()) {
    transform.isEntered = false;
    const node = unwrap(piece.node);
    const inner = transform.isDeep(node) ? piecesOf(node, piece.role) : undefined;
    if (inner === undefined) {
      // Many parentheses around an expression that is not deep itself are deep.
      visitShallow(transform, transform.isDeep(piece.node) ? node : piece.node, piece.role);
      continue;
    }
    const isStatement = node.type === "IfStatement";
    if (!piece.isReported && !isStatement)
      transform.leaveInPlace(node, "too-deep", `it has more than ${MOST_LEVELS} levels`);
    noteOutside(transform, node);
    for (const each of inner.reverse()) pieces.push({ ...each, isReported: piece.isReported || !isStatement });
  }
  transform.isEntered = false;
  return true;
}
