import { type Node, unwrap } from "./nodes.ts";
import { isPlan, type Plan } from "./plan.ts";

/**
 * Number of elements or properties below which a literal is certainly smaller than 128 KiB. V8 allocates larger objects
 * in a space of their own.
 */
const MANY_ELEMENTS = 4096;

/**
 * Whether an operation certainly allocates only objects smaller than about 128 KiB. False for calls, spreads, indexes
 * and `length`, where the size is unknown.
 */
function allocatesSmallObjects(node: Node): boolean {
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
      return allocatesSmallObjects(unwrap(node.argument as Node));
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

/** Whether a marker certainly allocates small objects only. */
export function makesSmallObjects({ node, pieces }: Plan): boolean {
  return allocatesSmallObjects(node) && pieces.every((piece) => !isPlan(piece) || makesSmallObjects(piece));
}
