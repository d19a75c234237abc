import { defineMarker, markerText, nameOperands, parametersOf, visitOperands, writeCall } from "./emit.ts";
import { listParts, type Refusal } from "./expression-parts.ts";
import { MOST_LEVELS } from "./levels.ts";
import { isConstant, type Node, unwrap } from "./nodes.ts";
import { type Operand, operandsOf, type Plan, planMove, planParts } from "./plan.ts";
import { refusal } from "./refusal.ts";
import type { Transform } from "./transform.ts";

type Of<Type extends Node["type"]> = Extract<Node, { type: Type }>;

/** Most operands that become parameters of a marker. */
const MOST_OPERANDS = 1000;

/**
 * Moves an expression that may allocate into a marker. Returns false if the expression stays in place; the caller must
 * then visit its operands. An expression that stays although it may allocate is recorded as not instrumented.
 */
export function moveIntoMarker(transform: Transform, node: Node): boolean {
  // A branch allocates nothing itself, so it moves only as a part of an expression that allocates.
  if (isBranch(node)) return false;
  const plan = planMove(node, transform);
  if (plan === undefined) return false;
  if (!("why" in plan)) {
    if (!plan.shape.allocates) return false;
    if (operandsOf(plan.pieces).length <= MOST_OPERANDS) return write(transform, plan);
    transform.leaveInPlace(node, "too-long", `it has more than ${MOST_OPERANDS} operands`);
    return false;
  }
  if (plan.kind === "order" && moveStepwise(transform, node)) return true;
  noteNotInstrumented(transform, node, plan);
  return false;
}

function isBranch(node: Node): boolean {
  return node.type === "LogicalExpression" || node.type === "ConditionalExpression";
}

function noteNotInstrumented(transform: Transform, node: Node, { kind, why }: Refusal): void {
  // An object literal may still move into a thunk (thunks.ts).
  if (node.type !== "ObjectExpression")
    transform.leaveInPlace(
      node,
      kind === "order" || kind === "condition" ? (NAMES[node.type] ?? node.type) : kind,
      why,
    );
}

const NAMES: Readonly<Record<string, string>> = {
  ArrayExpression: "array",
  AssignmentExpression: "assignment",
  CallExpression: "call",
  ChainExpression: "optional-chain",
  NewExpression: "new",
  TaggedTemplateExpression: "tagged-template",
};

function write(transform: Transform, plan: Plan): true {
  const operands = operandsOf(plan.pieces);
  visitOperands(transform, operands);
  const naming = nameOperands(operands);
  const name = defineMarker(transform, plan, naming);
  writeCall(transform, plan.node.start, plan.node.end, `${name}(`, naming.passed);
  return true;
}

/**
 * Moves an expression with a step (such as the lookup of a method) before operands that have effects. The step becomes
 * a call of its own, in place. Returns false for other expressions.
 */
function moveStepwise(transform: Transform, node: Node): boolean {
  switch (node.type) {
    case "CallExpression":
      return moveMethodCall(transform, node);
    case "AssignmentExpression":
      return moveCompoundAssignment(transform, node);
    case "TemplateLiteral":
      // The markers of a template are called in the arguments of each other, so many expressions would nest too deep.
      if (node.expressions.length > MOST_LEVELS) return false;
      moveTemplate(transform, node, node.expressions.length - 1);
      return true;
    default:
      return false;
  }
}

/** Code that uses the object of a member twice: as a value, and for the lookup. */
interface TwiceUsed {
  /** Text before and after the object, with which the object is kept for the lookup. */
  readonly before: string;
  readonly after: string;
  /** `object`: code that gives the object again, its name, `this` or `$hbKept()`. `key`: text of the key. */
  readonly object: string;
  readonly key: string;
}

/**
 * Plans to use the object of a member twice without a variable. A variable or `this` is read again. Any other value is
 * kept by `$hbKeep` (harness/markers.ts); `$hbKept` takes it in the next operand, before any other code runs. Undefined
 * if evaluating the key runs code.
 */
function useTwice(transform: Transform, member: Of<"MemberExpression">): TwiceUsed | undefined {
  const { source } = transform;
  const key = unwrap(member.property as Node);
  if (member.computed && !isConstant(key) && key.type !== "Identifier") return undefined;
  const keyText = source.slice(key.start, key.end);
  const object = unwrap(member.object);
  if (object.type === "Identifier" || object.type === "ThisExpression") {
    return { before: "", after: "", object: source.slice(object.start, object.end), key: keyText };
  }
  return { before: "$hbKeep(", after: ")", object: "$hbKept()", key: keyText };
}

function memberText(member: Of<"MemberExpression">, object: string, key: string): string {
  return member.computed ? `${object}[${key}]` : `${object}.${key}`;
}

/** Returns a statement that calls a method which is not callable, so that V8's error names the author's object. */
function missingMethod(transform: Transform, member: Of<"MemberExpression">, key: string, values: string): string {
  const { source } = transform;
  const marked = `${transform.mark(member.property.start)}${key}`;
  if (unwrap(member.object).type === "ThisExpression")
    return `return(function(){return ${memberText(member, "this", marked)}(...arguments);}).call($hb_o,${values});`;
  const statement = refusal(member.object, source, `return ${memberText(member, "$hb_e", marked)}(${values});`);
  return `{const $hb_e=$hb_o;${statement}}`;
}

/**
 * Moves `o.m(f())`, which looks up the method before it evaluates the arguments. Returns false if that is not possible.
 */
function moveMethodCall(transform: Transform, node: Of<"CallExpression">): boolean {
  const member = unwrap(node.callee);
  if (member.type !== "MemberExpression") return false;
  const twice = useTwice(transform, member);
  const planned = planParts(listParts(node.arguments), transform);
  const [first, last] = [node.arguments[0], node.arguments.at(-1)];
  if (twice === undefined || "why" in planned || first === undefined || last === undefined) return false;
  // V8 makes an array of the arguments after a spread; passing two more arguments would change the array's size.
  if (node.arguments.some((each) => each.type === "SpreadElement" && each !== last)) return false;
  const operands = operandsOf(planned.pieces);
  transform.visit(member.object);
  visitOperands(transform, operands);
  const naming = nameOperands(operands);
  const { line } = transform.locate(member.property.start);
  const values = markerText(transform, first.start, last.end, planned.pieces, line, naming);
  const name = transform.nameMarker("line", member.property.start);
  const call = memberText(member, "$hb_o", member.computed && !isConstant(member.property) ? "$hb_k" : twice.key);
  const keys = call.includes("$hb_k") ? ["$hb_k"] : [];
  const mark = transform.mark(member.property.start);
  const missing =
    keys.length > 0 ? `return ${mark}${call}(${values});` : missingMethod(transform, member, twice.key, values);
  transform.define(
    name,
    [`${transform.mark(member.object.start, member.object)}$hb_o`, ...keys, "$hb_f", ...parametersOf(naming)],
    `if(typeof $hb_f==="function")return ${mark}$hbCall($hb_f,$hb_o,${values});${transform.naming(missing)}`,
  );
  const lookup = [...keys.map(() => twice.key), memberText(member, twice.object, twice.key)].join(",");
  openTwice(transform, node.start, member, `${name}(`, twice);
  closeTwice(transform, member.object.end, node.end, `${twice.after},${lookup}`, naming.passed);
  return true;
}

/**
 * Moves `o.p += f()`, which reads the property before it evaluates the right side. Returns false if that is not
 * possible.
 */
function moveCompoundAssignment(transform: Transform, node: Of<"AssignmentExpression">): boolean {
  const member = unwrap(node.left as Node);
  if (member.type !== "MemberExpression" || node.operator.length > 3) return false;
  const operator = node.operator.slice(0, -1);
  const twice = useTwice(transform, member);
  const planned = planParts([{ node: node.right }], transform);
  if (twice === undefined || "why" in planned) return false;
  const operands = operandsOf(planned.pieces);
  transform.visit(member.object);
  visitOperands(transform, operands);
  const naming = nameOperands(operands);
  const { line } = transform.locate(node.start);
  const value = markerText(transform, node.right.start, node.right.end, planned.pieces, line, naming);
  const hasKey = member.computed && !isConstant(member.property);
  const keys = hasKey ? ["$hb_k"] : [];
  const target = memberText(member, "$hb_o", hasKey ? "$hb_k" : twice.key);
  const read = transform.nameMarker("line", node.start);
  transform.define(read, ["$hb_o", ...keys], `return ${target};`, { isEntered: false });
  const name = transform.nameMarker("line", node.start);
  const parameters = ["$hb_o", ...keys, "$hb_v", ...parametersOf(naming)];
  transform.define(name, parameters, `return ${target}=$hb_v ${operator} (${value});`);
  const keyText = hasKey ? [twice.key] : [];
  const lookup = [...keyText, `${read}(${[twice.object, ...keyText].join(",")})`].join(",");
  openTwice(transform, node.start, member, `${name}(`, twice);
  closeTwice(transform, member.object.end, node.end, `${twice.after},${lookup}`, naming.passed);
  return true;
}

function openTwice(
  transform: Transform,
  start: number,
  member: Of<"MemberExpression">,
  opening: string,
  { before }: TwiceUsed,
): void {
  const text = transform.apart(start) + opening + before;
  if (member.object.start === start) transform.edits.prependRight(start, text);
  else transform.replace(start, member.object.start, text);
}

function closeTwice(
  transform: Transform,
  start: number,
  end: number,
  lookup: string,
  operands: readonly Operand[],
): void {
  writeCall(transform, start, end, operands.length === 0 ? lookup : `${lookup},`, operands);
}

/**
 * Moves a template such as `` `${a}${await b}` ``. As in V8, the text before an operand with effects is joined first,
 * by a marker of its own.
 * @param last index of the last expression of the part to move
 */
function moveTemplate(transform: Transform, node: Of<"TemplateLiteral">, last: number): void {
  const { expressions } = node;
  const isWhole = last === expressions.length - 1;
  const expression = expressions[last];
  if (expression === undefined) throw new RangeError(`a template of ${expressions.length} expressions has no ${last}`);
  const end = isWhole ? node.end : expression.end;
  const closing = isWhole ? "" : "}`";
  const { line } = transform.locate(node.start);
  const parts = expressions.slice(0, last + 1).map((each) => ({ node: each, steps: true }));
  const whole = planParts(parts, transform);
  if (!("why" in whole)) {
    const operands = operandsOf(whole.pieces);
    visitOperands(transform, operands);
    const naming = nameOperands(operands);
    const name = transform.nameMarker("line", node.start);
    const text = markerText(transform, node.start, end, whole.pieces, line, naming);
    transform.define(name, parametersOf(naming), `return ${text}${closing};`);
    writeCall(transform, node.start, end, `${name}(`, naming.passed);
    return;
  }
  moveTemplate(transform, node, last - 1);
  const before = expressions[last - 1];
  const tail = planParts([{ node: expression }], transform);
  if (before === undefined || "why" in tail) throw new RangeError("the first of several expressions needs no split");
  const operands = operandsOf(tail.pieces);
  visitOperands(transform, operands);
  const naming = nameOperands(operands);
  const name = transform.nameMarker("line", node.start);
  const text = markerText(transform, before.end, end, tail.pieces, line, naming);
  transform.define(name, ["$hb_t", ...parametersOf(naming)], `return \`\${$hb_t${text}${closing};`);
  const head = { node: { start: node.start, end: before.end } as Node };
  writeCall(transform, node.start, end, `${name}(`, [head, ...naming.passed]);
}
