import { listParts, type Part, type Refusal, type Shape, staysInCode } from "./expression-parts.ts";
import { calleeParts } from "./members-and-calls.ts";
import { isConstant, type Node, takesName } from "./nodes.ts";

type Of<Type extends Node["type"]> = Extract<Node, { type: Type }>;

export function arrayShape(node: Of<"ArrayExpression">): Shape {
  const parts = listParts(node.elements).filter((part) => !staysInCode(part.node));
  return { parts, allocates: true, position: node.start };
}

/** Whether a property is a function that takes its name or its `super` from the object literal. */
export function isBoundByLiteral(property: Of<"ObjectExpression">["properties"][number]): boolean {
  return property.type === "Property" && (property.method || property.kind !== "init" || takesName(property.value));
}

/** Returns the parts for the values and computed keys of an object literal. */
export function propertyParts(property: Of<"ObjectExpression">["properties"][number]): Part[] {
  if (property.type === "SpreadElement") return [{ node: property.argument, steps: true }];
  const key = property.computed && !isConstant(property.key) ? [{ node: property.key, steps: true }] : [];
  if (isBoundByLiteral(property)) return key;
  const shorthand = property.shorthand && property.key.type === "Identifier" ? property.key.name : undefined;
  return [...key, shorthand === undefined ? { node: property.value } : { node: property.value, shorthand }];
}

/**
 * Returns the code for a shorthand property's key, written out. `__proto__` needs brackets: `{ __proto__: value }`
 * would set the prototype, which `{ __proto__ }` does not.
 */
export const propertyKey = (name: string): string => (name === "__proto__" ? `["__proto__"]` : name);

export function objectShape(node: Of<"ObjectExpression">): Shape | Refusal {
  if (node.properties.some(isBoundByLiteral)) {
    return { kind: "object-with-functions", why: "its functions take their names and `super` from it" };
  }
  const parts = node.properties.flatMap(propertyParts).filter((part) => !staysInCode(part.node));
  return { parts, allocates: true, position: node.start };
}

export function templateShape(node: Of<"TemplateLiteral">): Shape {
  const parts = node.expressions.map((each) => ({ node: each, steps: true }));
  return { parts, allocates: true, position: node.start };
}

export function taggedShape(node: Of<"TaggedTemplateExpression">): Shape | Refusal {
  const tag = calleeParts(node.tag, "tagged-template");
  if ("why" in tag) return tag;
  return { parts: [...tag, ...listParts(node.quasi.expressions)], allocates: true, position: node.start };
}

export function regexShape(node: Of<"Literal">): Shape | undefined {
  return "regex" in node ? { parts: [], allocates: true, position: node.start } : undefined;
}
