import type { Shape } from "./expression-parts.ts";
import { isConstant, type Node, unwrap } from "./nodes.ts";

type Of<Type extends Node["type"]> = Extract<Node, { type: Type }>;

/** Operators whose result may be a new number, BigInt or string. */
export const ARITHMETIC: ReadonlySet<string> = new Set("+ - * / % ** | & ^ << >> >>>".split(" "));

/** Whether an expression may join strings. V8 flattens a joined string when it is compared, which allocates. */
function joinsStrings(node: Node): boolean {
  const inner = unwrap(node);
  return (
    (inner.type === "TemplateLiteral" && inner.expressions.length > 0) ||
    (inner.type === "BinaryExpression" && inner.operator === "+")
  );
}

export function binaryShape(node: Of<"BinaryExpression">): Shape | undefined {
  const { left, right, operator } = node;
  if (left.type === "PrivateIdentifier" || (isConstant(left) && isConstant(right))) return undefined;
  const allocates = ARITHMETIC.has(operator) || joinsStrings(left) || joinsStrings(right);
  return { parts: [{ node: left }, { node: right }], allocates, position: node.start };
}

export function unaryShape(node: Of<"UnaryExpression">): Shape | undefined {
  // `typeof x` must not evaluate an undeclared x, and `delete` needs the reference.
  if (node.operator === "typeof" || node.operator === "delete" || isConstant(node.argument)) return undefined;
  const allocates = node.operator === "-" || node.operator === "+" || node.operator === "~";
  return { parts: [{ node: node.argument }], allocates, position: node.start };
}

export function logicalShape(node: Of<"LogicalExpression">): Shape {
  const parts = [{ node: node.left }, { node: node.right, conditional: true }];
  return { parts, allocates: false, position: node.start };
}

export function conditionalShape(node: Of<"ConditionalExpression">): Shape {
  const branches = [node.consequent, node.alternate].map((each) => ({ node: each, conditional: true }));
  return { parts: [{ node: node.test }, ...branches], allocates: false, position: node.start };
}
