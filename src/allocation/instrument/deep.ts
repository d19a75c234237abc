import { noteInexact } from "./inexact.ts";
import { MOST_LEVELS } from "./levels.ts";
import { childrenOf, type Node, takesName, unwrap } from "./nodes.ts";
import { noteOutside } from "./outside.ts";
import { visitChain, visitTarget } from "./patterns.ts";
import type { Transform } from "./transform.ts";

/**
 * How a node is instrumented: as an expression or statement, as the target of a call or assignment, or as a part of an
 * optional chain.
 */
type Role = "visit" | "target" | "chain";

interface Piece {
  readonly node: Node;
  readonly role: Role;
  /** Whether an expression around the node was reported as not instrumented. */
  readonly isReported: boolean;
}

const as = (role: Role, nodes: readonly (Node | null)[]): { readonly node: Node; readonly role: Role }[] =>
  nodes.flatMap((node) => (node === null ? [] : [{ node, role }]));

/** Returns the object and the computed key of a member expression. */
function memberPieces(node: Extract<Node, { type: "MemberExpression" }>, role: Role) {
  return [
    ...as(role, node.object.type === "Super" ? [] : [node.object]),
    ...as("visit", node.computed ? [node.property] : []),
  ];
}

/**
 * Returns the parts of a deep node, all of which stay in place. Undefined for types of nodes that are instrumented as
 * usual.
 */
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
 * Instruments an expression (or a chain of `else if`) that is too deep for markers. The expression stays in place; its
 * shallower parts get markers. Returns false for other types of deep nodes. A loop, because the expression may be
 * deeper than the stack.
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
      // Parentheses count as levels, so many of them around a shallow expression make a deep node.
      visitShallow(transform, transform.isDeep(piece.node) ? node : piece.node, piece.role);
      continue;
    }
    const isStatement = node.type === "IfStatement";
    if (!piece.isReported && !isStatement)
      transform.leaveInPlace(node, "too-deep", `it has more than ${MOST_LEVELS} levels`);
    noteOutside(transform, node);
    noteInexact(transform, node);
    for (const each of inner.reverse()) pieces.push({ ...each, isReported: piece.isReported || !isStatement });
  }
  transform.isEntered = false;
  return true;
}
