import { isRefusal, type Part, type Refusal, type Shape } from "./expression-parts.ts";
import { isClosure, isConstant, type Node, unwrap } from "./nodes.ts";
import { isSteady, type Scope } from "./scopes.ts";
import { shapeOf } from "./shape-of.ts";

/** A part of an expression that is evaluated in place and passed to the marker. */
export interface Operand {
  readonly node: Node;
  /**
   * Source text of a variable, `this` or a member of a namespace import; equal reads have equal texts. Undefined for
   * other expressions.
   */
  readonly read: string | undefined;
  /** Whether evaluating the operand earlier has no observable effect. */
  readonly steady: boolean;
  readonly shorthand: string | undefined;
}

/**
 * An expression that moves into a marker. Its pieces are operands, passed to the marker, or plans, which move with the
 * expression.
 */
export interface Plan {
  readonly node: Node;
  readonly shape: Shape;
  readonly pieces: readonly (Operand | Plan)[];
  readonly steady: boolean;
}

/** Facts about the surroundings of an expression that decide what can move. */
export interface PlanContext {
  readonly source: string;
  readonly scope: Scope;
  readonly assignedGlobals: ReadonlySet<string>;
  readonly hasDirectEval: boolean;
  /** Whether `this` may throw: in a constructor of a derived class, before `super()` has run. */
  readonly hasUnreadyThis: boolean;
}

export function isPlan(piece: Operand | Plan): piece is Plan {
  return "shape" in piece;
}

/** Returns the operands of a plan, left to right, the order in which the code evaluates them. */
export function operandsOf(pieces: readonly (Operand | Plan)[]): Operand[] {
  const operands: Operand[] = [];
  collectOperands(pieces, operands);
  return operands;
}

/**
 * Fills one list for all levels, because a list for each level took a tenth of the time of instrumenting a large
 * package.
 */
function collectOperands(pieces: readonly (Operand | Plan)[], operands: Operand[]): void {
  for (const piece of pieces) {
    if (isPlan(piece)) collectOperands(piece.pieces, operands);
    else operands.push(piece);
  }
}

const OUT_OF_ORDER: Refusal = { kind: "order", why: "an operand after one of its steps has effects" };
const ON_CONDITION: Refusal = { kind: "condition", why: "an operand that is evaluated conditionally has effects" };

/**
 * Plans to move an expression into a marker, with as many expressions below it as possible. Returns a `Refusal` if the
 * expression may allocate and must stay in place; undefined for kinds of expressions that need no marker.
 *
 * The order of observable effects does not change. Operands evaluated in place run before all operations that move. So,
 * from right to left, an operation may move only while all operands to its right are steady reads.
 * @param node without parentheses around it
 */
export function planMove(node: Node, where: PlanContext): Plan | Refusal | undefined {
  const shape = shapeOf(node);
  if (shape === undefined || isRefusal(shape)) return shape;
  const planned = planParts(shape.parts, where);
  return "why" in planned ? planned : { node, shape, ...planned };
}

/** Plans a list of operands whose operation runs after all of them. Returns the reason if the operation cannot move. */
export function planParts(
  parts: readonly Part[],
  where: PlanContext,
): { readonly pieces: readonly (Operand | Plan)[]; readonly steady: boolean } | Refusal {
  const pieces: (Operand | Plan)[] = [];
  let settled = true;
  for (const part of parts.toReversed()) {
    if (isConstant(part.node)) continue;
    if (part.steps && !settled) return OUT_OF_ORDER;
    const piece: Operand | Plan =
      readOf(part, where) ?? (settled ? moveOf(part, where) : undefined) ?? placedOf(part, where);
    if (part.conditional && !isHarmlessOnCondition(piece)) return ON_CONDITION;
    settled &&= piece.steady;
    pieces.push(piece);
  }
  return { pieces: pieces.reverse(), steady: settled };
}

/**
 * Returns the operands of an expression that cannot move itself, each evaluated in place; or the reason why that is not
 * possible.
 */
export function planInPlace(parts: readonly Part[], where: PlanContext): readonly Operand[] | Refusal {
  const operands: Operand[] = [];
  let settled = true;
  for (const part of parts.toReversed()) {
    if (part.steps && !settled) return OUT_OF_ORDER;
    const operand = readOf(part, where) ?? placedOf(part, where);
    settled &&= operand.steady;
    operands.push(operand);
  }
  return operands.reverse();
}

function moveOf(part: Part, where: PlanContext): Plan | undefined {
  const plan = planMove(unwrap(part.node), where);
  return plan === undefined || "why" in plan ? undefined : plan;
}

/** Whether a conditional piece may be evaluated in any case, because it consists of reads that cannot throw. */
function isHarmlessOnCondition(piece: Operand | Plan): boolean {
  return isPlan(piece) ? piece.pieces.every(isHarmlessOnCondition) : piece.steady && piece.read !== undefined;
}

function readOf(part: Part, where: PlanContext): Operand | undefined {
  const node = unwrap(part.node);
  const { shorthand } = part;
  if (node.type === "ThisExpression") {
    return { node, read: "this", steady: !where.hasUnreadyThis, shorthand };
  }
  if (node.type === "Identifier") return { node, read: node.name, steady: isSteadyRead(node, where), shorthand };
  if (isNamespaceMember(node, where)) {
    // esbuild resolves `ns.f` to the variable `f` only if the code contains the member in this form.
    return { node, read: where.source.slice(node.start, node.end), steady: false, shorthand };
  }
  return undefined;
}

function isSteadyRead(node: Extract<Node, { type: "Identifier" }>, where: PlanContext): boolean {
  return !where.hasDirectEval && isSteady(where.scope, node.name, node.start, where.assignedGlobals);
}

function isNamespaceMember(node: Node, { scope }: PlanContext): boolean {
  if (node.type !== "MemberExpression" || node.computed || node.object.type !== "Identifier") return false;
  return scope.resolve(node.object.name)?.isNamespace === true;
}

function placedOf(part: Part, where: PlanContext): Operand {
  return { node: part.node, read: undefined, steady: isInert(part.node, where), shorthand: part.shorthand };
}

/** Whether an expression has no effects and a value that cannot change. */
function isInert(node: Node, where: PlanContext): boolean {
  const inner = unwrap(node);
  if (isClosure(inner) || isConstant(inner)) return true;
  if (inner.type === "Identifier") return isSteadyRead(inner, where);
  if (inner.type === "ThisExpression") return !where.hasUnreadyThis;
  if (inner.type === "ArrayExpression") {
    return inner.elements.every((each) => each === null || (each.type !== "SpreadElement" && isInert(each, where)));
  }
  if (inner.type !== "ObjectExpression") return false;
  return inner.properties.every((each) => each.type === "Property" && !each.computed && isInert(each.value, where));
}
