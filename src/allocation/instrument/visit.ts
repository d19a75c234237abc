import { visitArithmeticAssignment } from "./arithmetic-assignment.ts";
import { visitClass } from "./classes.ts";
import { visitDeep } from "./deep.ts";
import { visitClosure, visitFunction, visitNamed, visitStatements } from "./functions.ts";
import { noteInexact } from "./inexact.ts";
import { visitArrayDestructuring, visitForOf, visitObjectDestructuring } from "./iteration.ts";
import { moveIntoMarker } from "./move.ts";
import { childrenOf, closureKind, isClosure, type Node, takesName, unwrap } from "./nodes.ts";
import { noteOutside } from "./outside.ts";
import { visitChain, visitPattern, visitTarget } from "./patterns.ts";
import { visitAwait, visitReturn, visitYield } from "./suspensions.ts";
import { moveIntoThunk } from "./thunks.ts";
import type { Transform } from "./transform.ts";

/** Instruments a node, in the scope that it opens, if it opens one. */
export function visitNode(transform: Transform, node: Node): void {
  const { scope } = transform;
  const inner = transform.analysis.scopeOf.get(node);
  if (inner !== undefined) transform.scope = inner;
  if (!transform.isDeep(node) || !visitDeep(transform, node)) visitByType(transform, node);
  transform.scope = scope;
}

function visitByType(transform: Transform, node: Node): void {
  switch (node.type) {
    case "Program":
      visitStatements(transform, node.body, true);
      return;
    case "BlockStatement":
    case "StaticBlock":
    case "TSModuleBlock":
      visitStatements(transform, node.body, false);
      return;
    case "SwitchCase":
      if (node.test !== null) transform.visit(node.test);
      visitStatements(transform, node.consequent, true);
      return;
    case "ExpressionStatement":
      visitExpressionStatement(transform, node);
      return;
    case "FunctionDeclaration":
      if (!node.declare) visitFunction(transform, node);
      return;
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      if (!isClosure(node)) return;
      if (transform.bare.has(node)) visitFunction(transform, node);
      else visitClosure(transform, node);
      return;
    case "ClassDeclaration":
    case "ClassExpression":
      visitClass(transform, node);
      return;
    case "VariableDeclaration":
      if (!node.declare) for (const each of node.declarations) visitDeclarator(transform, each);
      return;
    case "ExportDefaultDeclaration":
      if (takesName(node.declaration)) visitNamed(transform, node.declaration);
      else transform.visit(node.declaration);
      return;
    case "ReturnStatement":
      transform.returns.push(node);
      visitReturn(transform, node);
      return;
    case "ForOfStatement":
      visitForOf(transform, node);
      return;
    case "ForInStatement":
      if (node.left.type !== "VariableDeclaration") visitTarget(transform, node.left);
      transform.visit(node.right);
      transform.noteAllocating(); // the list of keys
      transform.onCondition(() => transform.visit(node.body));
      return;
    case "CatchClause":
      if (node.param !== null) visitPattern(transform, node.param);
      transform.visit(node.body);
      return;
    case "WithStatement":
      transform.outside.push({ line: transform.locate(node.start).line, kind: "with" });
      transform.visit(node.object);
      return;
    case "LabeledStatement":
      transform.onCondition(() => transform.visit(node.body));
      return;
    case "TSModuleDeclaration":
      if (!node.declare && node.body !== null && node.body !== undefined) transform.visit(node.body);
      return;
    case "TSExportAssignment":
      transform.visit(node.expression);
      return;
    case "TSEnumDeclaration":
    case "ImportDeclaration":
    case "ExportAllDeclaration":
    case "BreakStatement":
    case "ContinueStatement":
    case "Identifier":
    case "MetaProperty":
    case "Decorator":
      return;
    default:
      if (!node.type.startsWith("TS") || unwrap(node) !== node) visitExpression(transform, node);
  }
}

/** Instruments an expression statement. In a statement `[a, b] = c`, the value of the assignment is not used. */
function visitExpressionStatement(
  transform: Transform,
  statement: Extract<Node, { type: "ExpressionStatement" }>,
): void {
  if ("directive" in statement && typeof statement.directive === "string") return;
  const expression = unwrap(statement.expression);
  if (expression.type === "AssignmentExpression" && expression.left.type === "ArrayPattern") {
    visitArrayDestructuring(transform, expression.left, expression.right, false);
    return;
  }
  transform.visit(statement.expression);
}

function visitDeclarator(transform: Transform, node: Extract<Node, { type: "VariableDeclarator" }>): void {
  if (node.init !== null && node.id.type === "ArrayPattern") {
    visitArrayDestructuring(transform, node.id, node.init, true);
    return;
  }
  visitPattern(transform, node.id);
  if (node.init === null) return;
  if (takesName(node.init)) visitNamed(transform, node.init);
  else if (node.id.type === "ObjectPattern") visitObjectDestructuring(transform, node.id, node.init);
  else transform.visit(node.init);
}

function visitExpression(transform: Transform, node: Node): void {
  noteOutside(transform, node);
  noteInexact(transform, node);
  if (moveIntoMarker(transform, node)) return;
  switch (node.type) {
    case "ObjectExpression":
      if (node.properties.length > 0 && moveIntoThunk(transform, node)) return;
      transform.leaveInPlace(node, "object", "it contains functions, and values that cannot be passed to a thunk");
      visitProperties(transform, node);
      return;
    case "CallExpression":
      visitTarget(transform, node.callee);
      transform.visitAll(node.arguments);
      return;
    case "NewExpression":
      // In `new (f())()` the callee is instrumented inside its parentheses. Without them, `new` would apply to the
      // inner call.
      if (node.callee.type === "ParenthesizedExpression") transform.visit(node.callee);
      transform.visitAll(node.arguments);
      return;
    case "ChainExpression":
      visitChain(transform, node.expression);
      return;
    case "TaggedTemplateExpression":
      visitTarget(transform, node.tag);
      transform.visitAll(node.quasi.expressions);
      return;
    case "MemberExpression":
    case "UpdateExpression":
      if (node.type === "UpdateExpression" && unwrap(node.argument).type === "MemberExpression")
        transform.noteAllocating();
      visitTarget(transform, node.type === "MemberExpression" ? node : node.argument);
      return;
    case "UnaryExpression":
      if (node.operator === "delete") {
        visitTarget(transform, node.argument);
        return;
      }
      transform.visit(node.argument);
      return;
    case "BinaryExpression":
      if (node.left.type !== "PrivateIdentifier") transform.visit(node.left);
      transform.visit(node.right);
      return;
    case "AssignmentExpression":
      visitAssignment(transform, node);
      return;
    case "YieldExpression":
      visitYield(transform, node);
      return;
    case "AwaitExpression":
      visitAwait(transform, node);
      return;
    case "ImportExpression":
      transform.leaveInPlace(node, "import", "it loads a module, so it stays as it is written");
      return;
    default:
      visitChildren(transform, node);
  }
}

/** Whether a child of a statement or expression always runs if its parent runs. */
function alwaysRuns(node: Node, child: Node): boolean {
  switch (node.type) {
    case "IfStatement":
    case "ConditionalExpression":
    case "WhileStatement":
      return child === node.test;
    case "ForStatement":
      return child === node.init || child === node.test;
    case "SwitchStatement":
      return child === node.discriminant;
    case "LogicalExpression":
      return child === node.left;
    case "DoWhileStatement":
    case "TryStatement":
      return false;
    default:
      return true;
  }
}

function visitChildren(transform: Transform, node: Node): void {
  for (const child of childrenOf(node)) {
    if (alwaysRuns(node, child)) transform.visit(child);
    else transform.onCondition(() => transform.visit(child));
  }
}

/** Instruments the values of an object literal that stays in place. Its functions cannot be counted. */
function visitProperties(transform: Transform, node: Extract<Node, { type: "ObjectExpression" }>): void {
  for (const property of node.properties) {
    if (property.type === "SpreadElement") transform.visit(property.argument);
    else {
      if (property.computed) transform.visit(property.key);
      if (property.method || property.kind !== "init" || takesName(property.value))
        visitNamed(transform, property.value);
      else if (!property.shorthand) transform.visit(property.value);
    }
  }
}

/**
 * Instruments an assignment that stays in place: to a variable, to a private or `super` member, or to a pattern whose
 * value is used.
 */
function visitAssignment(transform: Transform, node: Extract<Node, { type: "AssignmentExpression" }>): void {
  const target = unwrap(node.left as Node);
  if (target.type === "Identifier" && visitArithmeticAssignment(transform, node)) return;
  if (target.type === "MemberExpression") transform.noteAllocating();
  visitTarget(transform, target);
  if (target.type === "ArrayPattern")
    transform.leaveInPlace(node, "destructuring", "the value of the assignment is used");
  if (target.type === "Identifier" && takesName(node.right)) {
    const closure = visitNamed(transform, node.right);
    if (closure === undefined) return;
    if (node.operator === "=") {
      transform.enclose(node, `${transform.counterMarker(closureKind(closure), closure.start, "made")}(`);
    } else transform.leaveInPlace(closure, closureKind(closure), "it is assigned conditionally");
    return;
  }
  transform.visit(node.right);
}
