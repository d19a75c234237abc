import { type Node, unwrap } from "./nodes.ts";
import { visitPattern, visitTarget } from "./patterns.ts";
import { visitForAwait } from "./suspensions.ts";
import type { Transform } from "./transform.ts";

type Of<Type extends Node["type"]> = Extract<Node, { type: Type }>;

/**
 * Wraps an iterable so that harness/markers.ts makes each call of the iteration from a marker of the line.
 * @param entries whether each value is destructured as an array, which iterates again
 * @param refuse a statement that throws V8's own error for a value `$hb_e` that is not iterable
 */
function iterateOnLine(transform: Transform, iterable: Node, entries: boolean, refuse: string): void {
  transform.visit(iterable);
  const call = transform.nameMarker("line", iterable.start);
  transform.define(call, ["$hb_f", "$hb_o"], "return $hbCall($hb_f,$hb_o);", { isEntered: true });
  const name = transform.nameMarker("iterator", iterable.start);
  const inner = unwrap(iterable);
  const value = inner.type === "Identifier" && inner.name !== "arguments" ? inner.name : "$hb_e";
  const iterates = `const $hb_i=$hbIterate(${value},${call},${entries})`;
  transform.define(name, [value], `${iterates};if($hb_i===undefined)${refuse.replace("$hb_e", value)}return $hb_i;`);
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

/** Visits `[a, b] = value` or `const [a, b] = value`, where the value of the assignment is not used. */
export function visitArrayDestructuring(transform: Transform, pattern: Of<"ArrayPattern">, value: Node): void {
  visitPattern(transform, pattern);
  iterateOnLine(transform, value, false, "{const []=$hb_e;}");
}
