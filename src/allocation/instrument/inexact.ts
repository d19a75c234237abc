import type { InexactKind } from "../../model/inexact-places.ts";
import { type Node, unwrap } from "./nodes.ts";
import type { Transform } from "./transform.ts";

/** Functions of `Promise` that resolve each element, so that V8's tracker reports more for one that is no promise. */
const RESOLVING: ReadonlySet<string> = new Set(["all", "allSettled"]);

const nameOf = (node: Node): string | undefined => {
  const inner = unwrap(node);
  if (inner.type === "Identifier") return inner.name;
  return inner.type === "MemberExpression" && !inner.computed && inner.property.type === "Identifier"
    ? inner.property.name
    : undefined;
};

/** Kind of a call of which V8's tracker reports too much; undefined for any other expression. */
function kindOf(node: Node): InexactKind | undefined {
  if (node.type !== "CallExpression") return undefined;
  const callee = unwrap(node.callee);
  const name = nameOf(callee);
  if (name === undefined || callee.type !== "MemberExpression") return undefined;
  if (RESOLVING.has(name) && nameOf(callee.object) === "Promise") return "promise-all";
  return name === "return" ? "async-return" : undefined;
}

/** Records a call of which V8's tracker reports too much. */
export function noteInexact(transform: Transform, node: Node): void {
  const kind = kindOf(node);
  if (kind === undefined || transform.isMetered) return;
  transform.inexact.push({ line: transform.locate(node.start).line, kind, errorBoundBytes: 0 });
}
