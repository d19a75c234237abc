import type { CountedKind } from "../../model/counted-kinds.ts";
import { staysInCode } from "./expression-parts.ts";
import { visitNamed } from "./functions.ts";
import { isBoundByLiteral, propertyKey, propertyParts } from "./literals.ts";
import { closureKind, isClosure, type Node, unwrap } from "./nodes.ts";
import { type Operand, planInPlace } from "./plan.ts";
import type { Transform } from "./transform.ts";

type ObjectLiteral = Extract<Node, { type: "ObjectExpression" }>;

/**
 * Wraps an object literal that has methods or named functions in an arrow function (a thunk), which a line marker
 * calls. The literal cannot move into the marker, because its functions use the variables around it. Its other values
 * are evaluated first and passed to the thunk. So the thunk captures only variables that the literal's functions
 * capture anyway.
 *
 * Returns false, and changes nothing, if a value cannot be passed.
 */
export function moveIntoThunk(transform: Transform, node: ObjectLiteral): boolean {
  const parts = node.properties.flatMap(propertyParts).filter((part) => !staysInCode(part.node));
  const operands = planInPlace(parts, transform);
  if ("why" in operands) return false;
  // Moving an operand that contains a line end would shift the lines below it.
  if (operands.some((operand) => transform.source.slice(operand.node.start, operand.node.end).includes("\n")))
    return false;
  const name = transform.nameMarker("thunk", node.start);
  const { counter, text: count } = transform.count("thunk", node.start, "made");
  for (const property of node.properties) {
    if (property.type !== "Property" || !isBoundByLiteral(property)) continue;
    countWithThunk(transform, property, counter, name);
    visitNamed(transform, property.value);
  }
  const texts = operands.map((operand, index) => takeOut(transform, operand, index));
  const handed = operands.map((_, index) => parameterOf(index));
  transform.define(name, ["thunk", ...handed], `return thunk(${handed.join(",")});`, { before: count });
  transform.enclose(node, `${name}((${handed.join(",")})=>(`, `)${texts.map((text) => `,${text}`).join("")})`);
  return true;
}

/** Name of a thunk's parameter. A reserved name cannot hide a variable of the author from the literal's functions. */
const parameterOf = (index: number): string => `$hb_${index}`;

/** Replaces an operand by a parameter. Returns the operand's code. */
function takeOut(transform: Transform, { node, read, shorthand }: Operand, index: number): string {
  if (read === undefined) transform.visit(node);
  const text = transform.edits.slice(node.start, node.end);
  const key = shorthand === undefined ? "" : `${propertyKey(shorthand)}:`;
  transform.edits.overwrite(node.start, node.end, `${transform.apart(node.start)}${key}${parameterOf(index)}`);
  return text;
}

function countWithThunk(
  transform: Transform,
  property: Extract<Node, { type: "Property" }>,
  counter: number,
  thunk: string,
): void {
  const closure = unwrap(property.value);
  if (!isClosure(closure)) return;
  const isMethod = property.method || property.kind !== "init";
  const kind: CountedKind = isMethod && !closure.generator && !closure.async ? "method" : closureKind(closure);
  transform.shareSite(kind, property.start, counter, thunk);
}
