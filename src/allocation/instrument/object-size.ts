import { type Node, unwrap } from "./nodes.ts";
import { isPlan, type Plan } from "./plan.ts";

/** V8 keeps an object above 128 KiB apart; a literal with so many elements, of 8 bytes each, may be one. */
const MANY_ELEMENTS = 4096;

/** Whether an operation by itself makes small objects only: what a call, a spread, an index or a length does, nobody knows. */
function isSmallOperation(node: Node): boolean {
  switch (node.type) {
    case "BinaryExpression":
    case "UnaryExpression":
    case "LogicalExpression":
    case "ConditionalExpression":
    case "Literal":
      return true;
    case "MemberExpression":
      return !node.computed;
    case "UpdateExpression":
      return isSmallOperation(unwrap(node.argument as Node));
    case "AssignmentExpression": {
      const target = unwrap(node.left as Node);
      return target.type === "MemberExpression" && !target.computed && target.property.name !== "length";
    }
    case "ArrayExpression":
      return node.elements.length < MANY_ELEMENTS && node.elements.every((each) => each?.type !== "SpreadElement");
    case "ObjectExpression":
      return node.properties.length < MANY_ELEMENTS && node.properties.every((each) => each.type === "Property");
    default:
      return false;
  }
}

/** Whether all that moves into a marker makes small objects only. */
export function makesSmallObjects({ node, pieces }: Plan): boolean {
  return isSmallOperation(node) && pieces.every((piece) => !isPlan(piece) || makesSmallObjects(piece));
}
