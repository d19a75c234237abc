import { type ArrowFunctionExpression, type Function as FunctionNode, type Node, visitorKeys } from "oxc-parser";
import type { CountedKind } from "../../model/counted-kinds.ts";

/** A node of the syntax tree. Its range (`start`, `end`) is in UTF-16 units. */
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

/** Returns the children of a node in source order, without TypeScript types. */
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

/** Returns the expression inside parentheses and TypeScript's `as`, `!` and `satisfies`. */
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

/** Operators whose result may be a new number, BigInt or string. */
export const ARITHMETIC: ReadonlySet<string> = new Set("+ - * / % ** | & ^ << >> >>>".split(" "));

/**
 * Whether a node is a number that V8 computes before the code runs: arithmetic with number literals only (checked on
 * Node 20 to 26). With other literals the operators run: `-10n` allocates, and `+10n` throws.
 */
function isNumber(node: Node): boolean {
  const inner = unwrap(node);
  if (inner.type === "Literal") return typeof inner.value === "number";
  if (inner.type === "UnaryExpression") return "-+~".includes(inner.operator) && isNumber(inner.argument);
  return (
    inner.type === "BinaryExpression" && ARITHMETIC.has(inner.operator) && isNumber(inner.left) && isNumber(inner.right)
  );
}

/** Whether a node is a constant: evaluating it allocates nothing and has no effects. */
export function isConstant(node: Node): boolean {
  const inner = unwrap(node);
  if (inner.type === "Literal") return !("regex" in inner);
  if (inner.type === "TemplateLiteral") return inner.expressions.length === 0;
  return isNumber(inner) || (inner.type === "UnaryExpression" && inner.operator === "!" && isConstant(inner.argument));
}

/**
 * A function expression, function declaration or arrow function. oxc-parser has one type for declarations and
 * expressions.
 */
export type Closure = ArrowFunctionExpression | FunctionNode;

/** Whether a node is a function expression or an arrow function. */
export function isClosure(node: Node): node is Closure {
  return node.type === "ArrowFunctionExpression" || (node.type === "FunctionExpression" && node.body !== null);
}

/** Whether a node is a function of any kind. */
export const isFunction = (node: Node): boolean => isClosure(node) || node.type.startsWith("FunctionDecl");

export const isClass = (node: Node): boolean => node.type === "ClassDeclaration" || node.type === "ClassExpression";

/** Whether a node is a function or class that takes its name from the variable or property to which it is assigned. */
export function takesName(node: Node): boolean {
  const inner = node.type === "ParenthesizedExpression" ? unwrap(node) : node;
  return (isClosure(inner) || inner.type === "ClassExpression") && inner.id === null;
}

/** Whether a member is private (`o.#p`) or of `super`, so that it is valid only inside the class. */
export function isBoundToClass(node: Extract<Node, { type: "MemberExpression" }>): boolean {
  return node.property.type === "PrivateIdentifier" || node.object.type === "Super";
}

/** Returns the kind of a function's closure. The kind decides the closure's size. */
export function closureKind(node: Closure): CountedKind {
  if (node.generator) return node.async ? "async-generator-function" : "generator-function";
  if (node.async) return "async-function";
  return node.type === "ArrowFunctionExpression" ? "arrow" : "function";
}
