import { isConstant, type Node, unwrap } from "./nodes.ts";

/** One operand of an expression. */
export interface Part {
  readonly node: Node;
  /**
   * The expression does something with this part before it evaluates the next: looks up a method, iterates a spread, makes a
   * string of it. What comes after it must not be evaluated earlier then.
   */
  readonly steps?: boolean;
  /** Evaluated only if what stands before it says so. */
  readonly conditional?: boolean;
  /** The key of a shorthand property, whose name a parameter need not have. */
  readonly shorthand?: string;
}

/** What an expression consists of: its operands in the order of their evaluation; its own operation comes last. */
export interface Shape {
  readonly parts: readonly Part[];
  /** Whether the operation may allocate. Others are moved only along with one that may. */
  readonly allocates: boolean;
  /** Offset whose line the allocation belongs to. */
  readonly position: number;
}

/** An expression that may allocate and has to stay where it is. */
export interface Refusal {
  readonly kind: string;
  readonly why: string;
}

export function isRefusal(shape: Shape | Refusal): shape is Refusal {
  return "why" in shape;
}

/** The arguments of a call, or the elements of an array. */
export function listParts(list: readonly (Node | null)[]): Part[] {
  return list.flatMap((each): Part[] => {
    if (each === null) return [];
    return each.type === "SpreadElement" ? [{ node: each.argument, steps: true }] : [{ node: each }];
  });
}

/**
 * Whether an expression is part of the code that it stands in: V8 keeps constants, and literals made of nothing else, in the
 * boilerplate of the literal around them, and the sizes would be others if they came from elsewhere.
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
