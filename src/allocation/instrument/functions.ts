import { isDirective, isStrictBody } from "./directives.ts";
import { type Closure, closureKind, isClosure, type Node, takesName, unwrap } from "./nodes.ts";
import { visitPattern } from "./patterns.ts";
import { countLastStep } from "./suspensions.ts";
import type { Transform } from "./transform.ts";

type Of<Type extends Node["type"]> = Extract<Node, { type: Type }>;

/** Instruments the parameters and the body of a function. */
export function visitFunction(transform: Transform, node: Closure, isDerivedConstructor = false): void {
  const { scope, functionStart, functionKind, isStrict, hasUnreadyThis, isEntered, hasAwait } = transform;
  const { allocatesInPlace, returns } = transform;
  transform.isEntered = false;
  transform.hasAwait = false;
  transform.allocatesInPlace = false;
  transform.returns = [];
  transform.scope = transform.analysis.scopeOf.get(node) ?? scope;
  transform.functionStart = transform.locate(node.start);
  transform.functionKind = node.generator
    ? node.async
      ? "async-generator"
      : "generator"
    : node.async
      ? "async"
      : "plain";
  if (node.type !== "ArrowFunctionExpression") transform.hasUnreadyThis = isDerivedConstructor;
  if (node.body?.type === "BlockStatement" && isStrictBody(node.body.body)) transform.isStrict = true;
  for (const parameter of node.params) visitPattern(transform, parameter);
  if (node.body !== null) {
    transform.visit(node.body);
    const counter = transform.functionKind === "plain" ? undefined : markBegin(transform, node.body);
    if (transform.functionKind !== "plain") noteSuspendable(transform, node, transform.functionKind, counter);
    if (transform.isMetered && transform.allocatesInPlace) markOwn(transform, node.body, isDerivedConstructor);
  }
  Object.assign(transform, { allocatesInPlace, returns });
  Object.assign(transform, { scope, functionStart, functionKind, isStrict, hasUnreadyThis, isEntered, hasAwait });
}

/** Records a function whose registers V8 keeps beside its object. */
function noteSuspendable(
  transform: Transform,
  { start }: Closure,
  functionKind: "generator" | "async" | "async-generator",
  counter: number | undefined,
): void {
  const kind = functionKind === "async" ? "async-function" : functionKind;
  transform.suspendable.push({ line: transform.locate(start).line, kind, start, counter });
}

/**
 * Inserts a marker call at the start of the body of an async or generator function. Returns the meter's site that counts
 * the calls; undefined for other engines.
 */
function markBegin(transform: Transform, body: Node): number | undefined {
  const begin = transform.beginMarker(body.start);
  if (begin === undefined) return undefined;
  const { name, counter } = begin;
  if (body.type !== "BlockStatement") {
    transform.enclose(body, `(${name}(),`);
    return counter;
  }
  const first = body.body.find((each) => !isDirective(each));
  if (first === undefined) transform.edits.appendLeft(body.end - 1, `;${name}();`);
  else transform.edits.prependRight(first.start, `${name}();`);
  return counter;
}

/**
 * Inserts readings of the bytes in use at the start and the ends of a function. The meter then assigns what the
 * function allocates outside of markers to the function, not to its caller.
 */
function markOwn(transform: Transform, body: Node, isDerivedConstructor: boolean): void {
  const { edits } = transform;
  const here = transform.ownMarker("$hbmHere", body.start);
  const leave = transform.ownMarker("$hbmLeave", body.start);
  if (body.type !== "BlockStatement") {
    transform.enclose(body, `(${here}(),${leave}((`, ")))");
    return;
  }
  // No reading at the start in two cases: the counters of declared functions read there already; the object of a
  // derived class belongs to the line that constructs it.
  if (!isDerivedConstructor && !body.body.some((each) => each.type === "FunctionDeclaration")) {
    const directive = body.body.findLast((each) => isDirective(each));
    edits.prependLeft(directive?.end ?? body.start + 1, `;${here}();`);
  }
  for (const { argument, start } of transform.returns) {
    if (argument === null) edits.appendLeft(start + "return".length, ` ${leave}()`);
    else transform.enclose(argument, `${leave}((`, "))");
  }
  if (body.body.at(-1)?.type !== "ReturnStatement") edits.appendLeft(body.end - 1, `;${leave}();`);
}

/**
 * Instruments a function expression, and wraps it in a call that counts its closure. Not for functions that take their
 * name from the context, because the call would take the name away.
 */
export function visitClosure(transform: Transform, node: Closure): void {
  const name = transform.counterMarker(closureKind(node), node.start, "made");
  visitFunction(transform, node);
  transform.enclose(node, `${name}(`);
}

/**
 * Instruments a function or class that takes its name from the context. Returns the function, which the caller must
 * count; undefined for a class.
 */
export function visitNamed(transform: Transform, node: Node): Closure | undefined {
  const inner = unwrap(node);
  transform.bare.add(inner);
  transform.visit(inner);
  return isClosure(inner) ? inner : undefined;
}

/** Returns the variable declarations of a statement, an export or a loop head. They may name functions. */
function declaratorsOf(statement: Node): readonly Of<"VariableDeclarator">[] {
  switch (statement.type) {
    case "VariableDeclaration":
      return statement.declarations;
    case "ExportNamedDeclaration":
      return statement.declaration === null ? [] : declaratorsOf(statement.declaration);
    case "ForStatement":
      return statement.init === null ? [] : declaratorsOf(statement.init);
    case "LabeledStatement":
      return declaratorsOf(statement.body);
    default:
      return [];
  }
}

/** Returns the closures of a statement that take their names from variables. */
function namedClosures(statement: Node): Closure[] {
  const values: (Node | null)[] =
    statement.type === "ExportDefaultDeclaration"
      ? [statement.declaration]
      : declaratorsOf(statement).map((each) => each.init);
  return values.flatMap((value) => {
    const inner = value === null ? undefined : unwrap(value);
    return value !== null && inner !== undefined && takesName(value) && isClosure(inner) ? [inner] : [];
  });
}

/**
 * Instruments a list of statements. A function named by a statement is counted before the statement. Declared functions
 * are counted at the start of the list, because V8 allocates their closures on entry.
 */
export function visitStatements(transform: Transform, statements: readonly Node[], isTopLevel: boolean): void {
  const first = statements.find((each) => !isDirective(each));
  for (const statement of statements) {
    const isDeclared = statement.type === "FunctionDeclaration" && !isTopLevel && !statement.declare;
    if (isDeclared && first !== undefined) {
      transform.edits.appendLeft(
        first.start,
        transform.countingCall(closureKind(statement), statement.start, "made").call,
      );
    }
  }
  for (const statement of statements) {
    for (const closure of namedClosures(statement)) {
      const { call } = transform.countingCall(closureKind(closure), closure.start);
      transform.edits.appendLeft(statement.start, call);
    }
    countLastStep(transform, statement);
    transform.visit(statement);
  }
}
