import { listParts, type Part, type Refusal, type Shape } from "./expression-parts.ts";
import { isBoundToClass, isConstant, type Node, unwrap } from "./nodes.ts";

type Of<Type extends Node["type"]> = Extract<Node, { type: Type }>;

const boundToClass = (kind: string): Refusal => ({
  kind,
  why: "`super` and private names are valid only inside the class",
});

/**
 * Returns the parts for the object and the computed key of a member. `steps`: whether the member is looked up before
 * later parts are evaluated.
 */
export function memberParts(node: Of<"MemberExpression">, steps: boolean): Part[] {
  if (!node.computed || isConstant(node.property)) return [{ node: node.object, steps }];
  return [{ node: node.object }, { node: node.property, steps }];
}

export function memberShape(node: Of<"MemberExpression">): Shape | Refusal | undefined {
  if (node.object.type === "MetaProperty") return undefined;
  if (isBoundToClass(node)) return undefined;
  return { parts: memberParts(node, false), allocates: true, position: node.property.start };
}

/** Returns the parts that a call evaluates before its arguments. */
export function calleeParts(callee: Node, kind: string): Part[] | Refusal {
  const inner = unwrap(callee);
  if (inner.type === "Super") return { kind: "super-call", why: "only a constructor can call `super`" };
  if (inner.type === "ChainExpression") return { kind, why: "`this` is the result of an optional chain" };
  if (inner.type !== "MemberExpression") return [{ node: callee }];
  return isBoundToClass(inner) ? boundToClass(kind) : memberParts(inner, true);
}

/**
 * Returns V8's position of a call: the name that is called. For any other callee, such as a function expression, its
 * end.
 */
function callPosition(node: Of<"CallExpression">, callee: Node): number {
  if (callee.type === "MemberExpression") return callee.property.start;
  return callee.type === "Identifier" ? node.start : node.callee.end;
}

export function callShape(node: Of<"CallExpression">): Shape | Refusal {
  const callee = unwrap(node.callee);
  if (callee.type === "Identifier" && callee.name === "eval") {
    return { kind: "direct-eval", why: "its code reads the variables around it" };
  }
  if (callee.type === "Identifier" && callee.name === "require") {
    return { kind: "require", why: "it loads a module, so it stays as it is written" };
  }
  const before = calleeParts(node.callee, "call");
  if ("why" in before) return before;
  return { parts: [...before, ...listParts(node.arguments)], allocates: true, position: callPosition(node, callee) };
}

export function newShape(node: Of<"NewExpression">): Shape {
  return { parts: [{ node: node.callee }, ...listParts(node.arguments)], allocates: true, position: node.start };
}

/** Whether a part of an optional chain contains an earlier `?.`, which may skip the part. */
function hasEarlierOption(node: Node): boolean {
  const inner = unwrap(node);
  if (inner.type === "CallExpression") return inner.optional || hasEarlierOption(inner.callee);
  if (inner.type === "MemberExpression") return inner.optional || hasEarlierOption(inner.object);
  return false;
}

/**
 * Returns the shape of an optional chain such as `a?.b(c)`. The part before the first `?.` is always evaluated; later
 * parts only if its value is not nullish.
 */
export function chainShape(chain: Of<"ChainExpression">): Shape | Refusal {
  const parts: Part[] = [];
  let position: number | undefined;
  let node: Node = unwrap(chain.expression);
  for (;;) {
    if (node.type === "CallExpression") {
      parts.unshift(...listParts(node.arguments).map((part) => ({ ...part, conditional: true })));
      position ??= unwrap(node.callee).type === "MemberExpression" ? undefined : node.start;
      if (node.optional && !hasEarlierOption(node.callee)) {
        const callee = calleeParts(node.callee, "optional-call");
        if ("why" in callee) return callee;
        return { parts: [...callee, ...parts], allocates: true, position: position ?? node.start };
      }
      node = unwrap(node.callee);
    } else if (node.type === "MemberExpression") {
      if (isBoundToClass(node)) return boundToClass("optional-chain");
      position ??= node.property.start;
      if (node.computed && !isConstant(node.property)) parts.unshift({ node: node.property, conditional: true });
      if (node.optional && !hasEarlierOption(node.object))
        return { parts: [{ node: node.object }, ...parts], allocates: true, position };
      node = unwrap(node.object);
    } else {
      return { kind: "optional-chain", why: `it contains ${node.type}` };
    }
  }
}

export function assignmentShape(node: Of<"AssignmentExpression">): Shape | Refusal | undefined {
  const target = unwrap(node.left as Node);
  if (target.type !== "MemberExpression") return undefined;
  if (isBoundToClass(target)) return undefined;
  const isLogical = node.operator === "??=" || node.operator === "||=" || node.operator === "&&=";
  const value: Part = isLogical ? { node: node.right, conditional: true } : { node: node.right };
  return { parts: [...memberParts(target, node.operator !== "="), value], allocates: true, position: node.start };
}

export function updateShape(node: Of<"UpdateExpression">): Shape | undefined {
  const target = unwrap(node.argument as Node);
  if (target.type !== "MemberExpression" || isBoundToClass(target)) return undefined;
  return { parts: memberParts(target, false), allocates: true, position: node.start };
}
