import { closureKind, isClosure, type Node, takesName, unwrap } from "./nodes.ts";
import type { Transform } from "./transform.ts";

/**
 * Instruments a default value or class field. A function that takes its name there cannot be counted, because a
 * counting call around it would take the name away.
 */
export function visitDefault(transform: Transform, node: Node, why: string): void {
  const inner = unwrap(node);
  if (takesName(node)) {
    transform.bare.add(inner);
    if (isClosure(inner)) transform.leaveInPlace(inner, closureKind(inner), why);
  }
  transform.onCondition(() => transform.visit(node));
}

/**
 * Instruments the parts that the target of an assignment, a call or `delete` evaluates. The reference itself stays in
 * place.
 */
export function visitTarget(transform: Transform, target: Node): void {
  const inner = unwrap(target);
  if (inner.type === "MemberExpression") {
    if (inner.object.type !== "Super") transform.visit(inner.object);
    if (inner.computed) transform.visit(inner.property);
  } else if (inner.type === "ChainExpression") {
    visitChain(transform, inner.expression);
  } else if (inner.type === "ArrayPattern" || inner.type === "ObjectPattern") {
    visitPattern(transform, inner);
  } else if (inner.type !== "Identifier" && inner.type !== "Super") {
    transform.visit(inner);
  }
}

/** Instruments the keys and arguments in an optional chain that stays in place. */
export function visitChain(transform: Transform, element: Node): void {
  const inner = unwrap(element);
  if (inner.type === "CallExpression") {
    visitChain(transform, inner.callee);
    for (const each of inner.arguments) {
      transform.onCondition(() => transform.visit(each.type === "SpreadElement" ? each.argument : each));
    }
  } else if (inner.type === "MemberExpression") {
    if (inner.object.type !== "Super") visitChain(transform, inner.object);
    if (inner.computed) transform.onCondition(() => transform.visit(inner.property));
  } else if (inner.type === "ChainExpression") {
    visitChain(transform, inner.expression); // `(a?.b)?.()` keeps `this`
  } else if (inner.type !== "Identifier") {
    transform.visit(inner);
  }
}

/** Instruments the default values, computed keys and targets in a pattern. */
export function visitPattern(transform: Transform, pattern: Node): void {
  switch (pattern.type) {
    case "AssignmentPattern":
      visitPattern(transform, pattern.left);
      visitDefault(transform, pattern.right, "a function as default value takes its name from the parameter");
      return;
    case "ArrayPattern":
      for (const each of pattern.elements) {
        if (
          each?.type === "ArrayPattern" ||
          (each?.type === "AssignmentPattern" && each.left.type === "ArrayPattern")
        ) {
          transform.leaveInPlace(each, "destructuring", "a nested pattern iterates in place");
        }
        if (each !== null) visitPattern(transform, each);
      }
      return;
    case "ObjectPattern":
      // Reading a field that V8 stores as a double allocates a heap number.
      transform.noteAllocating();
      for (const each of pattern.properties) {
        if (each.type === "RestElement") {
          transform.leaveInPlace(each, "object-rest", "the rest of an object is copied in place");
          visitPattern(transform, each.argument);
        } else {
          if (each.computed) transform.visit(each.key);
          visitPattern(transform, each.value);
        }
      }
      return;
    case "RestElement":
      visitPattern(transform, pattern.argument);
      return;
    case "TSParameterProperty":
      visitPattern(transform, pattern.parameter);
      return;
    case "Identifier":
      return;
    default:
      visitTarget(transform, pattern);
      return;
  }
}
