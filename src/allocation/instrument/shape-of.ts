import type { Refusal, Shape } from "./expression-parts.ts";
import { arrayShape, objectShape, regexShape, taggedShape, templateShape } from "./literals.ts";
import { assignmentShape, callShape, chainShape, memberShape, newShape, updateShape } from "./members-and-calls.ts";
import type { Node } from "./nodes.ts";
import { binaryShape, conditionalShape, logicalShape, unaryShape } from "./operators.ts";

/**
 * Returns the shape of an expression, or the reason why it stays in place; undefined for expressions that never move.
 */
export function shapeOf(node: Node): Shape | Refusal | undefined {
  switch (node.type) {
    case "ArrayExpression":
      return arrayShape(node);
    case "ObjectExpression":
      return objectShape(node);
    case "TemplateLiteral":
      return templateShape(node);
    case "TaggedTemplateExpression":
      return taggedShape(node);
    case "Literal":
      return regexShape(node);
    case "NewExpression":
      return newShape(node);
    case "CallExpression":
      return callShape(node);
    case "ChainExpression":
      return chainShape(node);
    case "MemberExpression":
      return memberShape(node);
    case "AssignmentExpression":
      return assignmentShape(node);
    case "UpdateExpression":
      return updateShape(node);
    case "BinaryExpression":
      return binaryShape(node);
    case "UnaryExpression":
      return unaryShape(node);
    case "LogicalExpression":
      return logicalShape(node);
    case "ConditionalExpression":
      return conditionalShape(node);
    default:
      return undefined;
  }
}
