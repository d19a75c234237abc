import type { Refusal, Shape } from "./expression-parts.ts";
import { memberParts } from "./members-and-calls.ts";
import { ARITHMETIC, isBoundToClass, isConstant, type Node, unwrap } from "./nodes.ts";

type Of<Type extends Node["type"]> = Extract<Node, { type: Type }>;

/** Whether an expression may join strings. V8 flattens a joined string when the string is compared, which allocates. */
function joinsStrings(node: Node): boolean {
  const inner = unwrap(node);
  return (
    (inner.type === "TemplateLiteral" && inner.expressions.length > 0) ||
    (inner.type === "BinaryExpression" && inner.operator === "+")
  );
}

export function binaryShape(node: Of<"BinaryExpression">): Shape | undefined {
  const { left, right, operator } = node;
  if (left.type === "PrivateIdentifier") return undefined;
  // Comparisons of constants allocate nothing.
  if (isConstant(node) || (!ARITHMETIC.has(operator) && isConstant(left) && isConstant(right))) return undefined;
  const allocates = ARITHMETIC.has(operator) || joinsStrings(left) || joinsStrings(right);
  return { parts: [{ node: left }, { node: right }], allocates, position: node.start };
}

export function unaryShape(node: Of<"UnaryExpression">): Shape | Refusal | undefined {
  if (node.operator === "delete") return deleteShape(node);
  // A marker would evaluate x, but `typeof x` must not evaluate an undeclared x.
  if (node.operator === "typeof" || isConstant(node)) return undefined;
  const allocates = node.operator === "-" || node.operator === "+" || node.operator === "~";
  return { parts: [{ node: node.argument }], allocates, position: node.start };
}

/**
 * Returns the shape of `delete o.p`, which may give the object a new backing store of properties. Other operands of
 * `delete` stay in place, because `delete` needs the reference.
 */
function deleteShape(node: Of<"UnaryExpression">): Shape | Refusal | undefined {
  const target = unwrap(node.argument);
  if (target.type === "ChainExpression") return { kind: "delete", why: "its operand is an optional chain" };
  if (target.type !== "MemberExpression" || isBoundToClass(target)) return undefined;
  return { parts: memberParts(target, false), allocates: true, position: node.start };
}

export function logicalShape(node: Of<"LogicalExpression">): Shape {
  const parts = [{ node: node.left }, { node: node.right, conditional: true }];
  return { parts, allocates: false, position: node.start };
}

export function conditionalShape(node: Of<"ConditionalExpression">): Shape {
  const branches = [node.consequent, node.alternate].map((each) => ({ node: each, conditional: true }));
  return { parts: [{ node: node.test }, ...branches], allocates: false, position: node.start };
}
