import { isConstant, type Node, unwrap } from "./nodes.ts";

/** One operand of an expression. */
export interface Part {
  readonly node: Node;
  /**
   * Whether the expression uses this part before it evaluates the next one: looks up a method, iterates a spread, or
   * converts to a string. The following parts must then not be evaluated earlier.
   */
  readonly steps?: boolean;
  /** Whether the part is evaluated only for some values of the preceding parts. */
  readonly conditional?: boolean;
  /** Key of a shorthand property. The key must be written out if the parameter has another name. */
  readonly shorthand?: string;
}

/** The operands of an expression in the order of their evaluation. The expression's own operation runs last. */
export interface Shape {
  readonly parts: readonly Part[];
  /** Whether the operation may allocate. An operation that cannot allocate moves only together with one that may. */
  readonly allocates: boolean;
  /** Offset of the allocation site in the source. */
  readonly position: number;
}

/** The reason why an expression that may allocate stays in place. */
export interface Refusal {
  readonly kind: string;
  readonly why: string;
}

export function isRefusal(shape: Shape | Refusal): shape is Refusal {
  return "why" in shape;
}

/** Returns the parts for the arguments of a call, or for the elements of an array. */
export function listParts(list: readonly (Node | null)[]): Part[] {
  const parts: Part[] = [];
  for (const each of list) {
    if (each === null) continue;
    parts.push(each.type === "SpreadElement" ? { node: each.argument, steps: true } : { node: each });
  }
  return parts;
}

/**
 * Whether an expression is a constant, or a literal of constants. V8 keeps both in the boilerplate of the literal
 * around them; as operands they would change the size of the allocation.
 */
export function staysInCode(node: Node): boolean {
  const inner = unwrap(node);
  if (isConstant(inner)) return true;
  if (inner.type === "ArrayExpression") {
    return inner.elements.every((each) => each === null || (each.type !== "SpreadElement" && staysInCode(each)));
  }
  if (inner.type !== "ObjectExpression") return false;
  return inner.properties.every(
    (each) =>
      each.type === "Property" && each.kind === "init" && !each.method && !each.computed && staysInCode(each.value),
  );
}
