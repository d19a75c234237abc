import { type Node, unwrap } from "./nodes.ts";
import { visitPattern, visitTarget } from "./patterns.ts";
import { refusal } from "./refusal.ts";
import { visitForAwait } from "./suspensions.ts";
import type { Transform } from "./transform.ts";

const ASSIGNS = "[]=$hb_e;";

type Of<Type extends Node["type"]> = Extract<Node, { type: Type }>;

/**
 * Returns V8's position of an error about an expression's value: the name of a member, or of the member that is called.
 */
export function valuePosition(node: Node): number {
  const inner = unwrap(node);
  if (inner.type === "CallExpression") return valuePosition(inner.callee);
  return inner.type === "MemberExpression" ? inner.property.start : inner.start;
}

/**
 * Wraps an iterable so that harness/markers.ts makes each call of the iteration from a marker of the line.
 * @param entries whether each value is destructured as an array, which iterates again
 * @param iterates a statement that iterates over `$hb_e`, so that V8 throws its own error for a value that is not
 * iterable
 * @param at V8's position of that error. Default: that of the expression
 */
function iterateOnLine(transform: Transform, iterable: Node, entries: boolean, iterates: string, at?: number): void {
  transform.iterated.add(unwrap(iterable));
  transform.visit(iterable);
  if (transform.isDeep(unwrap(iterable))) return;
  const call = transform.nameMarker("line", iterable.start);
  transform.define(call, ["$hb_f", "$hb_o"], "return $hbCall($hb_f,$hb_o);", { isEntered: true });
  const inner = unwrap(iterable);
  const name = transform.nameMarker("iterator", at ?? valuePosition(iterable));
  const isNamed = inner.type === "Identifier" && inner.name !== "arguments";
  const value = isNamed ? inner.name : "$hb_e";
  const refuse =
    isNamed || iterates === ASSIGNS ? iterates.replace("$hb_e", value) : refusal(inner, transform.source, iterates);
  const first = `const $hb_i=$hbIterate(${value},${call},${entries})`;
  transform.define(
    name,
    [`${transform.mark(inner.start, inner)}${value}`],
    `${first};if($hb_i===undefined){${transform.naming(refuse)}}return $hb_i;`,
  );
  transform.enclose(iterable, `${name}(`);
}

export function visitForOf(transform: Transform, node: Of<"ForOfStatement">): void {
  const target = node.left.type === "VariableDeclaration" ? node.left.declarations[0]?.id : node.left;
  if (node.left.type === "VariableDeclaration") {
    for (const { id } of node.left.declarations) visitPattern(transform, id);
  } else visitTarget(transform, node.left);
  if (node.await) {
    visitForAwait(transform, node);
    return;
  }
  iterateOnLine(transform, node.right, target?.type === "ArrayPattern", "for(const $hb_v of $hb_e);");
  transform.onCondition(() => transform.visit(node.body));
}

/**
 * Instruments `[a, b] = value` or `const [a, b] = value` as a statement, where the value of the assignment is not used.
 */
export function visitArrayDestructuring(
  transform: Transform,
  pattern: Of<"ArrayPattern">,
  value: Node,
  isDeclared: boolean,
): void {
  visitPattern(transform, pattern);
  if (isDeclared) iterateOnLine(transform, value, false, "{const []=$hb_e;}", value.start);
  // V8's position of the error is that of the sign `=`.
  else iterateOnLine(transform, value, false, ASSIGNS, transform.source.indexOf("=", pattern.end));
}

/**
 * Instruments the value of `const { a } = value`. V8's error for null or undefined names the value, so the marker
 * throws an error with the author's name.
 */
export function visitObjectDestructuring(transform: Transform, pattern: Of<"ObjectPattern">, value: Node): void {
  transform.visit(value);
  const inner = unwrap(value);
  if (transform.isDeep(inner)) return;
  const [first] = pattern.properties;
  const key =
    first?.type === "Property" && !first.computed && first.key.type === "Identifier" ? first.key.name : undefined;
  const reads = `{const {${key === undefined ? "" : `${key}:$hb_v`}}=$hb_e;}`;
  const refuse = refusal(inner, transform.source, reads);
  if (inner.type === "Identifier" || inner.type === "ThisExpression" || refuse === reads) return;
  // V8's position of that error is the first property.
  const name = transform.nameMarker("iterator", key === undefined ? value.start : (first?.start ?? value.start));
  transform.define(name, ["$hb_e"], `if($hb_e===undefined||$hb_e===null)${refuse}return $hb_e;`, { isEntered: true });
  transform.enclose(value, `${name}(`);
}
