import { type Node, unwrap } from "./nodes.ts";
import type { Transform } from "./transform.ts";

/** Counts the result objects of `yield`. A generator allocates one at each `yield`, in its own frame. */
export function visitYield(transform: Transform, node: Extract<Node, { type: "YieldExpression" }>): void {
  if (node.delegate) {
    transform.leaveInPlace(node, "yield*", "results pass through the generator's frame");
    if (node.argument !== null) {
      transform.iterated.add(unwrap(node.argument));
      transform.visit(node.argument);
      if (transform.functionKind === "async-generator" && !transform.isMetered) countSteps(transform, node.argument);
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

/** Counts the steps of `yield*` in an async generator: V8 awaits the result of each, the last one too, in the function's frame. */
function countSteps(transform: Transform, iterable: Node): void {
  const [open, step] = [transform.nameMarker("line", iterable.start), transform.nameMarker("line", iterable.start)];
  transform.define(open, ["$hb_f", "$hb_o"], "return $hbCall($hb_f,$hb_o);");
  const { text } = transform.count("delegate", iterable.start, "due");
  transform.define(step, ["$hb_f", "$hb_o", "$hb_v"], `${text}return $hbCall($hb_f,$hb_o,$hb_v);`);
  const name = transform.nameMarker("iterator", iterable.start);
  transform.define(name, ["$hb_e"], `return $hbDelegate($hb_e,${open},${step});`);
  transform.enclose(iterable, `${name}(`);
}

/** Counts `return` with a value in an async generator: V8 awaits the value in the function's frame. */
export function visitReturn(transform: Transform, node: Extract<Node, { type: "ReturnStatement" }>): void {
  if (node.argument === null) return;
  transform.visit(node.argument);
  if (transform.functionKind !== "async-generator" || transform.isMetered) return;
  transform.enclose(node.argument, `${transform.counterMarker("async-yield", node.start, "due")}(`);
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

/**
 * Counts the step of a `for await` that ends it: the one that gives no value, or the closing of the iterator, which V8 awaits, too. A
 * counter around the iterable would be named in V8's error, so it stands before the statement. The meter reads the step itself.
 */
export function countLastStep(transform: Transform, statement: Node): void {
  let loop = statement;
  while (loop.type === "LabeledStatement") loop = loop.body;
  if (loop.type !== "ForOfStatement" || !loop.await || transform.isMetered) return;
  const { call, counter } = transform.countingCall("for-await", loop.start);
  transform.edits.appendLeft(statement.start, call);
  transform.inexact.push({ line: transform.locate(loop.start).line, kind: "for-await", errorBoundBytes: 0, counter });
}

/** Counts the steps of `for await` that return a value. V8 awaits each step in the function's frame. */
export function visitForAwait(transform: Transform, node: Extract<Node, { type: "ForOfStatement" }>): void {
  transform.leaveInPlace(node, "for-await", "its steps are awaited in the function's frame");
  transform.iterated.add(unwrap(node.right));
  transform.visit(node.right);
  const { call } = transform.countingCall("for-await", node.start);
  transform.onCondition(() => transform.visit(node.body));
  // Inserted after the body was visited, because edits of the body may begin at the same place.
  transform.edits.prependRight(node.body.start, `${transform.apart(node.body.start)}{${call}`);
  transform.edits.appendLeft(node.body.end, "}");
}
