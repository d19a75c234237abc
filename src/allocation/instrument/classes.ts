import { visitFunction } from "./functions.ts";
import { isClosure, type Node } from "./nodes.ts";
import { visitDefault } from "./patterns.ts";
import type { Transform } from "./transform.ts";

type Class = Extract<Node, { type: "ClassDeclaration" | "ClassExpression" }>;

/** Instruments the code in a class. The class itself, its closures and decorators stay in place. */
export function visitClass(transform: Transform, node: Class): void {
  if (node.declare) return;
  transform.noteAllocating();
  const { functionStart, functionKind, isStrict, hasUnreadyThis } = transform;
  transform.isStrict = true;
  if (node.superClass !== null) transform.visit(node.superClass);
  for (const member of node.body.body) {
    if ("computed" in member && member.computed) transform.visit(member.key);
    if (member.type === "MethodDefinition") {
      const isDerivedConstructor = member.kind === "constructor" && node.superClass !== null;
      if (isClosure(member.value)) visitFunction(transform, member.value, isDerivedConstructor);
    } else if (member.type === "StaticBlock" || "value" in member) {
      // Static elements run in the function that evaluates the class, so the meter assigns what they allocate to that
      // function.
      const isStatic = member.type === "StaticBlock" || member.static;
      if (!transform.isMetered || !isStatic) transform.functionStart = transform.locate(node.start);
      transform.functionKind = "plain";
      transform.hasUnreadyThis = false;
      transform.onCondition(() => visitInitialiser(transform, member));
      Object.assign(transform, { functionStart, functionKind, hasUnreadyThis });
    }
  }
  transform.isStrict = isStrict;
}

function visitInitialiser(transform: Transform, member: Class["body"]["body"][number]): void {
  transform.isEntered = false;
  if (member.type === "StaticBlock") {
    transform.visit(member);
    return;
  }
  if (!("value" in member) || member.value === null) return;
  const { scope } = transform;
  transform.scope = transform.analysis.scopeOf.get(member.value) ?? scope;
  visitDefault(transform, member.value, "a function in a class field takes its name from the field");
  transform.scope = scope;
}
