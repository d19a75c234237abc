import { type Node, unwrap } from "./nodes.ts";
import type { Transform } from "./transform.ts";

/** Records code that runs outside of all markers: direct `eval` and workers. */
export function noteOutside(transform: Transform, node: Node): void {
  if (node.type !== "CallExpression" && node.type !== "NewExpression") return;
  const callee = unwrap(node.callee);
  const name = callee.type === "Identifier" ? callee.name : undefined;
  const { line } = transform.locate(node.start);
  if (node.type === "CallExpression" && name === "eval") transform.outside.push({ line, kind: "direct-eval" });
  if (node.type === "NewExpression" && name === "Worker") transform.outside.push({ line, kind: "worker" });
}
