import type { Node } from "./nodes.ts";
import type { Transform } from "./transform.ts";

/** Counts the result object that a generator allocates at each `yield` in its own frame. */
export function visitYield(transform: Transform, node: Extract<Node, { type: "YieldExpression" }>): void {
  if (node.delegate) {
    transform.leaveInPlace(node, "yield*", "results pass through the generator's frame");
    if (node.argument !== null) transform.visit(node.argument);
    return;
  }
  const name = transform.counterMarker(
    transform.functionKind === "async-generator" ? "async-yield" : "yield",
    node.start,
    "due",
  );
  if (node.argument === null) {
    transform.edits.appendLeft(node.end, ` ${name}()`);
    return;
  }
  transform.visit(node.argument);
  transform.enclose(node.argument, `${name}(`);
}

/** Counts `await`, whose promises and closures V8 allocates in the function's frame. */
export function visitAwait(transform: Transform, node: Extract<Node, { type: "AwaitExpression" }>): void {
  const name = transform.counterMarker("await", node.start, "due");
  transform.visit(node.argument);
  transform.enclose(node.argument, `${name}(`);
}
