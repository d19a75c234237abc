import type { Node } from "./nodes.ts";

/**
 * Whether a statement is a directive, such as "use strict": a string at the start of a program or of a function body.
 */
export function isDirective(statement: Node): boolean {
  return statement.type === "ExpressionStatement" && typeof statement.directive === "string";
}

/** Whether the directives of a program or function body contain "use strict". */
export function isStrictBody(statements: readonly Node[]): boolean {
  return statements.some((each) => each.type === "ExpressionStatement" && each.directive === "use strict");
}
