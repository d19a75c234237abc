import { type Node, unwrap } from "./nodes.ts";
import type { Transform } from "./transform.ts";

/** Counts the result objects of `yield`. A generator allocates one at each `yield`, in its own frame. */
export function visitYield(transform: Transform, node: Extract<Node, { type: "YieldExpression" }>): void {
  if (node.delegate) {
    transform.leaveInPlace(node, "yield*", "results pass through the generator's frame");
    if (node.argument !== null) {
      transform.iterated.add(unwrap(node.argument));
      transform.visit(node.argument);
    }
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

/**
 * Counts `await`. V8 allocates its promises and closures in the function's frame: fewer for a promise than for another
 * value.
 */
export function visitAwait(transform: Transform, node: Extract<Node, { type: "AwaitExpression" }>): void {
  const name = transform.nameMarker("counter", node.start);
  const ofPromise = transform.count("await-promise", node.start, "due").text;
  const ofValue = transform.count("await", node.start, "due").text;
  transform.define(name, ["value"], `if($hbIsPromise(value)){${ofPromise}}else{${ofValue}}return value;`);
  transform.hasAwait = true;
  transform.visit(node.argument);
  transform.enclose(node.argument, `${name}(`);
  const resumed = transform.resumeMarker(node.start);
  if (resumed !== undefined) transform.enclose(node, `${resumed}(`);
}

/** Counts the steps of `for await` that return a value. V8 awaits each step in the function's frame. */
export function visitForAwait(transform: Transform, node: Extract<Node, { type: "ForOfStatement" }>): void {
  transform.leaveInPlace(node, "for-await", "its steps are awaited in the function's frame");
  transform.iterated.add(unwrap(node.right));
  transform.visit(node.right);
  const call = transform.countingCall("for-await", node.start);
  transform.onCondition(() => transform.visit(node.body));
  // Inserted after the body was visited, because edits of the body may begin at the same place.
  transform.edits.prependRight(node.body.start, `${transform.apart(node.body.start)}{${call}`);
  transform.edits.appendLeft(node.body.end, "}");
}
