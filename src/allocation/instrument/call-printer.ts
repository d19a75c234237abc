import { isConstant, type Node, unwrap } from "./nodes.ts";

/** Returns an expression as V8 writes it in messages (`o.x` in "o.x is not a function"). Arguments become `(...)`. */
export function printExpression(node: Node, source: string): string {
  const inner = unwrap(node);
  switch (inner.type) {
    case "Identifier":
      return inner.name;
    case "ThisExpression":
      return "this";
    case "Super":
      return "super";
    case "CallExpression":
      return `${printExpression(inner.callee, source)}(...)`;
    case "ChainExpression":
      return printExpression(inner.expression, source);
    case "MemberExpression": {
      const object = printExpression(inner.object, source);
      const property = unwrap(inner.property as Node);
      const dot = inner.optional ? "?." : "";
      if (!inner.computed) return `${object}${dot || "."}${source.slice(property.start, property.end)}`;
      if (!isConstant(property)) return `${object}${dot}[${printExpression(property, source)}]`;
      const text = source.slice(property.start, property.end);
      return /^["']/.test(text) ? `${object}${dot || "."}${text.slice(1, -1)}` : `${object}${dot}[${text}]`;
    }
    case "Literal":
      return source.slice(inner.start, inner.end);
    case "SequenceExpression":
      return `(${inner.expressions.map((each) => printExpression(each, source)).join(" , ")})`;
    case "BinaryExpression":
    case "LogicalExpression":
      return `(${printExpression(inner.left, source)} ${inner.operator} ${printExpression(inner.right, source)})`;
    case "UnaryExpression": {
      const space = /\w$/.test(inner.operator) ? " " : "";
      return `(${inner.operator}${space}${printExpression(inner.argument, source)})`;
    }
    case "UpdateExpression": {
      const argument = printExpression(inner.argument, source);
      return inner.prefix ? `(${inner.operator}${argument})` : `(${argument}${inner.operator})`;
    }
    case "AssignmentExpression":
      return printExpression(inner.left as Node, source);
    case "ConditionalExpression":
      return "(intermediate value)".repeat(3);
    default:
      return "(intermediate value)";
  }
}
