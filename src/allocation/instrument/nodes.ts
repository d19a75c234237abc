import { type ArrowFunctionExpression, type Function as FunctionNode, type Node, visitorKeys } from "oxc-parser";
import type { CountedKind } from "../../model/counted-kinds.ts";

/** Every node of the syntax tree, with its range in UTF-16 units. */
export type { Node };

const TYPE_KEYS = new Set([
  "typeAnnotation",
  "typeArguments",
  "typeParameters",
  "returnType",
  "superTypeArguments",
  "implements",
]);

const CHILD_KEYS = new Map(
  Object.entries(visitorKeys).map(([type, keys]) => [type, keys.filter((key) => !TYPE_KEYS.has(key))]),
);

/** The nodes right below a node, in the order of the source; types are left out. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (const key of CHILD_KEYS.get(node.type) ?? []) {
    const value = (node as unknown as Record<string, unknown>)[key];
    if (Array.isArray(value)) {
      for (const each of value) if (each !== null) children.push(each as Node);
    } else if (value !== null && value !== undefined) children.push(value as Node);
  }
  return children;
}

/** The expression inside of parentheses and of what TypeScript puts around it (`as`, `!`, `satisfies`). */
export function unwrap(node: Node): Node {
  let inner = node;
  while (
    inner.type === "ParenthesizedExpression" ||
    inner.type === "TSAsExpression" ||
    inner.type === "TSNonNullExpression" ||
    inner.type === "TSSatisfiesExpression" ||
    inner.type === "TSTypeAssertion"
  ) {
    inner = inner.expression;
  }
  return inner;
}

/** A value that is in the code itself: reading it allocates nothing and does nothing. */
export function isConstant(node: Node): boolean {
  const inner = unwrap(node);
  if (inner.type === "Literal") return !("regex" in inner);
  if (inner.type === "TemplateLiteral") return inner.expressions.length === 0;
  return inner.type === "UnaryExpression" && "-+!~".includes(inner.operator) && isConstant(inner.argument);
}

/** A function of any sort; oxc-parser's type of those with the word `function` is one for declarations and expressions. */
export type Closure = ArrowFunctionExpression | FunctionNode;

/** A function that an expression makes. */
export function isClosure(node: Node): node is Closure {
  return node.type === "ArrowFunctionExpression" || (node.type === "FunctionExpression" && node.body !== null);
}

/** A function or class that takes its name from what it is assigned to. */
export function takesName(node: Node): boolean {
  const inner = node.type === "ParenthesizedExpression" ? unwrap(node) : node;
  return (isClosure(inner) || inner.type === "ClassExpression") && inner.id === null;
}

/** Whether a member is private (`o.#p`) or of `super`: only code inside of the class may say it. */
export function isBoundToClass(node: Extract<Node, { type: "MemberExpression" }>): boolean {
  return node.property.type === "PrivateIdentifier" || node.object.type === "Super";
}

/** The sort of a function's closure, which decides its size. */
export function closureKind(node: Closure): CountedKind {
  if (node.generator) return node.async ? "async-generator-function" : "generator-function";
  if (node.async) return "async-function";
  return node.type === "ArrowFunctionExpression" ? "arrow" : "function";
}
