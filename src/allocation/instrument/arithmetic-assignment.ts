import { markerText, nameOperands, parametersOf, visitOperands, writeCall } from "./emit.ts";
import { ARITHMETIC, type Node, unwrap } from "./nodes.ts";
import { operandsOf, planParts } from "./plan.ts";
import type { Transform } from "./transform.ts";

/**
 * Rewrites `x += e` as `x = marker(x, e)`: only the assignment itself stays in place. Returns false, and changes
 * nothing, for other assignments.
 */
export function visitArithmeticAssignment(
  transform: Transform,
  node: Extract<Node, { type: "AssignmentExpression" }>,
): boolean {
  const operator = node.operator.slice(0, -1);
  const target = unwrap(node.left as Node);
  if (!ARITHMETIC.has(operator) || target.type !== "Identifier") return false;
  const planned = planParts([{ node: target }, { node: node.right }], transform);
  const [own, ...pieces] = "why" in planned ? [] : planned.pieces;
  if (own === undefined) return false;
  const operands = operandsOf([own, ...pieces]);
  visitOperands(transform, operands);
  const naming = nameOperands(operands);
  const parameters = parametersOf(naming);
  const { line } = transform.locate(node.start);
  const value = markerText(transform, node.right.start, node.right.end, pieces, line, naming);
  const name = transform.nameMarker("line", node.start);
  transform.define(name, parameters, `return ${parameters[0]} ${operator} (${value});`);
  const rest = naming.passed.slice(1);
  const opening = `=${name}(${target.name}${rest.length > 0 ? "," : ""}`;
  // Parentheses around the target, `(x) += e`, would otherwise be open where the marker is called.
  const isEnclosed = node.start < target.start;
  if (isEnclosed) transform.replace(node.start, target.start, "(");
  writeCall(transform, target.end, node.end, opening, rest);
  if (isEnclosed) transform.edits.appendLeft(node.end, ")");
  return true;
}
